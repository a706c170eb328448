using Incus.Infra.Incus.Execution;

namespace Incus.Infra.Tasks;

/// <summary>One line about the snapshots of several instances.</summary>
internal static class SnapshotSummary
{
    /// <summary>Such as "1 of 2 snapshots 'before' taken without error: work/dev".</summary>
    /// <param name="results">What became of each instance.</param>
    /// <param name="done">Such as <c>taken</c>.</param>
    public static string Of(IReadOnlyList<(string Instance, string Snapshot, ActionStatus Status)> results, string done)
    {
        var names = results.Where(r => r.Status == ActionStatus.Done).Select(r => r.Instance).ToList();
        var some = names.Count < results.Count ? $"{names.Count} of {results.Count}" : $"{results.Count}";
        var kind = results.Count == 1 ? "snapshot" : "snapshots";

        // What failed may be done in part; its error says what is so.
        var ended = results.All(r => r.Status is ActionStatus.Done or ActionStatus.Blocked) ? done : $"{done} without error";
        return results.All(r => r.Status == ActionStatus.Blocked)
            ? $"nothing {done}"
            : $"{some} {kind} '{results[0].Snapshot}' {ended}{(names.Count == 0 ? "" : $": {string.Join(", ", names)}")}";
    }
}
