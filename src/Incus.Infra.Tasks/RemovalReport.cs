using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Planning;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>Shows a Destroy to the person who runs it, and has it confirmed.</summary>
/// <param name="log">The build's log.</param>
/// <param name="projectFile">Full path of the project file.</param>
/// <param name="domains">The domains as they were given; null for everything.</param>
/// <param name="confirmation">What was given to confirm it, or null.</param>
internal sealed class RemovalReport(TaskLoggingHelper log, string projectFile, string? domains, string? confirmation)
{
    /// <summary>Shows what would happen, and says whether that is wanted; what deletes nothing needs no confirmation.</summary>
    public bool Confirms(string infrastructure, IReadOnlyList<ActionResult> plan)
    {
        var text = RemovalText.Plan(infrastructure, plan);
        var word = domains ?? infrastructure;
        bool confirmed;
        if (confirmation is null && Terminal.IsThere && plan.Any(r => r.Status == ActionStatus.Planned))
        {
            // MSBuild might show it after the question.
            log.LogMessage(MessageImportance.Low, text);
            confirmed = Terminal.Confirms($"{text}\nThis cannot be undone.", word);
        }
        else
        {
            log.LogSummary(projectFile, text);
            confirmed = confirmation == word || !plan.Any(r => r.Status == ActionStatus.Planned);
        }

        if (!confirmed)
        {
            log.LogDiagnostics([UseDiagnostics.NotConfirmed(Path.GetFileName(projectFile), confirmation, word)]);
        }

        return confirmed;
    }

    public void Waits(string what) => log.LogMessage(MessageImportance.High, what);

    public void Progresses(Progress step)
    {
        if (step.Result.Status != ActionStatus.Planned)
        {
            log.LogMessage(MessageImportance.High, RemovalText.Progress(step));
        }
    }

    /// <summary>Sums up, and logs as errors what failed and what was kept because it is protected.</summary>
    public void Ends(IReadOnlyList<ActionResult> results)
    {
        if (results.Any(r => r.Status != ActionStatus.Skipped))
        {
            log.LogSummary(projectFile, RemovalText.Summary(results));
        }

        log.LogDiagnostics(results.Select(r => r.Error).OfType<Diagnostic>());
        if (results.Where(r => r.Action == ActionKind.Protected).Select(r => r.Id).ToList() is { Count: > 0 } kept)
        {
            log.LogDiagnostics([ToolDiagnostics.ProtectedKept(kept)]);
        }
    }
}
