using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Tasks;

/// <summary>Takes snapshots.</summary>
public sealed class InfraSnap : SnapshotTask
{
    /// <summary>Name of the snapshots; if omitted, one with the date and time.</summary>
    public string? Snapshot { get; set; }

    /// <inheritdoc/>
    private protected override Diagnostic? Check() => Snapshot is null || SnapshotName.IsValid(Snapshot)
        ? null
        : UseDiagnostics.BadProperty(Project.FileName, nameof(Snapshot), Snapshot, SnapshotName.Form);

    /// <inheritdoc/>
    private protected override async Task RunAsync(SnapshotEngine engine, CancellationToken ct) =>
        Report(await engine.TakeAsync(Scope, Snapshot, ct), "taken");
}
