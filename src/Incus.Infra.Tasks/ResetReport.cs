using System.Globalization;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks;

/// <summary>What a reset says while it runs and at its end.</summary>
/// <param name="log">The log of the task.</param>
/// <param name="projectFile">The project file.</param>
internal sealed class ResetReport(TaskLoggingHelper log, string projectFile)
{
    /// <summary>Says which machines and volumes lose what, before they do.</summary>
    public void Announces(IReadOnlyList<ResetStep> steps) => log.LogSummary(
        projectFile, string.Join('\n', steps.Select(step => $"{Label(step.Id)}: {Loss(step)}").Prepend("reset")));

    public void Waits(string what) => Show(what);

    public void Progresses(SnapshotProgress step) => Show(
        $"[{step.Ended}/{step.Total}] {Label(step.Result.Id)}: {(step.Result.Error is null ? "done" : "failed")}");

    public void Ends(ResetOutcome outcome)
    {
        var toMake = outcome.ToMake.Select(Label).ToList();
        var reset = outcome.Results.Where(r => r.Status == ActionStatus.Done).Select(r => Label(r.Id)).Except(toMake).ToList();
        var others = toMake.Count == 0 ? "" : $"; to be made anew: {string.Join(", ", toMake)}";
        log.LogSummary(projectFile, reset.Count == 0 ? $"no machine reset{others}"
            : $"{Quantity.Of(reset.Count, "machine")} reset: {string.Join(", ", reset)}{others}");
        log.LogDiagnostics(outcome.Results.Select(r => r.Error).OfType<Diagnostic>());
    }

    /// <summary>Says which machines have a baseline now; nothing where none lacked it.</summary>
    public void Takes(IReadOnlyList<SnapshotResult> results)
    {
        if (results.Count > 0)
        {
            log.LogSummary(
                projectFile, SnapshotSummary.Of([.. results.Select(r => (Label(r.Id), r.Snapshot, r.Status))], "taken"));
        }

        log.LogDiagnostics(results.Select(r => r.Error).OfType<Diagnostic>());
    }

    private static string Loss(ResetStep step)
    {
        var volumes = step.Volumes.Count == 0 ? "" : $", also on {string.Join(", ", step.Volumes.Select(v => v.Id.Name))}";
        return step.Snapshot is { } snapshot
                ? $"loses what is newer than '{snapshot.Name}' of {Time(snapshot.CreatedAt)}{volumes}"
            : step.Choice.Live is null && step.Volumes.Count == 0 ? "is made: it is not in Incus"
            : $"loses everything{volumes}: it has no baseline and is made anew";
    }

    private static string Time(DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");

    private static string Label(ObjectId id) => $"{id.Project}/{id.Name}";

    private void Show(string line) => log.LogMessage(MessageImportance.High, line);
}
