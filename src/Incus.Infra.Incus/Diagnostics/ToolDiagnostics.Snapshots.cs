using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>Layer 4, snapshots.</summary>
internal static partial class ToolDiagnostics
{
    private const int MostNames = 20;

    /// <summary>INFRA4060: no project, or not the named one, has an instance of this name.</summary>
    public static Diagnostic NoInstance(string name, string? project, IEnumerable<string> instances) => Error(
        "INFRA4060",
        $"{(project is null ? "Incus" : $"Project '{Excerpt.Of(project)}'")} has no instance '{Excerpt.Of(name)}'. "
        + There(instances, "It has no instances", "It has"));

    /// <summary>INFRA4061: instances of several projects have this name.</summary>
    public static Diagnostic AmbiguousInstance(string name, IEnumerable<string> projects) => Error(
        "INFRA4061",
        $"Several projects have an instance '{name}': {Names(projects)}. Choose one with Domain=<project>.");

    /// <summary>INFRA4062: the machine is in infra.yml, but not in Incus.</summary>
    public static Diagnostic NotInIncus(ObjectId id) => Error("INFRA4062", $"{id} is not in Incus. Apply creates it.");

    /// <summary>INFRA4063: the name is taken.</summary>
    public static Diagnostic SnapshotExists(ObjectId id, string snapshot, IEnumerable<string> snapshots) => Error(
        "INFRA4063",
        $"{id} already has a snapshot '{snapshot}'. Choose another name, or delete that one with SnapDelete. "
        + $"It has: {Names(snapshots)}.");

    /// <summary>INFRA4064: there is no such snapshot.</summary>
    public static Diagnostic NoSnapshot(ObjectId id, string snapshot, IEnumerable<string> snapshots) => Error(
        "INFRA4064",
        $"{id} has no snapshot '{Excerpt.Of(snapshot)}'. {There(snapshots, "It has none; take one with Snap", "It has")}");

    /// <summary>INFRA4065: Incus did not do it; the reason is in Incus's own words.</summary>
    public static Diagnostic SnapshotFailed(ObjectId id, string snapshot, string reason) => Error(
        "INFRA4065", $"{id}: snapshot '{snapshot}' failed. Incus says: {reason}");

    /// <summary>INFRA4066: a ZFS pool restores only the newest snapshot.</summary>
    public static Diagnostic NotNewest(ObjectId id, string snapshot, IEnumerable<string> newer) => Error(
        "INFRA4066",
        $"{id}: snapshot '{snapshot}' is not the newest, the only one its storage pool (ZFS) can restore. Delete the newer "
        + $"ones with SnapDelete first: {Names(newer)}. Or let Incus delete them when it restores: set zfs.remove_snapshots "
        + "to true on the volume.");

    /// <summary>INFRA4067: this process is not known to run in an instance.</summary>
    public static Diagnostic NotAnInstance(string hostName) => Error(
        "INFRA4067",
        $"This machine, '{hostName}', is not known to be an instance of this Incus: it has no guest API at /dev/incus/sock, "
        + "or that one belongs to another Incus. Name the instance with Instance=<name>.");

    /// <summary>INFRA4068: a process restores the instance it runs in only when told to.</summary>
    public static Diagnostic RestoringItself(ObjectId id) => Error(
        "INFRA4068",
        $"{id} is where this command runs: restoring it ends this session. "
        + "Confirm with Force=true, or answer 'yes' on a terminal.");

    /// <summary>INFRA4069: the command was stopped before it came to the instance.</summary>
    public static Diagnostic SnapshotStopped(ObjectId id) => Error(
        "INFRA4069", $"{id}: stopped. SnapList shows what was done; run the command again for the rest.");

    /// <summary>INFRA4070: without its snapshot, a risky change does not start.</summary>
    public static Diagnostic NoPrecaution(ObjectId id, string reason) => Error(
        "INFRA4070",
        $"{id} was left unchanged because its safety snapshot failed. Incus says: {reason}. "
        + "Fix that, or apply with SnapshotBefore=never.");

    /// <summary>INFRA4071: a command before or after a declared snapshot failed.</summary>
    public static Diagnostic HookFailed(ObjectId id, string stage, string program, int exitCode, string words) => Error(
        "INFRA4071",
        $"{id}: command '{Excerpt.Of(program)}' of snapshots.{stage} "
        + (exitCode < 0 ? "could not run." : $"failed with exit code {exitCode}.")
        + (stage == "pre" ? " No snapshot was taken." : "")
        + (words.Length == 0 ? "" : $" Its output: {string.Join(' ', words.Split('\n').Select(Excerpt.Of))}"));

    /// <summary>INFRA4072: a restore failed midway: the state of the instance now.</summary>
    /// <param name="id">The instance.</param>
    /// <param name="fault">Why it failed.</param>
    /// <param name="restored">Whether disk and configuration are those of the snapshot.</param>
    /// <param name="down">Whether the instance ran before but does not run now.</param>
    public static Diagnostic RestoreUnfinished(ObjectId id, Diagnostic fault, bool restored, bool down) => fault with
    {
        Code = "INFRA4072",
        Message = $"{fault.Message.TrimEnd('.')}. "
            + (restored
                ? "Disk and configuration are restored"
                : "The configuration is not restored; the disk may be")
            + (down ? ", and the instance does not run. " : ". ")
            + "When the cause is fixed, "
            + (restored && down ? "" : "restore again")
            + (down && !restored ? ", or " : "")
            + (down ? $"start it with 'incus start {id.Name} --project {id.Project}'." : "."),
    };

    /// <summary>INFRA4075: the snapshot was taken, but an old one beyond keep remains.</summary>
    public static Diagnostic OldOneStays(ObjectId id, string snapshot, string old, string reason) => Error(
        "INFRA4075",
        $"{id}: snapshot '{snapshot}' was taken, but '{old}', which exceeds keep, could not be deleted. Incus says: {reason}");

    /// <summary>INFRA4076: it is unknown when the snapshot would expire.</summary>
    public static Diagnostic BadExpiry(ObjectId id, string expiry) => Error(
        "INFRA4076",
        $"{id}: snapshots.expiry '{Excerpt.Of(expiry)}' is not a duration that Incus accepts, such as 30d, "
        + "or ends after the year 9999. No snapshot was taken.");

    private static string There(IEnumerable<string> names, string none, string some) =>
        names.Any() ? $"{some}: {Names(names)}." : none + ".";

    private static string Names(IEnumerable<string> names)
    {
        var all = names.Select(Excerpt.Of).ToList();
        var shown = string.Join(", ", all.Take(MostNames));
        return all.Count > MostNames ? $"{shown} and {all.Count - MostNames} more" : shown;
    }
}
