namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2501 to INFRA2599: what domains share.</summary>
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
}
