using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Isolation;

/// <summary>
/// One end of a policy: a domain or all of its copies, a machine, addresses outside, or the host, which has neither.
/// </summary>
/// <param name="Name">As the policy names it.</param>
internal sealed record Party(string Name)
{
    /// <summary>The domain, or that of the machine; of copies the first; null outside.</summary>
    public Domain? Domain { get; init; }

    /// <summary>All copies of a domain, or empty.</summary>
    public IReadOnlyList<Domain> Copies { get; init; } = [];

    /// <summary>The machine, or null.</summary>
    public Machine? Machine { get; init; }

    /// <summary>Addresses outside all domains, or null.</summary>
    public AddressSet? Outside { get; init; }

    /// <summary>How many <see cref="Each"/> has.</summary>
    public int Size => Math.Max(Copies.Count, 1);

    public bool IsHost => Domain is null && Outside is null;

    /// <summary>Each of the copies, or this itself.</summary>
    public IEnumerable<Party> Each =>
        Copies.Count == 0 ? [this] : Copies.Select(c => new Party(c.Name.Value) { Domain = c });

    /// <summary>Those of them that have a network of their own; copies that share one are one end of it.</summary>
    public IEnumerable<Party> EachNetwork => Copies is [{ SharedNetwork: not null }, ..] ? [this] : Each;

    /// <summary>Whether all that <paramref name="other"/> stands for is part of this.</summary>
    public bool Covers(Party other) => this switch
    {
        { Copies: { Count: > 0 } copies } =>
            other.Domain is { } part && copies.Contains(part, ReferenceEqualityComparer.Instance),
        { Machine: { } machine } => ReferenceEquals(machine, other.Machine),
        { Domain: { } domain } => ReferenceEquals(domain, other.Domain) && other.Copies.Count <= 1,
        { Outside: { } outside } => other.Outside is { } inner && outside.Covers(inner),
        _ => other.IsHost,
    };
}
