using System.Net;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Domains that infra.yml has under another name than Incus, which renames neither a project nor a bridge that is in use: both
/// are made anew, and the machines move. No two bridges have one subnet, so the former one gives it up, for which its machines
/// are stopped: all of them move, or nothing is begun.
/// </summary>
internal sealed class FormerDomains
{
    private readonly IReadOnlyDictionary<ObjectId, IncusObject> _live;
    private readonly Dictionary<string, DomainSpec> _renamed;
    private readonly HashSet<ObjectId> _projects;

    // The network that gets the subnet, by the one that has it.
    private readonly Dictionary<ObjectId, ObjectId> _takers;

    /// <param name="request">Says which domains have another name now.</param>
    /// <param name="live">What there is once the machines have moved.</param>
    public FormerDomains(EngineRequest request, IReadOnlyDictionary<ObjectId, IncusObject> live)
    {
        _live = live;
        _renamed = request.Domains.Where(d => d.Was is not null && request.Covers(d.Name))
            .DistinctBy(d => d.Was)
            .ToDictionary(d => d.Was!, StringComparer.Ordinal);
        var left = _renamed.Count == 0 ? [] : (
            from o in live
            where o.Key.Kind is ObjectKind.Network or ObjectKind.Project
            let owner = Ownership.Of(o.Key, o.Value)
            where owner?.BelongsTo(request.Infrastructure) == true && _renamed.ContainsKey(owner.Domain)
            select (o.Key, o.Value, Domain: _renamed[owner.Domain])).ToList();
        _projects = [.. left.Where(o => o.Key.Kind == ObjectKind.Project).Select(o => o.Key)];
        _takers = left
            .Where(o => Subnets.OfAddress(o.Value.Config?.GetValueOrDefault(AddressHandover.Subnet.Key)) is { } subnet
                && o.Key.Kind == ObjectKind.Network
                && Subnets.Overlap(subnet, IPNetwork.Parse(o.Domain.IncusNetwork.Subnet)))
            .ToDictionary(o => o.Key, o => ObjectId.Network(o.Domain.IncusNetwork.Name));
    }

    /// <summary>The networks whose subnets the domains get under their new names.</summary>
    public IReadOnlyCollection<ObjectId> Networks => _takers.Keys;

    /// <summary>The name that a domain has now, or null where it is none of them.</summary>
    public string? NameOf(string domain) => _renamed.GetValueOrDefault(domain)?.Name;

    /// <summary>The plan, in which each subnet is given up first, or the new network refused and why.</summary>
    public IReadOnlyList<PlannedAction> HandOver(IReadOnlyList<PlannedAction> plan) =>
        _takers.Aggregate(plan, (current, pair) => HandOver(current, pair.Key, pair.Value));

    private IReadOnlyList<PlannedAction> HandOver(IReadOnlyList<PlannedAction> plan, ObjectId former, ObjectId taker)
    {
        if (!plan.Any(a => a.Id == taker && a is { Kind: ActionKind.Create, IsWork: true }))
        {
            return plan;
        }

        var movers = plan.Where(a => a.Renaming?.From is { } from && Uses(from)).ToList();
        var going = plan.Where(a => a.Kind == ActionKind.Delete).Select(a => a.Id)
            .Concat(movers.Select(a => a.Renaming!.From!.Value))
            .ToHashSet();
        var letsGo = new Deletions(user =>
            going.Contains(user) || (user.Kind == ObjectKind.Profile && _projects.Contains(ObjectId.OfProject(user.Project))));
        var fault = movers.Find(a => !a.IsWork) is { } stuck ? ToolDiagnostics.Blocked(taker, stuck.Id)
            : letsGo.KeeperOf(former, _live[former]) is { } keeper ? ToolDiagnostics.FormerNetworkInUse(taker, former, keeper)
            : null;
        if (fault is not null)
        {
            return [.. plan.Select(a => a.Id == taker ? a with { Fault = fault } : a)];
        }

        var giving = AddressHandover.GiveUp(former, _live[former], taker) with
        {
            Stops =
            [
                .. movers.Where(a => _live.GetValueOrDefault(a.Id) is { IsUp: true })
                    .Select(a => (a.Renaming!.From!.Value, a.Desired!)),
            ],
        };
        return
        [
            giving.Stops.IsEmpty ? giving : giving with { Reason = $"{giving.Reason}, and its machines are stopped for that" },
            .. plan.Select(a => a.Id == taker ? a with { TakesFrom = [former] } : a),
        ];

        bool Uses(ObjectId user) => (_live[former].UsedBy ?? []).Any(url => Api.Urls.Parse(url) == user);
    }
}
