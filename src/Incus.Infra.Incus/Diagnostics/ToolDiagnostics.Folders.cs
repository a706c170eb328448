using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>INFRA4170 to INFRA4174: folders of the Incus host.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4170: an instance is to mount what is not there.</summary>
    /// <param name="id">The instance.</param>
    /// <param name="folders">What is missing.</param>
    /// <param name="member">In a cluster, the member that the instance is for.</param>
    /// <param name="former">Those that it mounts so far in place of some.</param>
    public static Diagnostic FolderMissing(
        ObjectId id, IReadOnlyList<HostFolder> folders, string? member, IReadOnlyDictionary<HostFolder, string> former)
    {
        var make = $"'{MakeFolders(folders.Select(f => f.Path))}'";
        return Error(
            "INFRA4170",
            $"{id}: {(member is null ? "the Incus host" : $"member '{Excerpt.Of(member)}'")} does not have "
            + $"{Excerpt.Of(string.Join(" and ", folders.Select(f => f.Path)))}, which it is to mount"
            + (former.Count == 0
                ? $". Run {make} there, and apply again."
                : $" in place of {Excerpt.Of(string.Join(" and ", former.Values))}. To keep what is there, run "
                    + $"'{string.Join(" && ", former.Select(f => MoveFolder(f.Value, f.Key.Path)))}' there, "
                    + $"to begin without it {make}, and apply again.")
            + (former.Count == 0 && folders.Any(f => f.IsCreated)
                ? " Apply makes folders only where Incus is on this machine."
                : ""));
    }

    /// <summary>INFRA4171: Apply was to make a folder.</summary>
    public static Diagnostic FolderNotMade(string path, string reason) => Error(
        "INFRA4171",
        $"{Excerpt.Of(path)} cannot be made on this machine: {Excerpt.Of(reason).TrimEnd('.')}. "
        + $"Run '{MakeFolders([path])}', and apply again.");

    /// <summary>INFRA4172: the host cannot show the owners of files as they are.</summary>
    public static Diagnostic CannotShift(ObjectId id, string reason) => Error(
        "INFRA4172",
        $"{id}: the kernel of the Incus host, or the file system of a folder, cannot show a container the owners of files as the "
        + "host has them. Set shift: false on the shared volume or device, or use kind: volume for persistent data. "
        + $"Incus says: {reason}");

    private static string MoveFolder(string from, string to) =>
        $"{MakeFolders([Path.GetDirectoryName(to)!])} && sudo mv {Word(from)} {Word(to)}";

    private static string MakeFolders(IEnumerable<string> paths) =>
        $"sudo mkdir -p {string.Join(' ', paths.Distinct().Select(Word))}";

    private static string Word(string path) => ShellWord.Of(Excerpt.Visible(path));
}
