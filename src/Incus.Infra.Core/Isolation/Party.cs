using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Isolation;

/// <summary>One end of a policy: a domain, a machine, addresses outside, or the host, which has neither.</summary>
/// <param name="Name">As the policy names it.</param>
internal sealed record Party(string Name)
{
    /// <summary>The domain, or that of the machine; null outside.</summary>
    public Domain? Domain { get; init; }

    /// <summary>The machine, or null.</summary>
    public Machine? Machine { get; init; }

    /// <summary>Addresses outside all domains, or null.</summary>
    public AddressSet? Outside { get; init; }

    public bool IsHost => Domain is null && Outside is null;

    /// <summary>Whether all that <paramref name="other"/> stands for is part of this.</summary>
    public bool Covers(Party other) => this switch
    {
        { Machine: { } machine } => ReferenceEquals(machine, other.Machine),
        { Domain: { } domain } => ReferenceEquals(domain, other.Domain),
        { Outside: { } outside } => other.Outside is { } inner && outside.Covers(inner),
        _ => other.IsHost,
    };
}
