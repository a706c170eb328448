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

    /// <summary>Whose an object is. Of an instance that cannot be reached, the mark of its project says so.</summary>
    public Ownership? OwnerOf(ObjectId id, IncusObject live) =>
        !live.IsUnreachable ? Ownership.Of(id, live)
        : Objects.TryGetValue(ObjectId.OfProject(id.Project), out var project)
            ? Ownership.Of(ObjectId.OfProject(id.Project), project)
            : null;

    /// <summary>The members that do not answer and without which Incus does not delete an object.</summary>
    /// <remarks>Networks and their rules are made and deleted on all members at once.</remarks>
    public IReadOnlyList<string> SilentMembersOf(ObjectId id, IncusObject live) => Cluster is null ? []
        : id.Kind is ObjectKind.Network or ObjectKind.Acl ? Cluster.Silent
        : live.Location is { } at && (live.IsUnreachable || Cluster.Silent.Contains(at)) ? [at]
        : [];
}

/// <summary>The snapshots of one instance.</summary>
/// <param name="Count">How many there are, at least one.</param>
/// <param name="Newest">When the newest was taken.</param>
internal sealed record TakenSnapshots(int Count, DateTimeOffset Newest);
