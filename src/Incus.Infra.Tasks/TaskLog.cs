using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>How this SDK logs to MSBuild.</summary>
internal static class TaskLog
{
    /// <summary>
    /// Logs each diagnostic with its place, so that IDEs and terminals can jump to it. The end of the place is left out,
    /// as by the C# compiler: MSBuild would print it, and <c>infra.yml(12,9)</c> is what users read and tools parse.
    /// </summary>
    public static void LogDiagnostics(this TaskLoggingHelper log, IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var d in diagnostics)
        {
            var (file, line, column) = d.Location;
            if (d.Severity == Severity.Error)
            {
                log.LogError(null, d.Code, null, d.HelpLink, file, line, column, 0, 0, d.Message);
            }
            else
            {
                log.LogWarning(null, d.Code, null, d.HelpLink, file, line, column, 0, 0, d.Message);
            }
        }
    }

    /// <summary>
    /// Logs what a verb did. The terminal logger hides messages, whatever their importance, except those that read
    /// <c>project -> output</c>: so the summary takes that form, and a terminal and a pipe show the same text
    /// (https://github.com/dotnet/msbuild/issues/9667).
    /// </summary>
    public static void LogSummary(this TaskLoggingHelper log, string projectFile, string summary) =>
        log.LogMessage(MessageImportance.High, $"{Path.GetFileNameWithoutExtension(projectFile)} -> {summary}");
}
