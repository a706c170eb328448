using Incus.Infra.Core.Files;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>A file that gets the result of a target, where the command line names one.</summary>
internal static class ResultFile
{
    /// <summary>Writes it; logs why it cannot be written.</summary>
    /// <param name="log">The log of the task.</param>
    /// <param name="project">What the path is relative to.</param>
    /// <param name="path">The file, or null for none.</param>
    /// <param name="text">What it gets.</param>
    public static void WriteResult(this TaskLoggingHelper log, ITaskItem project, string? path, Func<string> text)
    {
        if (path is not null
            && FileFault.Of(() => File.WriteAllText(Path.GetFullPath(path, project.Folder), text())) is { } fault)
        {
            log.LogDiagnostics([fault.WhenWriting(path)]);
        }
    }
}
