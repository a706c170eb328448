using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Lets an instance give up its address before another gets it: Incus refuses an address that two have, even when the
/// next request would part them, so instances that swap theirs could never get there.
/// </summary>
internal static class AddressHandover
{
    /// <summary>What has to be done before <paramref name="changes"/>.</summary>
    public static IEnumerable<PlannedAction> Before(IReadOnlyList<PlannedAction> changes)
    {
        var takers = changes.SelectMany(Addresses)
            .Where(a => a.Change.New is not null)
            .GroupBy(a => a.Change.New!, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First().Id, StringComparer.Ordinal);
        return changes.SelectMany(Addresses)
            .Where(a => a.Change.Old is { } old && takers.TryGetValue(old, out var taker) && taker != a.Id)
            .Select(a => new PlannedAction(
                a.Id,
                ActionKind.Update,
                [a.Change with { New = null, Cause = ChangeCause.Wanted }],
                $"gives its address to {takers[a.Change.Old!]} first")
            {
                GivesUp = true,
            });
    }

    private static IEnumerable<(ObjectId Id, PropertyChange Change)> Addresses(PlannedAction action) =>
        action is { IsWork: true, Id.Kind: ObjectKind.Instance }
            ? action.Changes
                .Where(c => c.Property is { Section: Section.Devices, Key: "ipv4.address" })
                .Select(c => (action.Id, c))
            : [];
}
