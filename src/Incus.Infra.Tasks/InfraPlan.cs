using Incus.Infra.Core.Ansible;
using Incus.Infra.Core.Building;
using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Diagnostics;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>Shows what <see cref="InfraApply"/> would change in Incus, based on the tree as Sync would write it.</summary>
public sealed class InfraPlan : PreviewPlaybook
{
    // What provisioning would do in machines cannot be told before the machines are there.
    private const string Provisioning = "provision";
    private const string Infrastructure = "infra";

    private readonly List<string> _playLines = [];

    /// <summary><c>full</c> for each key of each object.</summary>
    public string? Detail { get; set; }

    /// <summary>File that gets the plan as JSON, relative to the project folder.</summary>
    public string? PlanFile { get; set; }

    /// <summary>File that gets the plan as Markdown, relative to the project folder.</summary>
    public string? PlanSummary { get; set; }

    /// <summary>Whether a change is an error.</summary>
    public bool FailOnChange { get; set; }

    /// <inheritdoc/>
    protected override void AddSwitches(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch("--check");
        arguments.AppendSwitch("--diff");
        arguments.AppendSwitchIfNotNull("--tags=", CommandList.ToTags(Tags) ?? Infrastructure);
        arguments.AppendSwitchIfNotNull("--skip-tags=", string.Join(',', CommandList.Of(SkipTags).Prepend(Provisioning)));
    }

    private protected override bool? RunInBuild(TreeView tree) => RunEngine(isPlan: true, Tags ?? Infrastructure, tree);

    /// <inheritdoc/>
    protected override void Show(string line) => _playLines.Add(line);

    /// <summary>What of it would be done all the same.</summary>
    private protected override void SummariseFailure(PlaybookRun run)
    {
        if (run.Actions.Count > 0)
        {
            ShowPlan(run);
        }
    }

    /// <inheritdoc/>
    private protected override void Summarise(PlaybookRun run)
    {
        ShowPlan(run);
        Log.LogDiagnostics(FailOnChange && run.ChangesSomething
            ? [UseDiagnostics.PlanNotEmpty(Project.InfraFile, Summary.OfPlan(run))]
            : []);
    }

    private void ShowPlan(PlaybookRun run)
    {
        var headline = Summary.OfPlan(run);
        var isFull = string.Equals(Detail, "full", StringComparison.OrdinalIgnoreCase);
        var lines = (isFull ? PlanText.Full(run.Actions) : Log.Paint(PlanText.Grouped(run.Actions))).Concat(_playLines).ToList();
        Log.LogSummary(Project.ProjectFile, string.Join('\n', lines.Prepend(lines.Count > 0 ? $"plan: {headline}" : headline)));
        Log.WriteResult(Project, PlanFile, () => PlanDocument.Of(run).ToJson());
        Log.WriteResult(Project, PlanSummary, () => PlanMarkdown.Of(Project.ProjectFile, headline, run.Actions));
    }
}
