namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2601 to INFRA2699: members of a cluster.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>Two machines of a domain, or a machine and its domain, name different members.</summary>
    public static Diagnostic SeveralTargets(SourceLocation at, string domain, string target, string first, int line) =>
        Error("INFRA2601", at,
            $"Domain '{Excerpt.Of(domain)}': target '{Excerpt.Of(target)}' is not '{Excerpt.Of(first)}' of line {line}, but a "
            + "domain lives on one member of a cluster. Use one target, or make two domains.");
}
