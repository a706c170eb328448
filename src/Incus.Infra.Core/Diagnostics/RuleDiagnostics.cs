namespace Incus.Infra.Core.Diagnostics;

/// <summary>Layer 2: rules about names, addresses and references. One factory method for each code.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>A name that Incus, Ansible or the file system would reject.</summary>
    public static Diagnostic BadName(SourceLocation at, string what, string name, string expected) =>
        Error("INFRA2001", at, $"{what} '{Excerpt.Of(name)}' must be {expected}. Rename it.");

    public static Diagnostic ReservedName(SourceLocation at, string what, string name, string meaning) =>
        Error("INFRA2002", at, $"{what} '{Excerpt.Of(name)}': this name is reserved ({meaning}). Rename it.");

    public static Diagnostic MachineNamedLikeDomain(SourceLocation at, string name, int line) =>
        Error("INFRA2003", at,
            $"Machine '{Excerpt.Of(name)}' has the name of a domain (line {line}); Ansible cannot tell host and group apart. "
            + "Rename one of them.");

    /// <summary>The same machine in two domains.</summary>
    public static Diagnostic MachineTwice(SourceLocation at, string name, string domain, int line) =>
        Error("INFRA2004", at,
            $"Machine '{Excerpt.Of(name)}' is already in domain '{Excerpt.Of(domain)}' (line {line}). "
            + "Machine names must be unique in the whole file: rename one of them.");

    /// <summary>Two long domain names whose bridges would have the same name.</summary>
    public static Diagnostic NetworkNameTaken(SourceLocation at, string domain, string network, string holder, int line) =>
        Error("INFRA2005", at,
            $"Domain '{Excerpt.Of(domain)}': its bridge would be named '{network}', "
            + $"like that of '{Excerpt.Of(holder)}' (line {line}). Rename one of them.");

    private static Diagnostic Error(string code, SourceLocation at, string message) =>
        new(code, Severity.Error, at, message);

    private static Diagnostic Warning(string code, SourceLocation at, string message) =>
        new(code, Severity.Warning, at, message);
}
