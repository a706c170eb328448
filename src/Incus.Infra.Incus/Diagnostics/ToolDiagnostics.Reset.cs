using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>Layer 4, resetting machines.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4120: the machine has the snapshot, but one of its volumes does not.</summary>
    public static Diagnostic VolumeHasNoSnapshot(ObjectId volume, string snapshot, ObjectId machine) => Error(
        "INFRA4120",
        $"{machine} has a snapshot '{Excerpt.Of(snapshot)}', but its {volume} does not. Set keep: true on the volume if its "
        + "data is to stay; else take the snapshot with 'incus storage volume snapshot create "
        + $"{volume.Pool} {volume.Name} {Excerpt.Of(snapshot)} --project {volume.Project}'. Nothing was reset.");

    /// <summary>INFRA4121: without a snapshot the machine would be deleted, which must not happen.</summary>
    public static Diagnostic NotMadeAnew(ObjectId id, string snapshot, string reason) => Error(
        "INFRA4121",
        $"{id} has no snapshot '{snapshot}', so Reset would delete it and make it anew, but {reason}. Nothing was reset.");

    /// <summary>INFRA4122: a process does not reset the instance it runs in.</summary>
    public static Diagnostic ResetsItself(ObjectId id) => Error(
        "INFRA4122",
        $"{id} is where this command runs, so it would end halfway. Run Reset elsewhere. Nothing was reset.");

    /// <summary>INFRA4123: a reset failed midway: the state of the machine now.</summary>
    /// <param name="fault">Why it failed.</param>
    /// <param name="volumes">The volumes whose data is restored.</param>
    /// <param name="ofVolumes">How many were to be.</param>
    /// <param name="restored">Whether disk and configuration are those of the snapshot.</param>
    /// <param name="runs">Whether the machine runs.</param>
    public static Diagnostic ResetUnfinished(
        Diagnostic fault, IReadOnlyCollection<string> volumes, int ofVolumes, bool restored, bool runs) => fault with
        {
            Code = "INFRA4123",
            Message = $"{fault.Message.TrimEnd('.')}. "
                + (ofVolumes == 0 ? "" : $"{volumes.Count} of {ofVolumes} volumes are restored. ")
                + (restored ? "Disk and configuration are restored"
                    : volumes.Count < ofVolumes ? "Disk and configuration are not"
                    : "The configuration is not restored; the disk may be")
                + (runs ? ", and the machine runs. " : ", and the machine does not run. ")
                + "When the cause is fixed, run Reset again.",
        };
}
