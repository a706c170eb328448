using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Which member of a cluster each machine is on or goes to, with its volumes. A bridge without a tunnel reaches no other member,
/// so its domain lives on one: the one that infra.yml names, else where the domain's first machine or volume is, else where a
/// domain is that policies join it with, also by way of others, else the one with the fewest machines to be kept apart from,
/// and the fewest instances. With a tunnel that is chosen for each machine. It is chosen once: where Incus or an administrator
/// moves a machine later is not stored and not undone, but where infra.yml names another place.
/// </summary>
internal sealed class Placement
{
    private readonly LiveState _state;
    private readonly Cluster? _cluster;
    private readonly bool _allowMove;
    private readonly Dictionary<ObjectId, Place> _places = [];

    // The member that each domain lives on.
    private readonly Dictionary<string, string> _homes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _load;
    private readonly Dictionary<string, DomainSpec> _domains;

    // What keeps machines apart, and how many of each are on each member.
    private readonly Dictionary<ObjectId, string> _labels;
    private readonly Dictionary<(string Label, string Member), int> _crowds;

    private readonly Journeys? _journeys;

    // Only where domains have tunnels, as without the whole domain is what a policy leads to.
    private readonly Bonds? _bonds;
    private readonly Dictionary<ObjectId, string> _targets;

    /// <param name="request">Says which domains are looked at.</param>
    /// <param name="desired">What they want.</param>
    /// <param name="state">What Incus has; of a single server nothing follows.</param>
    public Placement(EngineRequest request, IReadOnlyCollection<DesiredObject> desired, LiveState state)
    {
        _state = state;
        _cluster = state.Cluster;
        _allowMove = request.AllowMove && request.Kinds.Contains(ObjectKind.Instance);
        _domains = request.Domains.DistinctBy(d => d.Name).ToDictionary(d => d.Name, StringComparer.Ordinal);
        _load = state.Objects.Where(o => o.Key.Kind == ObjectKind.Instance)
            .GroupBy(o => o.Value.Location ?? "", StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        _labels = (
            from domain in request.Domains
            from machine in domain.Machines
            where machine.InstanceSpread is not null
            select (Id: ObjectId.Instance(domain.IncusProject, machine.InstanceName), Label: machine.InstanceSpread))
            .DistinctBy(m => m.Id)
            .ToDictionary(m => m.Id, m => m.Label);
        _crowds = _labels.Select(m => (m.Value, HomeOf(m.Key) ?? "")).CountBy(crowd => crowd).ToDictionary();
        _targets = (
            from domain in request.Domains
            from machine in domain.Machines
            where machine.InstanceTarget is not null
            select (Id: ObjectId.Instance(domain.IncusProject, machine.InstanceName), Target: machine.InstanceTarget))
            .DistinctBy(m => m.Id)
            .ToDictionary(m => m.Id, m => m.Target);
        if (_cluster is { } cluster)
        {
            _bonds = request.Domains.Any(IsLinked) ? new Bonds(_domains) : null;
            var journeys = _journeys = new Journeys(state, cluster, _allowMove);
            var parts = desired.Where(d => d.Machine is not null).ToLookup(d => (d.Domain, d.Machine!));
            foreach (var domain in request.Domains)
            {
                var homes = domain.Machines.Select(m => HomeOf(ObjectId.Instance(domain.IncusProject, m.InstanceName)))
                    .Concat(domain.Machines.Select(m => HomeOf(parts[(domain.Name, m.InstanceName)])))
                    .OfType<string>()
                    .ToList();
                var target = TargetsOf(domain).FirstOrDefault();

                // Some machines may have moved already, when a run that moved all of them was interrupted.
                if ((homes.Find(home => IsWithin(target, home)) ?? homes.FirstOrDefault()) is { } home)
                {
                    _homes[domain.Name] = home;
                }
            }

            // Those that name a place first: others follow them.
            foreach (var domain in request.Domains.Where(d => request.Covers(d.Name)).OrderBy(d => !TargetsOf(d).Any()))
            {
                Settle(cluster, journeys, domain, parts);
            }
        }
    }

    /// <summary>An object with the member that it is on or goes to.</summary>
    public DesiredObject Locate(DesiredObject desired) =>
        _places.GetValueOrDefault(desired.Id) is { Member: { } member } ? desired with { Member = member } : desired;

    /// <summary>
    /// The member that an instance of any domain is on or goes to; null where it has no place yet, and on a single server.
    /// </summary>
    public string? MemberOf(ObjectId instance) =>
        _cluster is null ? null : _places.GetValueOrDefault(instance)?.Member ?? HomeOf(instance);

    /// <summary>The actions on an object, or instead of them why there are none, and what they leave.</summary>
    public IEnumerable<PlannedAction> Check(DesiredObject desired, IEnumerable<PlannedAction> actions)
    {
        if (_cluster is not { } cluster || _journeys is not { } journeys)
        {
            return actions;
        }

        var id = desired.Id;
        if (journeys.IsUnderWay(id))
        {
            return [];
        }

        var live = _state.Objects.GetValueOrDefault(id);
        if (live?.AlsoOn is { } other)
        {
            return [Refused(ToolDiagnostics.VolumeTwice(id, live.Location!, other))];
        }

        if (id.Kind == ObjectKind.Instance && live is not null && IsUnreachable(live))
        {
            return
            [
                Refused(ToolDiagnostics.MemberSilent(id, live.Location!)) with
                {
                    Kind = ActionKind.Unreachable,
                    Reason = $"member '{live.Location}' does not answer",
                },
            ];
        }

        List<PlannedAction> planned = [.. journeys.AddTo(desired, [.. actions])];
        if (planned.Exists(a => a.IsWork))
        {
            if (IsOfAllMembers(id.Kind) && cluster.Silent is [_, ..] silent && !(id.Kind == ObjectKind.Acl && live is null))
            {
                return
                [
                    Refused(ToolDiagnostics.MembersMissing(id, silent)) with
                    {
                        Kind = planned[0].Kind,
                        Serves = planned[0].Kind == ActionKind.Update && !Links.LacksTunnel(planned[0]),
                    },
                ];
            }

            if (_places.GetValueOrDefault(id)?.Fault is { } faultOf)
            {
                return [Refused(faultOf(id)) with { Kind = planned[0].Kind }];
            }

            if (desired.Member is { } member && cluster.Find(member) is { IsEvacuated: true })
            {
                return [new PlannedAction(id, ActionKind.Evacuated, [], Journeys.WhyEvacuated(member))];
            }
        }

        // What cannot work is an error beside the rules, which may close something else.
        return
        [
            .. id.Kind == ObjectKind.Acl && PolicyAcross(id, desired.Domain) is { } across
                ? [Refused(across) with { Serves = true }]
                : Array.Empty<PlannedAction>(),
            .. planned.Select(a => a is { Kind: ActionKind.Create, Id.Kind: ObjectKind.Instance } && desired.Member is { } member
                ? a with { Reason = $"on member '{member}'{Crowded(id, member)}{(a.Reason.Length == 0 ? "" : $"; {a.Reason}")}" }
                : a),
        ];

        PlannedAction Refused(Diagnostic fault) =>
            new(id, ActionKind.Update, [], "") { Desired = desired, Fault = fault };
    }

    private static bool IsLinked(DomainSpec domain) => domain.IncusNetwork.Tunnel is not null;

    private Diagnostic? PolicyAcross(ObjectId acl, string domain)
    {
        if (_bonds is null)
        {
            return PartnerElsewhere(domain) is { } partner
                ? ToolDiagnostics.PolicyAcross(acl, _homes[domain], partner, _homes[partner])
                : null;
        }

        return _domains.GetValueOrDefault(domain) is { } spec && _bonds.Parted(spec, MemberOf) is var (from, to)
            ? ToolDiagnostics.PolicyAcrossLink(acl, from, MemberOf(from)!, to, MemberOf(to)!)
            : null;
    }

    // Of an offline member the server may know it, or find out when it asks for what the instance is.
    private bool IsUnreachable(IncusObject instance) =>
        instance.IsUnreachable || (instance.Location is { } at && _cluster!.Find(at) is { IsSilent: true });

    private static bool IsOfAllMembers(ObjectKind kind) => kind is ObjectKind.Network or ObjectKind.Acl;

    private string Crowded(ObjectId id, string member) =>
        _labels.GetValueOrDefault(id) is { } label && _crowds.GetValueOrDefault((label, member)) - 1 is > 0 and var others
            ? $", beside {others} more of '{label}'"
            : "";

    private void Settle(
        Cluster cluster, Journeys journeys, DomainSpec domain, ILookup<(string Domain, string Machine), DesiredObject> parts)
    {
        Place? common = null;
        foreach (var machine in domain.Machines)
        {
            var objects = parts[(domain.Name, machine.InstanceName)].ToList();
            var home = HomeOf(objects);
            var goal = home is not null && IsWithin(machine.InstanceTarget, home)
                ? At(cluster, home)
                : IsLinked(domain) ? Choose(cluster, domain, [machine])
                : common ??= Choose(cluster, domain, domain.Machines);
            var moves = journeys.Begin(objects, goal.Member, goal.Fault);
            var place = moves ? goal
                : (home ?? Behind(domain, machine.InstanceTarget)) is { } there ? At(cluster, there)
                : goal;
            foreach (var part in objects)
            {
                _places[part.Id] = place;
            }

            var isThere = objects.Exists(o => o.Instance is not null && _state.Objects.ContainsKey(o.Id));
            if (place.Member is { } member && (moves || !isThere))
            {
                _load[member] = _load.GetValueOrDefault(member) + 1;
                foreach (var label in objects.Select(o => _labels.GetValueOrDefault(o.Id)).OfType<string>())
                {
                    _crowds[(label, member)] = _crowds.GetValueOrDefault((label, member)) + 1;
                }

                _homes[domain.Name] = moves ? member : _homes.GetValueOrDefault(domain.Name, member);
            }
        }
    }

    // An instance comes where its volumes are; Incus would look for them there.
    private string? HomeOf(IEnumerable<DesiredObject> parts) => parts
        .OrderByDescending(d => d.Id.Kind)
        .Select(d => HomeOf(d.Id))
        .FirstOrDefault(home => home is not null);

    // What Incus has moved away for a while counts as where it belongs.
    private string? HomeOf(ObjectId id) => _state.Objects.GetValueOrDefault(id)?.Home;

    private string? PartnerElsewhere(string domain) => _homes.TryGetValue(domain, out var home)
        ? _domains[domain].IncusNetworkAcl.Partners.FirstOrDefault(p => _homes.TryGetValue(p, out var other) && other != home)
        : null;

    // Where policies of the domain would reach, or of some machines of it.
    private string? Near(DomainSpec domain, IEnumerable<MachineSpec> machines)
    {
        if (_bonds is null)
        {
            return Joined(domain)
                .Select(p => _homes.GetValueOrDefault(p) ?? TargetsOf(_domains.GetValueOrDefault(p)).FirstOrDefault(IsMember))
                .FirstOrDefault(member => member is not null);
        }

        var bound = machines.SelectMany(m => _bonds.With(ObjectId.Instance(domain.IncusProject, m.InstanceName))).ToList();
        return bound.Select(MemberOf)
            .Concat(bound.Select(other => _targets.GetValueOrDefault(other) is { } target && IsMember(target) ? target : null))
            .FirstOrDefault(member => member is not null);
    }

    // The domains that policies join with one, also by way of others: nearest first, without itself.
    private IEnumerable<string> Joined(DomainSpec domain)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { domain.Name };
        var next = new Queue<string>(seen);
        while (next.TryDequeue(out var current))
        {
            foreach (var partner in (_domains.GetValueOrDefault(current)?.IncusNetworkAcl.Partners ?? []).Where(seen.Add))
            {
                yield return partner;
                next.Enqueue(partner);
            }
        }
    }

    private static IEnumerable<string> TargetsOf(DomainSpec? domain) => TargetsOf(domain?.Machines ?? []);

    private static IEnumerable<string> TargetsOf(IEnumerable<MachineSpec> machines) =>
        machines.Select(m => m.InstanceTarget).OfType<string>().Distinct(StringComparer.Ordinal);

    private bool IsMember(string target) => _cluster!.Find(target) is not null;

    // For machines that go to one member.
    private Place Choose(Cluster cluster, DomainSpec domain, IReadOnlyList<MachineSpec> machines)
    {
        var targets = TargetsOf(machines).ToList();
        if (targets is [var one, var other, ..])
        {
            return new Place(null, id => ToolDiagnostics.SeveralTargets(id, domain.Name, one, other));
        }

        var target = targets.FirstOrDefault();
        var candidates = Candidates(cluster, target).ToList();
        if (candidates.Count == 0)
        {
            return new Place(null, id => ToolDiagnostics.NoSuchMember(id, target!, cluster.Members.Select(m => m.ServerName)));
        }

        if (candidates is [var named] && target == named.ServerName)
        {
            return At(cluster, named.ServerName);
        }

        var there = (IsLinked(domain) ? null : _homes.GetValueOrDefault(domain.Name)) ?? Near(domain, machines);
        if (there is not null && (target is null || candidates.Exists(m => m.ServerName == there)))
        {
            return At(cluster, there);
        }

        var group = target?[1..];
        var labels = machines.Select(m => m.InstanceSpread).OfType<string>().ToList();
        return candidates.Where(m => m.IsOnline && m.Takes(group))
            .MinBy(m => (labels.Sum(l => _crowds.GetValueOrDefault((l, m.ServerName))), _load.GetValueOrDefault(m.ServerName)))
                is { } free
            ? new Place(free.ServerName)
            : new Place(null, id => ToolDiagnostics.NoMemberFree(id, target));
    }

    private static Place At(Cluster cluster, string member) => cluster.Find(member) is { IsSilent: false }
        ? new Place(member)
        : new Place(member, id => ToolDiagnostics.HomeSilent(id, member));

    // Where the domain's other machines stay that infra.yml wants elsewhere: it is not divided.
    private string? Behind(DomainSpec domain, string? target) =>
        !_allowMove && !IsLinked(domain) && _homes.GetValueOrDefault(domain.Name) is { } home && !IsWithin(target, home)
            ? home
            : null;

    private bool IsWithin(string? target, string member) => Candidates(_cluster!, target).Any(m => m.ServerName == member);

    private static IEnumerable<ClusterMember> Candidates(Cluster cluster, string? target) => cluster.Members.Where(m =>
        target is null || (target.StartsWith('@') ? m.Groups?.Contains(target[1..]) == true : m.ServerName == target));

    /// <param name="Member">Where it is or goes to; null where there is no such member.</param>
    /// <param name="Fault">Why nothing can be made or changed there.</param>
    private sealed record Place(string? Member, Func<ObjectId, Diagnostic>? Fault = null);
}
