using System.Text;
using Incus.Infra.Core.Ansible;
using Incus.Infra.Core.Tree;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>
/// Runs a playbook of the tree. MSBuild starts ansible-playbook with an argument list and without a shell, and ends it
/// with all its children when the build is cancelled; its output is shown as it comes, and its failures become diagnostics.
/// </summary>
public abstract class AnsiblePlaybook : ToolTask
{
    private PlaybookRun? _run;
    private InfraPlaces? _places;

    /// <summary>The project file, with InfraFile, LockFile and IntermediateDirectory as metadata.</summary>
    [Required]
    public ITaskItem Project { get; set; } = null!;

    /// <summary>The folders with Ansible collections, that of this SDK first.</summary>
    [Required]
    public string CollectionsPath { get; set; } = "";

    /// <summary>Only tasks with one of these tags; separated by colons.</summary>
    public string? Tags { get; set; }

    /// <summary>No task with one of these tags; separated by colons.</summary>
    public string? SkipTags { get; set; }

    /// <summary>Only these domains or machines, as Ansible's --limit.</summary>
    public string? Limit { get; set; }

    /// <summary>A remote of the incus client, instead of the local server.</summary>
    public string? IncusRemote { get; set; }

    /// <summary>File with the Ansible Vault password.</summary>
    public string? VaultPasswordFile { get; set; }

    /// <summary>Additional arguments, as on the command line.</summary>
    public string? AdditionalArguments { get; set; }

    /// <inheritdoc/>
    protected override string ToolName => "ansible-playbook";

    /// <inheritdoc/>
    protected override Encoding StandardOutputEncoding => Encoding.UTF8;

    /// <inheritdoc/>
    protected override Encoding StandardErrorEncoding => Encoding.UTF8;

    // The two streams come in one method, which tells them apart by their importance only.
    /// <inheritdoc/>
    protected override MessageImportance StandardOutputLoggingImportance => MessageImportance.High;

    /// <inheritdoc/>
    protected override MessageImportance StandardErrorLoggingImportance => MessageImportance.Normal;

    /// <summary>The project folder.</summary>
    protected string ProjectDirectory => Project.Folder;

    /// <summary>The playbook, in the tree.</summary>
    protected virtual string Playbook => "site.yml";

    /// <summary>Where the tree is.</summary>
    protected virtual string TreeDirectory => ProjectDirectory;

    /// <summary>Whether the build was cancelled.</summary>
    protected virtual bool IsStopped => ToolCanceled.WaitOne(TimeSpan.Zero);

    /// <summary>What there is to say about a run that was stopped in the middle.</summary>
    protected virtual string AfterStop => "Plan shows what remains";

    /// <summary>Adds the switches of this verb.</summary>
    protected virtual void AddSwitches(CommandLineBuilder arguments)
    {
    }

    /// <summary>Receives a line of human-readable output.</summary>
    protected abstract void Show(string line);

    /// <summary>Logs what a successful run did.</summary>
    private protected abstract void Summarise(PlaybookRun run);

    /// <summary>Logs what a failed run did, if the errors do not say so.</summary>
    private protected virtual void SummariseFailure(PlaybookRun run)
    {
    }

    /// <summary>Whether no error was logged: the tool's exit code is only one way to fail.</summary>
    public override bool Execute() => base.Execute() && !Log.HasLoggedErrors;

    /// <inheritdoc/>
    protected override bool ValidateParameters()
    {
        Log.LogDiagnostics(TagCheck.Check(Project.ProjectFile, nameof(Tags), Tags));
        Log.LogDiagnostics(TagCheck.Check(Project.ProjectFile, nameof(SkipTags), SkipTags));
        // Further arguments could name another inventory.
        Log.LogDiagnostics(AdditionalArguments is null ? LimitCheck.Check(Places, ProjectDirectory, Limit) : []);
        return !Log.HasLoggedErrors;
    }

    /// <inheritdoc/>
    protected sealed override string GenerateFullPathToTool() => ToolExe;

    /// <inheritdoc/>
    protected sealed override string GetWorkingDirectory() => TreeDirectory;

    /// <inheritdoc/>
    protected sealed override string GenerateCommandLineCommands()
    {
        var arguments = new CommandLineBuilder();
        arguments.AppendFileNameIfNotNull(Playbook);
        AddSwitches(arguments);
        var empty = EmptyDomains.In(TreeDirectory, Limit);
        arguments.AppendSwitchIfNotNull(
            "--inventory=", empty.Count == 0 ? null : [.. empty.Select(EmptyDomains.InventoryOf)], " --inventory=");
        arguments.AppendSwitchIfNotNull("--limit=", empty.Count == 0 ? Limit : null);
        arguments.AppendSwitchIfNotNull("--vault-password-file=", FullPath(VaultPasswordFile));
        arguments.AppendSwitchIfNotNull("--extra-vars=", ExtraVariables.Of(this, empty));
        arguments.AppendTextUnquoted(AdditionalArguments is null ? "" : " " + AdditionalArguments);
        return arguments.ToString();
    }

    /// <inheritdoc/>
    protected override int ExecuteTool(string pathToTool, string responseFileCommands, string commandLineCommands)
    {
        EnvironmentVariables =
        [
            .. AnsibleEnvironment.Of(TreeDirectory, CollectionsPath, Log.LogsMessagesOfImportance(MessageImportance.Low)),
            .. AnsibleLocale.Variables(),
        ];
        var exitCode = base.ExecuteTool(pathToTool, responseFileCommands, commandLineCommands);
        Conclude(exitCode);
        return exitCode;
    }

    /// <summary>Logs what came of the run.</summary>
    private protected void Conclude(int exitCode)
    {
        if (IsStopped)
        {
            Log.LogSummary(Project.ProjectFile, Run.HasBegun ? $"stopped; {AfterStop}" : "stopped; nothing in Incus was changed");
            return;
        }

        Log.LogDiagnostics(Run.End(exitCode));
        if (Log.HasLoggedErrors)
        {
            SummariseFailure(Run);
        }
        else
        {
            Summarise(Run);
        }
    }

    /// <inheritdoc/>
    protected override void LogEventsFromTextOutput(string singleLine, MessageImportance messageImportance)
    {
        var text = messageImportance == StandardOutputLoggingImportance ? Run.ReadOutput(singleLine) : Run.ReadError(singleLine);
        if (text is not null && PlaybookRun.IsRequest(text))
        {
            Log.LogMessage(MessageImportance.Low, text);
        }
        else if (text is not null)
        {
            Show(text);
        }
    }

    /// <inheritdoc/>
    protected override bool HandleTaskExecutionErrors() => false;

    /// <inheritdoc/>
    protected override void LogToolCommand(string message) => Log.LogMessage(MessageImportance.Low, message);

    /// <summary>What has happened so far.</summary>
    private protected PlaybookRun Run => _run ??= new PlaybookRun(ProjectDirectory, TreeDirectory, Places, Limit);

    /// <summary>What infra.yml has, read at the first question.</summary>
    private protected InfraPlaces Places => _places ??= new(Project.InfraFile, () => Project.ToBuild().Read(out _));

    /// <summary>A path of the project file or the command line, absolute.</summary>
    protected string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path, ProjectDirectory);
}
