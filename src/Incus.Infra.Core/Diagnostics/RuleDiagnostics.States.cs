namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2670 to INFRA2679: former names of machines and domains, and whether machines run.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>A former name that a machine of the file has.</summary>
    public static Diagnostic FormerNameInUse(SourceLocation at, string machine, string was, int line) => Error(
        "INFRA2670", at,
        $"Machine '{Excerpt.Of(machine)}': was: '{Excerpt.Of(was)}' is the name of the machine in line {line}, so it would stay "
        + "there. Remove that machine or this line.");

    /// <summary>Two machines that had the same name.</summary>
    public static Diagnostic FormerNameTwice(SourceLocation at, string machine, string was, string other, int line) => Error(
        "INFRA2671", at,
        $"Machine '{Excerpt.Of(machine)}': was: '{Excerpt.Of(was)}' is also the former name of '{Excerpt.Of(other)}' in line "
        + $"{line}. Only one of them can have been that machine.");

    /// <summary>A former name in a domain with copies.</summary>
    public static Diagnostic RenameOfCopies(SourceLocation at, string machine, string domain) => Error(
        "INFRA2672", at,
        $"Machine '{Excerpt.Of(machine)}': domain '{Excerpt.Of(domain)}' has copies, whose machines are not renamed. "
        + "Remove was.");

    /// <summary>A machine that is to be stopped, and starts with the host (warning).</summary>
    public static Diagnostic StoppedAutostarts(SourceLocation at, string machine) => Warning(
        "INFRA2673", at,
        $"Machine '{Excerpt.Of(machine)}': with boot_autostart: true it starts with the host, and only the next Apply stops it, "
        + "as state: stopped says. Remove one of them.");

    /// <summary>A former name that a domain of the file has.</summary>
    public static Diagnostic FormerDomainInUse(SourceLocation at, string domain, string was, int line) => Error(
        "INFRA2674", at,
        $"Domain '{Excerpt.Of(domain)}': was: '{Excerpt.Of(was)}' is the name of the domain in line {line}, so it would stay "
        + "there. Remove that domain or this line.");

    /// <summary>Two domains that had the same name.</summary>
    public static Diagnostic FormerDomainTwice(SourceLocation at, string domain, string was, string other, int line) => Error(
        "INFRA2675", at,
        $"Domain '{Excerpt.Of(domain)}': was: '{Excerpt.Of(was)}' is also the former name of '{Excerpt.Of(other)}' in line "
        + $"{line}. Only one of them can have been that domain.");

    /// <summary>A former name of a domain with copies.</summary>
    public static Diagnostic RenamedCopies(SourceLocation at, string domain) => Error(
        "INFRA2676", at,
        $"Domain '{Excerpt.Of(domain)}' has copies, and such a domain is not renamed. Remove was.");

    /// <summary>A machine that a domain on another server had.</summary>
    public static Diagnostic FormerServer(SourceLocation at, string machine, string was, string? from, string? to) => Error(
        "INFRA2677", at,
        $"Machine '{Excerpt.Of(machine)}': '{Excerpt.Of(was)}' is in a domain with {Of(from)}, and this one has {Of(to)}: a "
        + "machine moves only within a server. Remove was, and bring it over by hand.");
}
