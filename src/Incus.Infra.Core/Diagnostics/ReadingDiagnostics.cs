namespace Incus.Infra.Core.Diagnostics;

/// <summary>Layer 1: reading. One factory method for each code; retired codes are never used again.</summary>
public static partial class ReadingDiagnostics
{
    /// <summary>More messages than are worth showing (warning: a dropped error still fails the build).</summary>
    public static Diagnostic MoreFaults(SourceLocation at, int count) => Warning("INFRA1099", at,
        $"{count} more warnings and errors are not shown. Fix the first ones and build again.");

    private static Diagnostic Error(string code, SourceLocation at, string message) =>
        new(code, Severity.Error, at, message);

    private static Diagnostic Warning(string code, SourceLocation at, string message) =>
        new(code, Severity.Warning, at, message);
}
