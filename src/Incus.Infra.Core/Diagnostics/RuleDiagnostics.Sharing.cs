namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2501 to INFRA2599, and INFRA2630 to INFRA2639: what domains share, and what outlives machines.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>A policy or volume that names neither a domain nor a machine.</summary>
    public static Diagnostic UnknownParty(SourceLocation at, string section, string name, string expected, string? nearest) =>
        Error("INFRA2501", at,
            $"{section}: '{Excerpt.Of(name)}' is not {expected}. "
            + DidYouMean(nearest, "Define it under domains, or correct the name."));

    /// <summary>A policy or volume that names a disabled domain (warning).</summary>
    public static Diagnostic DisabledParty(SourceLocation at, string section, string name) =>
        Warning("INFRA2502", at, $"{section}: '{Excerpt.Of(name)}' is disabled, so this has no effect.");

    /// <summary>A device with the name that a shared volume or persistent data gives to its own.</summary>
    public static Diagnostic DeviceNameGiven(SourceLocation at, string machine, string device, string what) =>
        Error("INFRA2630", at,
            $"Device '{Excerpt.Of(device)}' has the name that {what} of machine '{Excerpt.Of(machine)}' gives its device. "
            + "Rename one of them.");

    public static Diagnostic NoConsumers(SourceLocation at, string volume) =>
        Error("INFRA2631", at,
            $"Shared volume '{Excerpt.Of(volume)}' has no consumers. Name domains or machines, each with ro or rw, "
            + "or remove it.");

    /// <summary>Data that flows between domains (warning).</summary>
    public static Diagnostic SeveralWriters(SourceLocation at, string volume, string folder, IEnumerable<string> domains) =>
        Warning("INFRA2632", at,
            $"Shared volume '{Excerpt.Of(volume)}': domains {Several([.. domains])} write to {Excerpt.Of(folder)}, so what one "
            + "of them writes reaches the others, whatever network_policies say. "
            + "Let only one of them write (rw), if that is not meant.");

    /// <summary>What is mounted below a folder cannot be read-only (warning).</summary>
    public static Diagnostic NotPropagated(SourceLocation at, string volume) =>
        Warning("INFRA2633", at,
            $"Shared volume '{Excerpt.Of(volume)}': consumers with ro do not see what is mounted below its folder, because Incus "
            + "cannot make that read-only. Share each such mount as a volume of its own, or let them write (rw).");

    /// <summary>A key for the other kind of persistent data.</summary>
    public static Diagnostic KeyOfOtherKind(SourceLocation at, string machine, string data, string field, bool isVolume) =>
        Error("INFRA2634", at,
            $"Machine '{Excerpt.Of(machine)}': persistent data '{Excerpt.Of(data)}' is of kind {(isVolume ? "volume" : "host")}, "
            + $"for which there is no '{field}'. Remove it, or set kind: {(isVolume ? "host" : "volume")}.");

    /// <summary>Domains on several servers (warning).</summary>
    public static Diagnostic SharedByServers(SourceLocation at, string volume, string folder, string one, string other) =>
        Warning("INFRA2635", at,
            $"Shared volume '{Excerpt.Of(volume)}': domains '{Excerpt.Of(one)}' and '{Excerpt.Of(other)}' are on different "
            + $"servers, each with a folder {Excerpt.Of(folder)} of its own, so nothing is shared between them. "
            + "Make it a volume for each.");

    /// <summary>More disks than a tree can hold.</summary>
    public static Diagnostic TooManyMounts(SourceLocation at, string volume) =>
        Error("INFRA2636", at,
            $"Shared volume '{Excerpt.Of(volume)}': up to here, shared volumes would give machines more than half a million "
            + "disks. Remove volumes or consumers.");

    /// <summary>A folder of the host that somebody could replace by a link (warning).</summary>
    public static Diagnostic FolderInWritable(
        SourceLocation at, string machine, string device, string folder, string outer, string writer) =>
        Warning("INFRA2637", at,
            $"Machine '{Excerpt.Of(machine)}': device '{Excerpt.Of(device)}' mounts {Excerpt.Of(folder)}, which is inside "
            + $"{Excerpt.Of(outer)}, where machine '{Excerpt.Of(writer)}' may write. It could put a link to any folder of the "
            + "host there, which Incus would follow. Mount folders that are beside each other.");

    private static string Several(IReadOnlyList<string> names) => names.Count > 3
        ? $"{string.Join(", ", names.Take(3).Select(Quoted))} and {names.Count - 3} more"
        : $"{string.Join(", ", names.Take(names.Count - 1).Select(Quoted))} and {Quoted(names[^1])}";

    private static string Quoted(string name) => $"'{Excerpt.Of(name)}'";
}
