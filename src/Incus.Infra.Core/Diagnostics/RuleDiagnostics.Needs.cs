namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2665 to INFRA2669: which machines need others.</summary>
internal static partial class RuleDiagnostics
{
    public static Diagnostic UnknownNeed(SourceLocation at, string machine, string need, string? nearest) =>
        Error("INFRA2665", at,
            $"Machine '{Excerpt.Of(machine)}': there is no machine '{Excerpt.Of(need)}' that it could need. "
            + DidYouMean(nearest, "Name a machine of this file, of copies such as seat-01-desk."));

    /// <summary>Machines that wait for each other, or one that waits for itself.</summary>
    /// <param name="at">The need that closes the ring.</param>
    /// <param name="ring">The machines, each followed by one that it needs; the first stands at the end, too.</param>
    public static Diagnostic NeedsRing(SourceLocation at, IEnumerable<string> ring) =>
        Error("INFRA2666", at,
            $"Machine '{string.Join("' needs '", ring.Select(Excerpt.Of))}': none of them could ever start first. "
            + "Remove one of these needs.");

    /// <summary>A machine that there is not, as its domain is switched off.</summary>
    public static Diagnostic NeedDisabled(SourceLocation at, string machine, string need, string domain) =>
        Error("INFRA2667", at,
            $"Machine '{Excerpt.Of(machine)}' needs '{Excerpt.Of(need)}', but its domain '{Excerpt.Of(domain)}' has "
            + "enabled: false. Remove the need, or enable the domain.");

    /// <summary>A machine that nobody starts.</summary>
    public static Diagnostic NeedStopped(SourceLocation at, string machine, string need) =>
        Error("INFRA2669", at,
            $"Machine '{Excerpt.Of(machine)}' needs '{Excerpt.Of(need)}', which has state: stopped. "
            + "Remove the need, or the state.");

    /// <summary>A machine of another server, where nobody keeps the order.</summary>
    public static Diagnostic NeedAcrossRemotes(
        SourceLocation at, string machine, string? remote, string need, string? otherRemote) =>
        Error("INFRA2668", at,
            $"Machine '{Excerpt.Of(machine)}' ({Of(remote)}) needs '{Excerpt.Of(need)}' ({Of(otherRemote)}), but Apply keeps an "
            + "order only among the machines of one server. Give both domains the same remote, or remove the need.");
}
