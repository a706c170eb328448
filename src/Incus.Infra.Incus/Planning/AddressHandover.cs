using System.Collections.Immutable;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Lets a network give up its subnet, and an instance its address or its port of the host, before another gets it: Incus refuses
/// what two have, even when the next request would part them, so that those that swap theirs could never get there.
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
                && giver.Change.Property.Key == taker.Change.Property.Key && Overlap(giver, taker)
            select (giver.Action, giver.Change, Taker: taker.Action)).ToList();
        var takers = given.ToLookup(g => g.Taker, g => NameOf(g.Action));
        return
        [
            .. given.DistinctBy(g => (g.Action, g.Change.Property)).Select(g => GiveUp(g.Action, g.Change, g.Taker.Id)),
            .. plan.Select(a => takers.Contains(a) ? a with { TakesFrom = [.. takers[a]] } : a),
        ];
    }

    private static PlannedAction GiveUp(PlannedAction giver, PropertyChange change, ObjectId taker)
    {
        var (word, value, others) = change.Property switch
        {
            _ when giver.Id.Kind == ObjectKind.Network =>
                ("subnet", None, giver.Changes.Where(c => c.Property == RangesKey).Select(c => c with { New = null })),
            // Without its type, nothing is left of the device.
            { Key: MachinePorts.ListenKey, Device: var device } =>
                ("port", null, [new PropertyChange(Property.DeviceOption(device, "type"), "proxy", null, ChangeCause.Wanted)]),
            _ => ("address", (string?)null, Enumerable.Empty<PropertyChange>()),
        };
        return GiveUp(
            NameOf(giver), word, [change with { New = value, Cause = ChangeCause.Wanted }, .. others], taker);
    }

    private static PlannedAction GiveUp(ObjectId giver, string word, ImmutableArray<PropertyChange> changes, ObjectId taker) =>
        new(giver, ActionKind.Update, changes, $"gives its {word} to {taker} first") { GivesUp = true };

    /// <summary>A network that nothing uses from then on gives up its subnet, and its tunnel, for whoever gets it.</summary>
    /// <param name="network">The network.</param>
    /// <param name="live">As Incus has it; it has a subnet.</param>
    /// <param name="taker">Who gets it.</param>
    public static PlannedAction GiveUp(ObjectId network, IncusObject live, ObjectId taker) => GiveUp(
        network,
        "subnet",
        [
            .. live.Config!.Select(c => (Property: Property.Config(c.Key), Old: c.Value))
                .Where(c => c.Property == Subnet || c.Property == RangesKey || Links.IsOfTunnel(c.Property))
                .Select(c => new PropertyChange(c.Property, c.Old, c.Property == Subnet ? None : null, ChangeCause.Wanted)),
        ],
        taker);

    // What it still has by then.
    private static ObjectId NameOf(PlannedAction giver) => giver.Renaming?.From ?? giver.Id;

    private static IEnumerable<(PlannedAction Action, PropertyChange Change)> Holdings(PlannedAction action) =>
        action.IsWork ? action.Changes.Where(c => IsHeld(action.Id.Kind, c.Property)).Select(c => (action, c)) : [];

    private static bool IsHeld(ObjectKind kind, Property property) => kind switch
    {
        ObjectKind.Network => property == Subnet,
        ObjectKind.Instance => property is { Section: Section.Devices, Key: AddressKey or MachinePorts.ListenKey },
        _ => false,
    };

    // One bridge's addresses are nobody else's, subnets are those of the whole server, and ports those of a host.
    private static bool Overlap(
        (PlannedAction Action, PropertyChange Change) giver, (PlannedAction Action, PropertyChange Change) taker) =>
        giver.Change.Property.Key == MachinePorts.ListenKey
            ? HostListener.Of(giver.Change.Old)?.Overlaps(HostListener.Of(taker.Change.New)) == true
                && PortGuard.IsOnOneHost(giver.Action.Desired?.Member, taker.Action.Desired?.Member)
            : BridgeOf(giver.Action, giver.Change.Property) == BridgeOf(taker.Action, taker.Change.Property)
                && Overlap(giver.Change.Old, taker.Change.New);

    private static string? BridgeOf(PlannedAction action, Property address) => action.Id.Kind == ObjectKind.Instance
        ? action.Desired?.Properties.GetValueOrDefault(Property.DeviceOption(address.Device, "network"))
        : null;

    private static bool Overlap(string? old, string? taken) => old is not null && taken is not null && (old == taken
        || (Subnets.OfAddress(old) is { } one && Subnets.OfAddress(taken) is { } other && Subnets.Overlap(one, other)));
}
