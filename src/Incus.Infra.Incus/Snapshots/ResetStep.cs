using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>What a reset does to one machine.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Choice">As Incus has it.</param>
/// <param name="Snapshot">What it goes back to; null where it is made anew.</param>
/// <param name="Volumes">The volumes that lose what they have got since.</param>
/// <param name="Fault">Why it must not be done, or null.</param>
internal sealed record ResetStep(
    ResetMachine Machine, Choice Choice, SnapshotView? Snapshot, IReadOnlyList<CustomVolume> Volumes, Diagnostic? Fault)
{
    public ObjectId Id => Machine.Id;

    /// <summary>Whether it runs afterwards.</summary>
    public bool IsToRun => Machine.Form.State != RunState.Stopped;
}

/// <summary>What became of a reset.</summary>
/// <param name="Results">Of each machine that was there; one that is made anew has gone.</param>
/// <param name="ToMake">The machines that Apply has to make now.</param>
internal sealed record ResetOutcome(IReadOnlyList<SnapshotResult> Results, IReadOnlyList<ObjectId> ToMake);
