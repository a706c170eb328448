using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Which member of a cluster each machine is on or goes to, with its volumes. A bridge reaches no other member, so a domain
/// lives on one: the one that infra.yml names, else where the domain's first machine or volume is, else where a domain is
/// that it has a policy with, else the one with the fewest instances. That is chosen once: where Incus or an administrator
/// moves a machine later is not stored and not undone.
/// </summary>
internal sealed class Placement
{
    private readonly LiveState _state;
    private readonly Cluster? _cluster;
    private readonly Dictionary<ObjectId, Place> _places = [];

    // The member that each domain lives on.
    private readonly Dictionary<string, string> _homes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _load;
    private readonly Dictionary<string, DomainSpec> _domains;

    /// <param name="request">Says which domains are looked at.</param>
    /// <param name="desired">What they want.</param>
    /// <param name="state">What Incus has; of a single server nothing follows.</param>
    public Placement(EngineRequest request, IReadOnlyCollection<DesiredObject> desired, LiveState state)
    {
        _state = state;
        _cluster = state.Cluster;
        _domains = request.Domains.DistinctBy(d => d.Name).ToDictionary(d => d.Name, StringComparer.Ordinal);
        _load = state.Objects.Where(o => o.Key.Kind == ObjectKind.Instance)
            .GroupBy(o => o.Value.Location ?? "", StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        if (_cluster is { } cluster)
        {
            var parts = desired.Where(d => d.Machine is not null).ToLookup(d => (d.Domain, d.Machine!));
            foreach (var domain in request.Domains)
            {
                if (domain.Machines.Select(m => HomeOf(ObjectId.Instance(domain.IncusProject, m.InstanceName)))
                    .Concat(domain.Machines.Select(m => HomeOf(parts[(domain.Name, m.InstanceName)])))
                    .FirstOrDefault(home => home is not null) is { } home)
                {
                    _homes[domain.Name] = home;
                }
            }

            foreach (var domain in request.Domains.Where(d => request.Covers(d.Name)))
            {
                Settle(cluster, domain, parts);
            }
        }
    }

    /// <summary>An object with the member that it is on or goes to.</summary>
    public DesiredObject Locate(DesiredObject desired) =>
        _places.GetValueOrDefault(desired.Id) is { Member: { } member } ? desired with { Member = member } : desired;

    /// <summary>The actions on an object, or instead of them why there are none, and what they leave.</summary>
    public IEnumerable<PlannedAction> Check(DesiredObject desired, IEnumerable<PlannedAction> actions)
    {
        if (_cluster is not { } cluster)
        {
            return actions;
        }

        var id = desired.Id;
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

        List<PlannedAction> planned = [.. actions];
        if (planned.Exists(a => a.IsWork))
        {
            if (IsOfAllMembers(id.Kind) && cluster.Silent is [_, ..] silent && !(id.Kind == ObjectKind.Acl && live is null))
            {
                return
                [
                    Refused(ToolDiagnostics.MembersMissing(id, silent)) with
                    {
                        Kind = planned[0].Kind,
                        Serves = planned[0].Kind == ActionKind.Update,
                    },
                ];
            }

            if (_places.GetValueOrDefault(id)?.Fault is { } faultOf)
            {
                return [Refused(faultOf(id)) with { Kind = planned[0].Kind }];
            }

            if (desired.Member is { } member && cluster.Find(member) is { IsEvacuated: true })
            {
                return [new PlannedAction(id, ActionKind.Evacuated, [], Restore(member))];
            }
        }

        // What cannot work is an error beside the rules, which may close something else.
        return
        [
            .. id.Kind == ObjectKind.Acl && PartnerElsewhere(desired.Domain) is { } partner
                ? [Refused(PolicyAcross(id, desired.Domain, partner)) with { Serves = true }]
                : Array.Empty<PlannedAction>(),
            .. planned.Select(a => a is { Kind: ActionKind.Create, Id.Kind: ObjectKind.Instance } && desired.Member is { } member
                ? a with { Reason = $"on member '{member}'" }
                : a),
            .. Move(id, live) is { } move ? [move] : Array.Empty<PlannedAction>(),
        ];

        PlannedAction Refused(Diagnostic fault) =>
            new(id, ActionKind.Update, [], "") { Desired = desired, Fault = fault };
    }

    private Diagnostic PolicyAcross(ObjectId acl, string domain, string partner) =>
        ToolDiagnostics.PolicyAcross(acl, _homes[domain], partner, _homes[partner]);

    // Of an offline member the server may know it, or find out when it asks for what the instance is.
    private bool IsUnreachable(IncusObject instance) =>
        instance.IsUnreachable || (instance.Location is { } at && _cluster!.Find(at) is { IsSilent: true });

    private static bool IsOfAllMembers(ObjectKind kind) => kind is ObjectKind.Network or ObjectKind.Acl;

    private static string Restore(string member) =>
        $"its member '{member}' is evacuated; it is left as it is until 'incus cluster restore {member}'";

    private PlannedAction? Move(ObjectId id, IncusObject? live) =>
        live is { Home: { } at }
        && _places.GetValueOrDefault(id) is { Target: { } target }
        && !Candidates(_cluster!, target).Any(m => m.ServerName == at)
            ? new PlannedAction(id, ActionKind.Move, [], MoveReason(id, at, target)) { Withheld = true }
            : null;

    private static string MoveReason(ObjectId id, string at, string target) => id.Kind == ObjectKind.Volume
        ? $"it is on '{at}', and its machine is wanted on '{target}'"
        : $"it is on '{at}' and wanted on '{target}', and is not moved: stop it, move its volumes with "
            + "'incus storage volume move --target', and then "
            + $"'incus move {id.Name} --target {target} --project {id.Project}'";

    private void Settle(Cluster cluster, DomainSpec domain, ILookup<(string Domain, string Machine), DesiredObject> parts)
    {
        var targets = TargetsOf(domain).ToList();
        Place? common = null;
        foreach (var machine in domain.Machines)
        {
            var objects = parts[(domain.Name, machine.InstanceName)];
            var place = HomeOf(objects) is { } home
                ? At(cluster, home, domain.Name)
                : common ??= Choose(cluster, domain, targets);
            foreach (var part in objects)
            {
                _places[part.Id] = place with { Target = machine.InstanceTarget };
            }

            if (place.Member is { } member && objects.Any(o => o.Instance is not null && !_state.Objects.ContainsKey(o.Id)))
            {
                _load[member] = _load.GetValueOrDefault(member) + 1;
                _homes.TryAdd(domain.Name, member);
            }
        }
    }

    // An instance comes where its volumes are; Incus would look for them there.
    private string? HomeOf(IEnumerable<DesiredObject> parts) => parts
        .OrderByDescending(d => d.Id.Kind)
        .Select(d => HomeOf(d.Id))
        .FirstOrDefault(home => home is not null);

    private string? HomeOf(ObjectId id) => _state.Objects.GetValueOrDefault(id)?.Home;

    private string? PartnerElsewhere(string domain) => _homes.TryGetValue(domain, out var home)
        ? _domains[domain].IncusNetworkAcl.Partners.FirstOrDefault(p => _homes.TryGetValue(p, out var other) && other != home)
        : null;

    // Where policies of the domain would reach.
    private string? Near(DomainSpec domain) => domain.IncusNetworkAcl.Partners
        .Select(p => _homes.GetValueOrDefault(p) ?? TargetsOf(_domains.GetValueOrDefault(p)).FirstOrDefault(IsMember))
        .FirstOrDefault(member => member is not null);

    private static IEnumerable<string> TargetsOf(DomainSpec? domain) =>
        (domain?.Machines ?? []).Select(m => m.InstanceTarget).OfType<string>().Distinct(StringComparer.Ordinal);

    private bool IsMember(string target) => _cluster!.Find(target) is not null;

    private Place Choose(Cluster cluster, DomainSpec domain, List<string> targets)
    {
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
            return At(cluster, named.ServerName, domain.Name);
        }

        var there = _homes.GetValueOrDefault(domain.Name) ?? Near(domain);
        if (there is not null && (target is null || candidates.Exists(m => m.ServerName == there)))
        {
            return At(cluster, there, domain.Name);
        }

        var group = target?[1..];
        return candidates.Where(m => m.IsOnline && m.Takes(group)).MinBy(m => _load.GetValueOrDefault(m.ServerName)) is { } free
            ? new Place(free.ServerName)
            : new Place(null, id => ToolDiagnostics.NoMemberFree(id, target));
    }

    private static Place At(Cluster cluster, string member, string domain) => cluster.Find(member) is { IsSilent: false }
        ? new Place(member)
        : new Place(member, id => ToolDiagnostics.HomeSilent(id, domain, member));

    private static IEnumerable<ClusterMember> Candidates(Cluster cluster, string? target) => cluster.Members.Where(m =>
        target is null || (target.StartsWith('@') ? m.Groups?.Contains(target[1..]) == true : m.ServerName == target));

    /// <param name="Member">Where it is or goes to; null where there is no such member.</param>
    /// <param name="Fault">Why nothing can be made or changed there.</param>
    private sealed record Place(string? Member, Func<ObjectId, Diagnostic>? Fault = null)
    {
        /// <summary>Where infra.yml wants it.</summary>
        public string? Target { get; init; }
    }
}
