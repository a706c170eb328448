using System.Collections.Immutable;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Machines that come while an equal one leaves the same domain: who renames a machine in infra.yml and does not say so would
/// get an empty one.
/// </summary>
internal static class LikelyRenames
{
    // What another name or place in the file changes.
    private static readonly string[] s_ownOptions = [".ipv4.address", ".source", ".listen"];

    /// <summary>The changes; a reason says it where it is clear which machine became which.</summary>
    /// <param name="changes">What happens to what infra.yml has.</param>
    /// <param name="orphans">What it no longer has.</param>
    /// <param name="state">What Incus has.</param>
    public static IEnumerable<PlannedAction> Tell(
        IReadOnlyList<PlannedAction> changes, IReadOnlyList<PlannedAction> orphans, LiveState state)
    {
        var leave = orphans.Where(a => a.Id.Kind == ObjectKind.Instance)
            .Select(a => (a.Id, Form: FormOf(a.Id, state.Objects[a.Id])))
            .Where(o => o.Form is not null)
            .ToLookup(o => o.Form!, o => o.Id.Name);
        var come = changes.Where(a => a is { Kind: ActionKind.Create, Id.Kind: ObjectKind.Instance, Fault: null })
            .ToLookup(FormOf, a => a.Id);
        return changes.Select(a => a is { Kind: ActionKind.Create, Id.Kind: ObjectKind.Instance, Fault: null }
            && leave[FormOf(a)].ToList() is [var former] && come[FormOf(a)].Count() == 1
                ? a with { Reason = Join(a.Reason, $"looks like a rename of '{former}', whose data it gets with was: {former}") }
                : a);
    }

    private static string Join(string reason, string more) => reason.Length == 0 ? more : $"{reason}; {more}";

    private static string? FormOf(ObjectId id, IncusObject live) => Ownership.Of(id, live) is { IsOld: false } owner
        ? FormOf(id.Project, live.Type, owner.Image, owner.Applied)
        : null;

    private static string FormOf(PlannedAction action) => FormOf(
        action.Id.Project,
        action.Desired!.Instance!.Type,
        action.Desired.Instance.Image,
        Ownership.Remember(action.Desired.Properties));

    private static string FormOf(string project, string? type, string? image, ImmutableSortedDictionary<string, string> values) =>
        string.Join('\n',
        [
            project, type, image,
            .. values.Where(v => v.Key != Property.Description.ToString() && !s_ownOptions.Any(v.Key.EndsWith))
                .Select(v => $"{v.Key} {v.Value}"),
        ]);
}
