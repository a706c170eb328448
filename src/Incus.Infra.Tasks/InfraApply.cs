using Incus.Infra.Core.Ansible;
using Incus.Infra.Core.CommandLine;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>Makes Incus match the tree and provisions the machines.</summary>
public sealed class InfraApply : EnginePlaybook
{
    private const string Provision = "provision";

    /// <summary>Whether the machines were brought to a state in which those that declare health must be healthy.</summary>
    [Output]
    public bool PromisesHealth { get; private set; }

    /// <summary>The engine first, and Ansible where there is something to do in machines.</summary>
    public override bool Execute()
    {
        var tree = Project.ToBuild().View(out _);
        PromisesHealth = (Tags is null || CommandList.Of(Tags).Contains(Provision))
            && !CommandList.Of(SkipTags).Contains(Provision)
            && tree?.Compilation.Infrastructure!.Domains.Any(d => d.Enabled && d.Machines.Any(m => m.MustBeHealthy)) == true;
        return (tree is null ? null : RunEngine(isPlan: false, Tags, tree)) ?? base.Execute();
    }

    /// <inheritdoc/>
    protected override void AddSwitches(CommandLineBuilder arguments)
    {
        arguments.AppendSwitchIfNotNull("--tags=", CommandList.ToTags(Tags));
        arguments.AppendSwitchIfNotNull("--skip-tags=", CommandList.ToTags(SkipTags));
    }

    /// <inheritdoc/>
    protected override void Show(string line) => Log.LogMessage(MessageImportance.High, line);

    /// <inheritdoc/>
    private protected override void Summarise(PlaybookRun run)
    {
        var provisioned = run.ChangedTasks == 0 ? "" : $"; {Quantity.Of(run.ChangedTasks, "task")} changed something";
        LogSummary(run, provisioned);
    }

    /// <inheritdoc/>
    private protected override void SummariseFailure(PlaybookRun run)
    {
        if (run.Actions.Count > 0)
        {
            LogSummary(run, "");
        }

        var machines = run.Machines.Select(m => $"{m.Host}: {(m.Failed is null ? "done" : $"failed at '{m.Failed}'")}")
            .Concat(Places.LeftOut(run.Machines).Select(m => $"{m.Machine}: left out, as it needs {m.Need}"))
            .ToList();
        if (machines.Count > 0)
        {
            Log.LogSummary(Project.ProjectFile, string.Join('\n', ["not all machines are done", .. machines]));
        }
    }

    /// <summary>Progress has shown what was done, but not what is only reported.</summary>
    private void LogSummary(PlaybookRun run, string more) => Log.LogSummary(
        Project.ProjectFile, string.Join('\n', PlanText.Grouped([.. run.NotDone]).Prepend(Summary.Of(run) + more)));
}
