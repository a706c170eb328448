namespace Incus.Infra.Core.Diagnostics;

/// <summary>Layer 1: reading. One factory method for each code; retired codes are never used again.</summary>
internal static partial class ReadingDiagnostics
{
    private static Diagnostic Error(string code, SourceLocation at, string message) =>
        new(code, Severity.Error, at, message);

    private static Diagnostic Warning(string code, SourceLocation at, string message) =>
        new(code, Severity.Warning, at, message);
}
