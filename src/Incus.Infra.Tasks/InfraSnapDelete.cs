using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Tasks;

/// <summary>Deletes snapshots.</summary>
public sealed class InfraSnapDelete : ExistingSnapshotTask
{
    /// <inheritdoc/>
    protected override async Task RunAsync(SnapshotEngine engine, SnapshotScope scope, CancellationToken ct) =>
        Report(await engine.DeleteAsync(scope, Snapshot!, ct), "deleted");
}
