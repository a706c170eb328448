using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Tasks;

/// <summary>Deletes snapshots.</summary>
public sealed class InfraSnapDelete : ExistingSnapshotTask
{
    /// <inheritdoc/>
    private protected override async Task RunAsync(SnapshotEngine engine, CancellationToken ct) =>
        Report(await engine.DeleteAsync(Scope, Snapshot!, ct), "deleted");
}
