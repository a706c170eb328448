using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Tasks;

/// <summary>Restores snapshots.</summary>
public sealed class InfraSnapRestore : ExistingSnapshotTask
{
    /// <summary>Whether the instance that this build runs in may be restored without asking.</summary>
    public bool Force { get; set; }

    /// <inheritdoc/>
    private protected override async Task RunAsync(SnapshotEngine engine, CancellationToken ct) =>
        Report(await engine.RestoreAsync(Scope, Snapshot!, AllowSelf, ct), "restored");

    private bool AllowSelf(ObjectId self) =>
        Force || Terminal.Confirms($"This build runs in {self}. Restoring it ends this session.");
}
