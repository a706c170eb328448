using Incus.Infra.Core.Ansible;
using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Files;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>Shows what <see cref="InfraApply"/> would change in Incus, based on the tree as Sync would write it.</summary>
public sealed class InfraPlan : PreviewPlaybook
{
    // What provisioning would do in machines cannot be told before the machines are there.
    private const string Provisioning = "provision";

    private readonly List<string> _lines = [];

    /// <summary>File that gets the plan as JSON, relative to the project folder.</summary>
    public string? PlanFile { get; set; }

    /// <inheritdoc/>
    protected override void AddSwitches(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch("--check");
        arguments.AppendSwitch("--diff");
        arguments.AppendSwitchIfNotNull("--tags=", CommandList.ToTags(Tags) ?? "infra");
        arguments.AppendSwitchIfNotNull("--skip-tags=", string.Join(',', CommandList.Of(SkipTags).Prepend(Provisioning)));
    }

    /// <inheritdoc/>
    protected override void Show(string line) => _lines.Add(line);

    /// <summary>What of it would be done all the same.</summary>
    private protected override void SummariseFailure(PlaybookRun run)
    {
        if (run.Actions.Count > 0)
        {
            Summarise(run);
        }
    }

    /// <inheritdoc/>
    private protected override void Summarise(PlaybookRun run)
    {
        if (PlanFile is not null)
        {
            var plan = PlanDocument.Of(run.Actions);
            if (FileFault.Of(() => File.WriteAllText(FullPath(PlanFile)!, plan.ToJson())) is { } fault)
            {
                Log.LogDiagnostics([fault.WhenWriting(PlanFile)]);
                return;
            }
        }

        var heading = _lines.Count > 0 ? new[] { "plan" } : [];
        Log.LogSummary(Project.ProjectFile, string.Join('\n', [.. heading, .. _lines, Summary.Of(run)]));
    }
}
