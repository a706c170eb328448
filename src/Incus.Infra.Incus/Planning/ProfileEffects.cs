using System.Collections.Immutable;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// What the plan of profiles means for the instances that use them: Incus hands a change on at once, but a running
/// instance does not notice all of it.
/// </summary>
internal sealed class ProfileEffects
{
    private readonly IReadOnlyDictionary<ObjectId, IncusObject> _live;
    private readonly Dictionary<ObjectId, IncusObject> _planned = [];
    private readonly Dictionary<ObjectId, Inheritance> _inherited = [];
    private readonly Dictionary<ObjectId, DueRestarts> _due = [];

    /// <param name="planner">Plans profiles and instances.</param>
    /// <param name="desired">All that is wanted.</param>
    /// <param name="covers">Whether the plan is about an object.</param>
    /// <param name="live">What Incus has.</param>
    public ProfileEffects(
        ObjectPlanner planner,
        IReadOnlyCollection<DesiredObject> desired,
        Func<ObjectId, bool> covers,
        IReadOnlyDictionary<ObjectId, IncusObject> live)
    {
        _live = live;
        var changed = new List<PlannedAction>();
        foreach (var action in desired
            .Where(d => d.Id.Kind == ObjectKind.Profile && covers(d.Id))
            .SelectMany(d => planner.Plan(d, live.GetValueOrDefault(d.Id)))
            .Where(a => a.IsWork))
        {
            _planned[action.Id] = Properties.With(
                live.GetValueOrDefault(action.Id) ?? new IncusObject(),
                action.Changes.Select(c => KeyValuePair.Create(c.Property, c.New)));
            changed.Add(action);
        }

        var without = desired
            .Where(d => live.GetValueOrDefault(d.Id) is { IsUp: true, LastUsedAt: not null })
            .ToDictionary(d => d.Id, d => Unnoticed(planner, d, covers(d.Id)));
        foreach (var action in changed.Where(a => a.Unnoticed))
        {
            _due[action.Id] = Due(action, without);
        }
    }

    /// <summary>An object with what its plan must know of its profiles or users.</summary>
    public DesiredObject Prepare(DesiredObject desired) => desired with
    {
        Inherited = _inherited.GetValueOrDefault(desired.Id),
        Due = _due.GetValueOrDefault(desired.Id, DueRestarts.None),
    };

    private ImmutableSortedSet<string> Unnoticed(ObjectPlanner planner, DesiredObject desired, bool covered)
    {
        var instance = _live[desired.Id];
        var profiles = covered ? desired.Properties.GetValueOrDefault(Property.Profiles)?.Split(',') : instance.Profiles;
        var inherited = new Inheritance(
            [
                .. Ids(desired.Id, profiles)
                    .Select(id => _planned.GetValueOrDefault(id) ?? _live.GetValueOrDefault(id))
                    .OfType<IncusObject>(),
            ],
            [
                .. Ids(desired.Id, instance.Profiles).SelectMany(id => Left(id).Of(instance.LastUsedAt!.Value)),
            ],
            instance.LastUsedAt);
        _inherited[desired.Id] = inherited;
        return covered
            ? planner.Plan(desired with { Inherited = inherited }, instance)
                .Select(a => a.Desired?.Inherited?.Unnoticed ?? []).FirstOrDefault(u => !u.IsEmpty, [])
            : ObjectPlanner.Unnoticed(instance, instance, inherited);
    }

    // A value of the instance itself or of a later profile hides that of this one.
    private DueRestarts Due(PlannedAction profile, Dictionary<ObjectId, ImmutableSortedSet<string>> unnoticed)
    {
        var users = unnoticed.Where(u => Ids(u.Key, _live[u.Key].Profiles).Contains(profile.Id)).ToList();
        var running = users.Select(u => Started(u.Key)).ToHashSet();
        return profile.Changes.Aggregate(Left(profile.Id).Only(running), (due, change) => due.With(
            change.Property.ToString(),
            users.Where(u => u.Value.Contains(change.Property.ToString()) && !IsHidden(change.Property, profile.Id, u.Key))
                .Select(u => Started(u.Key))));
    }

    // What earlier runs left.
    private DueRestarts Left(ObjectId profile) =>
        (_live.GetValueOrDefault(profile) is { } live ? Ownership.Of(profile, live)?.Restart : null) ?? DueRestarts.None;

    private bool IsHidden(Property property, ObjectId profile, ObjectId instance) =>
        Ids(instance, _live[instance].Profiles).SkipWhile(id => id != profile).Skip(1)
            .Append(instance)
            .Select(_live.GetValueOrDefault)
            .Any(layer => property.Section == Section.Devices
                ? layer?.Devices?.ContainsKey(property.Device) == true
                : layer?.Config?.ContainsKey(property.Key) == true);

    private long Started(ObjectId instance) => _live[instance].LastUsedAt!.Value.UtcTicks;

    private static IEnumerable<ObjectId> Ids(ObjectId instance, IEnumerable<string>? profiles) =>
        (profiles ?? []).Select(name => ObjectId.Profile(instance.Project, name));
}
