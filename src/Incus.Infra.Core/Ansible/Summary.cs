namespace Incus.Infra.Core.Ansible;

/// <summary>One line about many actions.</summary>
internal static class Summary
{
    private static readonly string[] AsPlanned = [ObjectAction.Planned, ObjectAction.Done, ObjectAction.Skipped];

    /// <summary>
    /// Such as "create 2 objects, update 1 object, failed 1 object"; what fails, destroys or interrupts first.
    /// </summary>
    /// <param name="run">What compared Incus with the tree, or, for want of tasks that do so, did not.</param>
    public static string Of(PlaybookRun run)
    {
        if (!run.HasCompared)
        {
            return "nothing in Incus was compared";
        }

        var words = PlanGroup.InOrder(run.Actions)
            .GroupBy(a => AsPlanned.Contains(a.Status) ? a.Action : a.Status, StringComparer.Ordinal)
            .Select(g => $"{g.Key} {Quantity.Of(g.Count(), "object")}");
        return string.Join(
            ", ", run.Actions.All(a => a.Status == ObjectAction.Skipped) ? words.Prepend("nothing to change in Incus") : words);
    }

    /// <summary>The same for a plan, with the tasks of plays of the user's.</summary>
    public static string OfPlan(PlaybookRun run) => run.ChangedTasks == 0
        ? Of(run)
        : $"{Of(run)}; {Quantity.Of(run.ChangedTasks, "task")} would change something";
}
