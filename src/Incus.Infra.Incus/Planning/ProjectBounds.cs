using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Lets a project allow more before its machines need it, and less once they no longer do: Incus refuses both a machine that
/// its project does not allow and a project that does not allow its machines.
/// </summary>
internal static class ProjectBounds
{
    /// <summary>The plan, with each project's change before and after those of its machines as far as that takes.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="desired">What infra.yml has.</param>
    public static IReadOnlyList<PlannedAction> Arrange(
        IReadOnlyList<PlannedAction> plan, IReadOnlyCollection<DesiredObject> desired)
    {
        // While its replacement starts, the former instance is still there.
        var replaced = plan.Where(a => a is { IsWork: true, Kind: ActionKind.Replace, Id.Kind: ObjectKind.Instance })
            .Select(a => ObjectId.OfProject(a.Id.Project)).ToHashSet();
        var changed = plan.Where(a => a is { IsWork: true, Kind: ActionKind.Update, Id.Kind: ObjectKind.Project })
            .Select(a => a.Id).ToHashSet();
        var unchanged = desired.Where(d => replaced.Contains(d.Id) && !changed.Contains(d.Id) && LimitsOf(d).Count > 0)
            .SelectMany(d => Split(new PlannedAction(d.Id, ActionKind.Update, [], "") { Desired = d }, makesRoom: true));
        return
        [
            .. plan.SelectMany(a => changed.Contains(a.Id) && a.IsWork ? Split(a, replaced.Contains(a.Id)) : [a]),
            .. unchanged,
        ];
    }

    private static IEnumerable<PlannedAction> Split(PlannedAction action, bool makesRoom)
    {
        List<PropertyChange> bounds = [.. action.Changes.Where(c => OwnProject.Bounds(c.Property))];
        var opens = bounds.Exists(c => c.Property.Key == OwnProject.Restricted && c.New != "true");
        var loosening = bounds.FindAll(c => OwnProject.Loosens(c.Property.Key, c.Old, c.New));
        if (!makesRoom && (opens || loosening.Count == bounds.Count))
        {
            return [action];
        }

        List<PropertyChange> first = makesRoom
            ? [.. loosening.Where(c => !IsLimit(c.Property)), .. LimitsOf(action.Desired!)]
            : loosening;
        PlannedAction last = action with { Tightens = true };
        return first.Count == 0 ? [last]
        : [
            new PlannedAction(
                action.Id, ActionKind.Update, [.. first], makesRoom ? "makes room for replacements first" : "allows more first")
            {
                GivesUp = true,
            },
            last,
        ];
    }

    private static List<PropertyChange> LimitsOf(DesiredObject project) =>
    [
        .. project.Properties.Where(p => IsLimit(p.Key))
            .Select(p => new PropertyChange(p.Key, p.Value, null, ChangeCause.Wanted)),
    ];

    private static bool IsLimit(Property property) =>
        property.Section == Section.Config && property.Key.StartsWith(OwnProject.LimitPrefix, StringComparison.Ordinal);
}
