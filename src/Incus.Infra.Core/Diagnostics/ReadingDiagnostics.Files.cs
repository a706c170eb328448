namespace Incus.Infra.Core.Diagnostics;

/// <summary>Layer 1, reading: one factory method per code.</summary>
internal static partial class ReadingDiagnostics
{
    /// <summary>INFRA1001, error: the source file does not exist; <paramref name="instead"/> perhaps was meant.</summary>
    public static Diagnostic NotFound(string file, string? instead) => Unreadable(
        "INFRA1001",
        file,
        instead is null
            ? $"'{file}' does not exist. Create it, or set InfraFile to the file that describes the infrastructure."
            : $"'{file}' does not exist, but '{Excerpt.Of(instead)}' does. Rename that, or set InfraFile to it.");

    /// <summary>INFRA1002, error: the source file exists but cannot be read, for the given reason.</summary>
    public static Diagnostic CannotBeRead(string file, string reason) => Unreadable(
        "INFRA1002",
        file,
        $"'{file}' cannot be read: {reason}. Fix that, or restore the file from version control.");

    /// <summary>INFRA1003, error: the source file is larger than the limit, in MiB.</summary>
    public static Diagnostic TooLarge(string file, long limit) => Unreadable(
        "INFRA1003",
        file,
        $"'{file}' is larger than {limit} MiB and was not read. Check that it is the right file.");

    private static Diagnostic Unreadable(string code, string file, string message) =>
        new(code, Severity.Error, new SourceLocation(file), message);
}
