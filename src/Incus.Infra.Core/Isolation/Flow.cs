using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Isolation;

/// <summary>Connections that a policy declares to be allowed, in one direction.</summary>
internal sealed record Flow(NetworkPolicy Policy, Party From, Party To)
{
    /// <summary>Whether something is open that would be closed without it.</summary>
    public bool HasEffect =>
        !From.IsHost
        && (From.Domain is not null || To.Domain is not null)
        && !IsWithinDomain && !IsWithinShared
        && From.Domain is not { Enabled: false } && To.Domain is not { Enabled: false }
        && From.Outside is not { IsEmpty: true } && To.Outside is not { IsEmpty: true };

    /// <summary>Whether both ends are in one domain, whose machines reach each other anyway.</summary>
    public bool IsWithinDomain =>
        ReferenceEquals(From.Domain, To.Domain) && From.Domain is not null && From.Copies.Count <= 1 && To.Copies.Count <= 1;

    /// <summary>Whether both ends are on a network that copies share, where none can be opened to another.</summary>
    public bool IsWithinShared =>
        From.Domain is { SharedNetwork: not null, NetworkOwner: var owner } && To.Domain?.NetworkOwner == owner;

    /// <summary>What it is between single domains and machines.</summary>
    public IEnumerable<Flow> Each => Between(From.Each, To.Each);

    /// <summary>The same, but that copies that share a network stay one end.</summary>
    public IEnumerable<Flow> EachNetwork => Between(From.EachNetwork, To.EachNetwork);

    private IEnumerable<Flow> Between(IEnumerable<Party> from, IEnumerable<Party> to) =>
        from.SelectMany(one => to.Select(other => new Flow(Policy, one, other))).Where(f => f.HasEffect);

    /// <summary>Whether it includes all of <paramref name="other"/>.</summary>
    public bool Covers(Flow other) =>
        Policy.Traffic.Covers(other.Policy.Traffic) && From.Covers(other.From) && To.Covers(other.To);
}
