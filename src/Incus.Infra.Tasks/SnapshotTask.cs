using Incus.Infra.Core.Model;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Snapshots;
using Microsoft.Build.Framework;

namespace Incus.Infra.Tasks;

/// <summary>What the snapshot tasks share: infra.yml, progress, and reporting.</summary>
public abstract class SnapshotTask : EngineTask
{
    private readonly List<SnapshotResult> _results = [];
    private string? _done;

    /// <summary>The one call into the engine.</summary>
    private protected abstract Task RunAsync(SnapshotEngine engine, CancellationToken ct);

    private protected sealed override Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct) =>
        RunAsync(new SnapshotEngine(client, target, server, LogWaiting, LogProgress, TimeProvider.System), ct);

    /// <summary>The content of infra.yml; null if there is an error, which is logged.</summary>
    private protected Infrastructure? ReadInfra()
    {
        var infra = Project.ToBuild().Read(out var diagnostics);
        Log.LogDiagnostics(diagnostics);
        return infra;
    }

    /// <summary>Keeps, to be logged at the end, which instances were done, and why others were not.</summary>
    /// <param name="results">The result of each.</param>
    /// <param name="done">Such as <c>taken</c>.</param>
    private protected void Report(IReadOnlyList<SnapshotResult> results, string done)
    {
        _results.AddRange(results);
        _done = done;
    }

    private protected override void Conclude()
    {
        if (_done is not null)
        {
            Log.LogSummary(
                Project.ProjectFile, SnapshotSummary.Of([.. _results.Select(r => (Label(r), r.Snapshot, r.Status))], _done));
            Log.LogDiagnostics(_results.Select(r => r.Error).OfType<Diagnostic>());
        }
    }

    private void LogWaiting(string what) => Log.LogMessage(MessageImportance.High, what);

    private void LogProgress(SnapshotProgress step)
    {
        var outcome = step.Result.Error is null ? "done" : "failed";
        Log.LogMessage(MessageImportance.High, $"[{step.Ended}/{step.Total}] {Label(step.Result)}: {outcome}");
    }

    private static string Label(SnapshotResult result) => $"{result.Id.Project}/{result.Id.Name}";
}
