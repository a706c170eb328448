using System.Collections.Immutable;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Lets a network give up its subnet, and an instance its address, before another gets it: Incus refuses what two have, even
/// when the next request would part them, so that those that swap theirs could never get there.
/// </summary>
internal static class AddressHandover
{
    private const string AddressKey = "ipv4.address";

    private const string None = "none";

    private static readonly Property RangesKey = Property.Config("ipv4.dhcp.ranges");

    public static readonly Property Subnet = Property.Config(AddressKey);

    /// <summary>The plan, with what has to be given up first.</summary>
    public static IReadOnlyList<PlannedAction> Arrange(IReadOnlyList<PlannedAction> plan)
    {
        var holders = plan.SelectMany(Holdings).ToList();
        var given = (
            from giver in holders
            where giver.Change.Old is not null
            from taker in holders
            where giver.Action.Id != taker.Action.Id && giver.Action.Id.Kind == taker.Action.Id.Kind
                && giver.Bridge == taker.Bridge && Overlap(giver.Change.Old, taker.Change.New)
            select (giver.Action, giver.Change, Taker: taker.Action)).ToList();
        var takers = given.ToLookup(g => g.Taker, g => g.Action.Id);
        return
        [
            .. given.DistinctBy(g => (g.Action, g.Change.Property)).Select(g => GiveUp(g.Action, g.Change, g.Taker.Id)),
            .. plan.Select(a => takers.Contains(a) ? a with { TakesFrom = [.. takers[a]] } : a),
        ];
    }

    private static PlannedAction GiveUp(PlannedAction giver, PropertyChange change, ObjectId taker)
    {
        var isNetwork = giver.Id.Kind == ObjectKind.Network;
        var ranges = giver.Changes.Where(c => isNetwork && c.Property == RangesKey).Select(c => c with { New = null });
        return GiveUp(
            giver.Id, [change with { New = isNetwork ? None : null, Cause = ChangeCause.Wanted }, .. ranges], taker);
    }

    private static PlannedAction GiveUp(ObjectId giver, ImmutableArray<PropertyChange> changes, ObjectId taker) => new(
        giver,
        ActionKind.Update,
        changes,
        $"gives its {(giver.Kind == ObjectKind.Network ? "subnet" : "address")} to {taker} first")
    {
        GivesUp = true,
    };

    /// <summary>A network that nothing uses from then on gives up its subnet, and its tunnel, for whoever gets it.</summary>
    /// <param name="network">The network.</param>
    /// <param name="live">As Incus has it; it has a subnet.</param>
    /// <param name="taker">Who gets it.</param>
    public static PlannedAction GiveUp(ObjectId network, IncusObject live, ObjectId taker) => GiveUp(
        network,
        [
            .. live.Config!.Select(c => (Property: Property.Config(c.Key), Old: c.Value))
                .Where(c => c.Property == Subnet || c.Property == RangesKey || Links.IsOfTunnel(c.Property))
                .Select(c => new PropertyChange(c.Property, c.Old, c.Property == Subnet ? None : null, ChangeCause.Wanted)),
        ],
        taker);

    // One bridge's addresses are nobody else's, and the subnets are those of the whole server.
    private static IEnumerable<(PlannedAction Action, PropertyChange Change, string? Bridge)> Holdings(PlannedAction action) =>
        action.IsWork
            ? action.Changes.Where(c => IsHeld(action.Id.Kind, c.Property)).Select(c => (action, c, BridgeOf(action, c.Property)))
            : [];

    private static bool IsHeld(ObjectKind kind, Property property) => kind switch
    {
        ObjectKind.Network => property == Subnet,
        ObjectKind.Instance => property is { Section: Section.Devices, Key: AddressKey },
        _ => false,
    };

    private static string? BridgeOf(PlannedAction action, Property address) => action.Id.Kind == ObjectKind.Instance
        ? action.Desired?.Properties.GetValueOrDefault(Property.DeviceOption(address.Device, "network"))
        : null;

    private static bool Overlap(string? old, string? taken) => old is not null && taken is not null && (old == taken
        || (Subnets.OfAddress(old) is { } one && Subnets.OfAddress(taken) is { } other && Subnets.Overlap(one, other)));
}
