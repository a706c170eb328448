using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>Runs a program and returns its output; a missing or failing program returns none.</summary>
public sealed class InfraProbe : ToolTask
{
    private readonly List<string> _lines = [];

    /// <summary>Full path of the project.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The arguments of the program.</summary>
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
