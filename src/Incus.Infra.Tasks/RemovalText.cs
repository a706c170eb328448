using System.Text;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Tasks;

/// <summary>What Destroy would do, does and did, in words for people.</summary>
internal static class RemovalText
{
    /// <summary>A line for each object, those that go first.</summary>
    public static string Plan(string infrastructure, IReadOnlyList<ActionResult> plan)
    {
        var stays = plan.Count(r => r.Status == ActionStatus.Skipped);
        var fails = plan.Count(r => r.Error is not null);
        var goes = plan.Count - stays - fails;
        var text = new StringBuilder(infrastructure.Length == 0 ? "" : $"'{Excerpt.Of(infrastructure)}': ");
        text.Append(goes == 0 ? "nothing" : Quantity.Of(goes, "object")).Append(" to delete");
        text.Append(stays == 0 ? "" : $", {stays} to keep").Append(fails == 0 ? "" : $", {fails} that cannot be deleted");
        foreach (var result in plan.OrderBy(r => r.Status == ActionStatus.Skipped))
        {
            text.Append('\n').Append(Action(result)).Append(result.Reason.Length == 0 ? "" : $" ({result.Reason})");
        }

        return text.ToString();
    }

    /// <summary>The line of an object that is done with, as Apply has it.</summary>
    public static string Progress(Progress step)
    {
        var status = step.Result.Status == ActionStatus.Done ? "" : $" {Lower(step.Result.Status)}";
        return $"[{step.Ended}/{step.Total}] {Action(step.Result)}{status}"
            + (step.Result.Error is { } error ? $": {error.Message}" : "");
    }

    /// <summary>Such as "5 objects deleted, 2 kept, 1 failed".</summary>
    public static string Summary(IReadOnlyList<ActionResult> results)
    {
        var failed = results.Count(r => r.Error is not null);
        return $"{Quantity.Of(results.Count(r => r.Status == ActionStatus.Done), "object")} deleted, "
            + $"{results.Count(r => r.Status == ActionStatus.Skipped)} kept"
            + (failed == 0 ? "" : $", {failed} failed");
    }

    private static string Action(ActionResult result)
    {
        var (id, place) = (result.Id, result.Id.Traits.Home == Home.Project ? $"{result.Id.Project}/" : "");
        return $"{id.Word} {Excerpt.Of(place + id.Name)}: {Lower(result.Action)}";
    }

#pragma warning disable CA1308 // Words of a sentence.
    private static string Lower<T>(T word)
        where T : struct, Enum => word.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
