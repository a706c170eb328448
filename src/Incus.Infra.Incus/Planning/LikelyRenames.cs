using System.Collections.Immutable;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Machines that come while an equal one leaves, from the same domain or another one: who renames or moves a machine in infra.yml
/// and does not say so would get an empty one.
/// </summary>
internal static class LikelyRenames
{
    // What another name or place in the file changes.
    private static readonly string[] OwnOptions = [".ipv4.address", ".source", ".listen", ".network"];

    /// <summary>
    /// The changes; a reason says it where it is clear which machine became which. Who said a former name that nothing has gets
    /// no empty machine in place of that one.
    /// </summary>
    /// <param name="changes">What happens to what infra.yml has.</param>
    /// <param name="orphans">What it no longer has.</param>
    /// <param name="state">What Incus has.</param>
    public static IEnumerable<PlannedAction> Tell(
        IReadOnlyList<PlannedAction> changes, IReadOnlyList<PlannedAction> orphans, LiveState state)
    {
        var leave = orphans.Where(a => a.Id.Kind == ObjectKind.Instance)
            .Select(a => (a.Id, Form: FormOf(a.Id, state.Objects[a.Id])))
            .Where(o => o.Form is not null)
            .ToLookup(o => o.Form!, o => o.Id);
        var come = changes.Where(IsNewMachine).ToLookup(FormOf, a => a.Id);
        var likely = (
            from a in changes
            where IsNewMachine(a)
            let former = FormerOf(a.Id, [.. leave[FormOf(a)]], [.. come[FormOf(a)]])
            where former is not null
            select (a, former.Value)).ToList();

        // One of the same name may have its former domain from the domain's own field.
        var refused = likely.Where(l => l.a.Desired!.Was is { } was && was.Name != l.a.Id.Name)
            .ToDictionary(
                l => (l.a.Desired!.Domain, l.a.Desired.Machine),
                l => ToolDiagnostics.FormerNameUnknown(l.a.Desired!.Was!.Value, l.a.Id, WasOf(l.Value, l.a.Id)));
        var hints = likely.ToDictionary(l => l.a.Id, l => Hint(WasOf(l.Value, l.a.Id)));
        return changes.Select(a =>
            a is { Kind: ActionKind.Create, Fault: null, Desired: { } desired }
                && refused.TryGetValue((desired.Domain, desired.Machine), out var fault) ? a with { Fault = fault }
            : hints.TryGetValue(a.Id, out var hint) ? a with { Reason = Join(a.Reason, hint) }
            : a);
    }

    private static bool IsNewMachine(PlannedAction action) =>
        action is { Kind: ActionKind.Create, Id.Kind: ObjectKind.Instance, Fault: null };

    // The only one in its domain, or of its name, or of all.
    private static ObjectId? FormerOf(ObjectId id, List<ObjectId> leave, List<ObjectId> come) =>
        new Func<ObjectId, bool>[] { o => o.Project == id.Project, o => o.Name == id.Name, _ => true }
            .Select(alike => come.Count(alike) == 1 && leave.Where(alike).ToList() is [var only] ? only : (ObjectId?)null)
            .FirstOrDefault(former => former is not null);

    private static string WasOf(ObjectId former, ObjectId id) =>
        former.Project == id.Project ? former.Name : $"{former.Project}/{former.Name}";

    private static string Hint(string was) => $"looks like a rename of '{was}', whose data it gets with was: {was}";

    private static string Join(string reason, string more) => reason.Length == 0 ? more : $"{reason}; {more}";

    private static string? FormOf(ObjectId id, IncusObject live) => Ownership.Of(id, live) is { IsOld: false } owner
        ? FormOf(live.Type, owner.Image, owner.Applied)
        : null;

    private static string FormOf(PlannedAction action) => FormOf(
        action.Desired!.Instance!.Type,
        action.Desired.Instance.Image,
        Ownership.Remember(action.Desired.Properties));

    private static string FormOf(string? type, string? image, ImmutableSortedDictionary<string, string> values) =>
        string.Join('\n',
        [
            type, image,
            .. values.Where(v => v.Key != Property.Description.ToString() && !OwnOptions.Any(v.Key.EndsWith))
                .Select(v => $"{v.Key} {v.Value}"),
        ]);
}
