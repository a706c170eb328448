using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>What Incus has, read at one go.</summary>
/// <param name="Objects">All objects of the kinds that were asked for, ours or not.</param>
/// <param name="Pools">The storage pools; null when there are none.</param>
/// <param name="Cluster">The members of the server; null where it is a single one.</param>
internal sealed record LiveState(
    IReadOnlyDictionary<ObjectId, IncusObject> Objects, StoragePools? Pools, Cluster? Cluster = null)
{
    /// <summary>What the client is restricted to; then ACLs are hidden from it, and of networks all but their names.</summary>
    public Restriction? Restriction { get; init; }
}

/// <summary>The snapshots of one instance.</summary>
/// <param name="Count">How many there are, at least one.</param>
/// <param name="Newest">When the newest was taken.</param>
internal sealed record TakenSnapshots(int Count, DateTimeOffset Newest);
