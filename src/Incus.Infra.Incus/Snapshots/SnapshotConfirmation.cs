using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>What Incus answered and what it has afterwards can be two things: the second counts.</summary>
internal static class SnapshotConfirmation
{
    /// <summary>The results by what the server shows; reads nothing where nothing was begun.</summary>
    /// <param name="results">By what Incus answered.</param>
    /// <param name="readAsync">Looks once, for all.</param>
    /// <param name="judge">What is wrong with one that was begun, or null.</param>
    public static async Task<IReadOnlyList<SnapshotResult>> OfAsync<T>(
        IReadOnlyList<SnapshotResult> results, Func<Task<T>> readAsync, Func<SnapshotResult, T, Diagnostic?> judge)
    {
        if (!results.Any(Began))
        {
            return results;
        }

        Func<SnapshotResult, Diagnostic?> fault;
        try
        {
            var found = await readAsync();
            fault = result => judge(result, found);
        }
        catch (FaultException e)
        {
            fault = result => result.Error ?? ToolDiagnostics.NotSeen(result.Id, e.Message);
        }

        return [.. results.Select(r => Began(r) ? Judged(r, fault(r)) : r)];

        static bool Began(SnapshotResult result) => result.Status is ActionStatus.Done or ActionStatus.Failed;

        static SnapshotResult Judged(SnapshotResult result, Diagnostic? error) =>
            result with { Status = error is null ? ActionStatus.Done : ActionStatus.Failed, Error = error };
    }
}
