using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>Asks a program one thing; a program that is missing or fails gives no answer.</summary>
public sealed class InfraProbe : ToolTask
{
    private readonly List<string> _lines = [];

    /// <summary>Full path of the project.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>What the program is asked.</summary>
    [Required]
    public string Arguments { get; set; } = "";

    /// <summary>What it wrote to its standard output.</summary>
    [Output]
    public string Answer => ExitCode == 0 ? string.Join('\n', _lines) : "";

    /// <inheritdoc/>
    protected override string ToolName => "";

    // The two streams come in one method, which tells them apart by their importance only.
    /// <inheritdoc/>
    protected override MessageImportance StandardOutputLoggingImportance => MessageImportance.High;

    /// <inheritdoc/>
    protected override MessageImportance StandardErrorLoggingImportance => MessageImportance.Low;

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (Programs.Find(ToolExe, Path.GetDirectoryName(ProjectFile)!) is { } path)
        {
            ToolExe = path;
            EnvironmentVariables = [.. EnvironmentVariables ?? [], .. AnsibleLocale.Variables()];
            base.Execute();
        }

        return !Log.HasLoggedErrors;
    }

    /// <inheritdoc/>
    protected override string GenerateFullPathToTool() => ToolExe;

    /// <inheritdoc/>
    protected override string GenerateCommandLineCommands() => Arguments;

    /// <inheritdoc/>
    protected override void LogEventsFromTextOutput(string singleLine, MessageImportance messageImportance)
    {
        if (messageImportance == StandardOutputLoggingImportance)
        {
            _lines.Add(singleLine);
        }
    }

    /// <inheritdoc/>
    protected override bool HandleTaskExecutionErrors() => true;

    /// <inheritdoc/>
    protected override void LogToolCommand(string message) => Log.LogMessage(MessageImportance.Low, message);
}
