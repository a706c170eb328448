using System.Net;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Refuses a bridge whose subnet overlaps one that the Incus host is in, as the host would lose that network, or whose name
/// an interface of the host has. Asks the server, which may be another machine, and only when an address is new. Of the other
/// members of a cluster Incus lists no interfaces: they are asked for the bridge's name and those that the first one has, and
/// their own addresses are known.
/// </summary>
/// <param name="store">The server.</param>
internal sealed class SubnetGuard(IIncusStore store)
{
    /// <summary>The plan, with a fault on each network that must not be.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="state">What Incus has.</param>
    /// <param name="leaving">Networks that give up their subnets.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<IReadOnlyList<PlannedAction>> CheckAsync(
        IReadOnlyList<PlannedAction> plan, LiveState state, IReadOnlyCollection<ObjectId> leaving, CancellationToken ct)
    {
        if (!plan.Any(a => NewSubnet(a) is not null))
        {
            return plan;
        }

        var taken = state.Objects
            .Where(o => o.Key.Kind == ObjectKind.Network && !leaving.Contains(o.Key))
            .Select(o => (
                Owner: o.Key.ToString(),
                o.Key.Name,
                Subnet: Subnets.OfAddress(o.Value.Config?.GetValueOrDefault(AddressHandover.Subnet.Key))))
            .ToList();
        var interfaces = await store.ReadInterfacesAsync(
            taken.Select(t => t.Name).Concat(leaving.Select(id => id.Name)).ToHashSet(), ct);
        taken.AddRange(interfaces.SelectMany(i => i.Value.Select(s => (Owner: $"interface '{i.Key}'", i.Key, (IPNetwork?)s))));

        foreach (var member in state.Cluster?.Members ?? [])
        {
            if (Uri.TryCreate(member.Url, UriKind.Absolute, out var url))
            {
                taken.Add(($"member '{member.ServerName}' of the cluster", "", Subnets.OfAddress($"{url.Host}/32")));
            }
        }

        var occupied = interfaces.Keys.ToHashSet(StringComparer.Ordinal);
        if (state.Cluster is not null)
        {
            var made = plan.Where(a => NewSubnet(a) is not null && IsNew(a.Id)).Select(a => a.Id.Name);
            foreach (var name in made.Except(occupied).ToList())
            {
                if (await store.MembersWithInterfaceAsync(name, ct) is [_, ..])
                {
                    occupied.Add(name);
                }
            }
        }

        // A network that gets another subnet gives up its own, unless it must not have the other one: then nobody gets its own.
        int faults;
        do
        {
            faults = plan.Count(a => a.Fault is not null);
            var current = plan;
            plan = [.. plan.Select(a => NewSubnet(a) is { } subnet ? a with { Fault = Fault(a.Id, subnet, current) } : a)];
        }
        while (plan.Count(a => a.Fault is not null) != faults);
        return plan;

        Diagnostic? Fault(ObjectId id, IPNetwork subnet, IReadOnlyList<PlannedAction> current) =>
            IsNew(id) && occupied.Contains(id.Name)
                ? ToolDiagnostics.InterfaceInTheWay(id)
                : Overlap(id, subnet, taken, current);

        bool IsNew(ObjectId id) => !state.Objects.ContainsKey(id);
    }

    private static Diagnostic? Overlap(
        ObjectId id,
        IPNetwork subnet,
        IEnumerable<(string Owner, string Name, IPNetwork? Subnet)> taken,
        IReadOnlyList<PlannedAction> plan) => taken
        .Where(t => t.Name != id.Name && t.Subnet is { } other && Subnets.Overlap(subnet, other))
        .Select(t => plan.FirstOrDefault(a => a.Id == ObjectId.Network(t.Name)) switch
        {
            { } owner when NewSubnet(owner) is not null => null,
            { Fault: not null } owner when Moves(owner) => ToolDiagnostics.Blocked(id, owner.Id),
            var owner => ToolDiagnostics.SubnetTaken(
                id, subnet.ToString(), t.Owner, t.Subnet.ToString()!, ownerLeaves: owner is { Kind: ActionKind.Delete }),
        })
        .FirstOrDefault(fault => fault is not null);

    private static bool Moves(PlannedAction action) => action.Changes.Any(c => c.Property == AddressHandover.Subnet);

    private static IPNetwork? NewSubnet(PlannedAction action) =>
        action is { IsWork: true, Id.Kind: ObjectKind.Network }
        && action.Changes.FirstOrDefault(c => c.Property == AddressHandover.Subnet) is { } change
            ? Subnets.OfAddress(change.New)
            : null;
}
