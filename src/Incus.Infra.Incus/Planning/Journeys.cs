using System.Collections.Immutable;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Machines of a cluster that are elsewhere than infra.yml wants, and what is to be done about that: nothing until it is
/// allowed, since a machine is stopped for it, but to complete what an interrupted run has begun.
/// </summary>
/// <param name="state">What Incus has.</param>
/// <param name="cluster">Its members.</param>
/// <param name="allowMove">Whether machines may be stopped.</param>
internal sealed class Journeys(LiveState state, Cluster cluster, bool allowMove)
{
    // By instance.
    private readonly Dictionary<ObjectId, Journey> _journeys = [];

    // Volumes whose move was interrupted; Incus shows them twice, or without what they are.
    private readonly HashSet<ObjectId> _underWay = [];

    /// <summary>Whether an object is left to the move of its machine, which an interrupted run has begun.</summary>
    public bool IsUnderWay(ObjectId id) => _underWay.Contains(id);

    /// <summary>Why nothing happens to what is on an evacuated member.</summary>
    public static string WhyEvacuated(string member) =>
        $"its member '{member}' is evacuated; it is left as it is until 'incus cluster restore {member}'";

    /// <summary>Finds out whether something of a machine is not where it should be.</summary>
    /// <param name="objects">The instance and its volumes.</param>
    /// <param name="goal">Where they should be; null where there is no such member.</param>
    /// <param name="fault">Why there is none.</param>
    /// <returns>Whether they come there now.</returns>
    public bool Begin(List<DesiredObject> objects, string? goal, Func<ObjectId, Diagnostic>? fault)
    {
        if (objects.Find(o => o.Instance is not null)?.Id is not { } id
            || state.Objects.GetValueOrDefault(id) is not { Home: { } home } live)
        {
            return false;
        }

        var mark = MoveMark.Of(live);
        var volumes = objects.Select(o => o.Id).Where(o => o.Kind == ObjectKind.Volume && state.Objects.ContainsKey(o)).ToList();
        _underWay.UnionWith(volumes.Where(v => mark?.Volumes.Any(moving => moving.Id == v) == true));
        var places = volumes.Select(HomeOf).Append(home).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (mark is null && places.All(at => at == goal))
        {
            return false;
        }

        var to = goal ?? "";
        var journey = new Journey(home, to, [.. volumes])
        {
            IsBegun = mark is not null,
            IsAllowed = goal is null || allowMove || mark is not null,
            Fault = goal is null ? fault
                : places.Append(to).FirstOrDefault(m => cluster.Find(m) is not { IsSilent: false }) is { } silent
                    ? _ => ToolDiagnostics.MoveToSilent(id, home, to, silent)
                : ForeignVolume(live, volumes, to) is { } foreign ? _ => ToolDiagnostics.MoveLeavesVolume(id, to, foreign)
                : null,
            IsEvacuated = home != live.Member || cluster.Find(home) is { IsEvacuated: true },
        };
        _journeys[id] = journey;
        return journey is { IsAllowed: true, Fault: null, IsEvacuated: false };
    }

    /// <summary>The actions on an instance, with its move.</summary>
    public IEnumerable<PlannedAction> AddTo(DesiredObject desired, List<PlannedAction> planned)
    {
        if (!_journeys.TryGetValue(desired.Id, out var journey) || planned.Exists(a => a.Fault is not null))
        {
            return planned;
        }

        // What changes besides goes along: the machine is stopped and started once.
        var change = planned.Find(a => a.IsWork);
        var move = (change ?? new PlannedAction(desired.Id, ActionKind.Move, [], "")) with
        {
            Kind = ActionKind.Move,
            Changes = change is null or { Kind: ActionKind.Replace } ? [] : change.Changes,
            Reason = change is { Kind: ActionKind.Replace }
                ? $"{journey.Reason}, then recreated: {change.Reason}"
                : journey.Reason,
            Desired = desired,
            Relocation = new Relocation(journey.To, journey.Volumes),
        };
        var withheld = new PlannedAction(desired.Id, ActionKind.Move, [], $"{journey.Why}; allow it with AllowMove=true")
        {
            Withheld = true,
        };
        return journey switch
        {
            { IsAllowed: false } => [.. planned, withheld],
            { Fault: { } faultOf } =>
            [
                // What is half moved starts nowhere.
                .. journey.IsBegun ? [] : planned,
                move with { Changes = [], Fault = faultOf(desired.Id), Serves = true },
            ],
            { IsEvacuated: true } =>
                [new PlannedAction(desired.Id, ActionKind.Evacuated, [], WhyEvacuated(journey.From))],
            // A share that waits until the machine is stopped comes with it.
            _ => [move, .. planned.Where(a => !a.IsWork && a.Kind != ActionKind.Update)],
        };
    }

    // One that a device or a profile attaches beside storage_volumes; its other users may be anywhere.
    private ObjectId? ForeignVolume(IncusObject live, List<ObjectId> own, string to)
    {
        var attached =
            from device in (live.ExpandedDevices ?? []).Values
            let pool = device.GetValueOrDefault("pool")
            let source = device.GetValueOrDefault("source")
            where pool is not null && source is not null
            select ObjectId.Volume(live.Project!, pool, source.Split('/')[0]);
        return attached.Except(own).Select(v => (ObjectId?)v).FirstOrDefault(v => HomeOf(v!.Value) is { } at && at != to);
    }

    private string? HomeOf(ObjectId id) => state.Objects.GetValueOrDefault(id)?.Home;

    /// <summary>That an instance goes to another member.</summary>
    /// <param name="From">Where it is.</param>
    /// <param name="To">Where it is wanted; empty where there is no such member.</param>
    /// <param name="Volumes">What it has, wherever that is.</param>
    private sealed record Journey(string From, string To, ImmutableArray<ObjectId> Volumes)
    {
        /// <summary>Whether an interrupted run has begun it.</summary>
        public bool IsBegun { get; init; }

        /// <summary>Whether it may be.</summary>
        public bool IsAllowed { get; init; }

        /// <summary>Why it cannot be.</summary>
        public Func<ObjectId, Diagnostic>? Fault { get; init; }

        /// <summary>Whether Incus keeps it stopped or elsewhere until its member is restored.</summary>
        public bool IsEvacuated { get; init; }

        /// <summary>What happens.</summary>
        public string Reason => From == To ? $"its volumes come to member '{To}'" : $"from member '{From}' to '{To}'";

        /// <summary>Why it should.</summary>
        public string Why => From == To
            ? $"volumes of it are not on '{To}', where it is"
            : $"it is on '{From}' and wanted on '{To}'";
    }
}
