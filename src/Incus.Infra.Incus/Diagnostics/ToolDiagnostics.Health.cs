using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>INFRA4195 and INFRA4196: machines that are not ready.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4195: a machine is not healthy, as its <c>health</c> says.</summary>
    /// <param name="id">The machine.</param>
    /// <param name="answer">What it was asked and what it answered last.</param>
    /// <param name="waited">How long it was waited for, or null.</param>
    /// <param name="journal">The last lines of its journal.</param>
    public static Diagnostic NotHealthy(ObjectId id, string answer, TimeSpan? waited, IReadOnlyList<string> journal) => Error(
        "INFRA4195",
        $"{id} is not healthy{(waited is { } time ? $" after {time.TotalSeconds:0} seconds" : "")}: {answer.TrimEnd('.')}."
        + (journal.Count == 0 ? "" : $" Its journal ends with: {string.Join(" / ", journal.Select(Excerpt.Of))}"));

    /// <summary>INFRA4196: a machine is not started, as one that it needs is not healthy.</summary>
    public static Diagnostic NeedNotHealthy(ObjectId id, ObjectId need, string answer) => Error(
        "INFRA4196",
        $"{id} was not started, as {need}, which it needs, is not healthy: {answer.TrimEnd('.')}. Mend that and apply again.");
}
