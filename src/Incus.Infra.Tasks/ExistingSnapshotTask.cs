using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Tasks;

/// <summary>
/// What the tasks that restore or delete snapshots share: both name a target and never default to all machines.
/// </summary>
public abstract class ExistingSnapshotTask : SnapshotTask
{
    /// <summary>Name of the snapshots.</summary>
    public string? Snapshot { get; set; }

    /// <inheritdoc/>
    private protected override Diagnostic? Check()
    {
        var verb = GetType().Name["Infra".Length..];
        return Instance is null && Domain is null
                ? UseDiagnostics.PropertyMissing(
                    Project.FileName, verb, "Instance=<name>, Domain=<name> for the machines of a domain, or Domain=all")
            : Snapshot is null
                ? UseDiagnostics.PropertyMissing(Project.FileName, verb, "Snapshot=<name>; SnapList shows the names")
            : null;
    }
}
