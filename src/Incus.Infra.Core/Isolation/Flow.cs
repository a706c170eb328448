using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Isolation;

/// <summary>Connections that a policy declares to be allowed, in one direction.</summary>
internal sealed record Flow(NetworkPolicy Policy, Party From, Party To)
{
    /// <summary>Whether something is open that would be closed without it.</summary>
    public bool HasEffect =>
        !From.IsHost
        && (From.Domain is not null || To.Domain is not null)
        && !IsWithinDomain
        && From.Domain is not { Enabled: false } && To.Domain is not { Enabled: false }
        && From.Outside is not { IsEmpty: true } && To.Outside is not { IsEmpty: true };

    /// <summary>Whether both ends are in one domain, whose machines reach each other anyway.</summary>
    public bool IsWithinDomain =>
        ReferenceEquals(From.Domain, To.Domain) && From.Domain is not null && From.Copies.Count <= 1 && To.Copies.Count <= 1;

    /// <summary>What it is between single domains and machines.</summary>
    public IEnumerable<Flow> Each => From.Each
        .SelectMany(from => To.Each.Select(to => new Flow(Policy, from, to)))
        .Where(f => f.HasEffect);

    /// <summary>Whether it includes all of <paramref name="other"/>.</summary>
    public bool Covers(Flow other) =>
        Policy.Traffic.Covers(other.Policy.Traffic) && From.Covers(other.From) && To.Covers(other.To);
}
