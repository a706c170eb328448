namespace Incus.Infra.Core.Model;

/// <summary>One entry of <c>network_policies</c>: who may open which connections to whom.</summary>
internal sealed record NetworkPolicy
{
    /// <summary>Stands for the Incus host as an end of a policy.</summary>
    public const string Host = "host";

    /// <summary>Stands for all public addresses as an end of a policy.</summary>
    public const string Internet = "internet";

    public required SourceLocation At { get; init; }

    public string? Description { get; init; }

    /// <summary>A domain, a machine, <see cref="Host"/>, <see cref="Internet"/> or an IPv4 network; null where wrong.</summary>
    public Located<string>? From { get; init; }

    /// <summary>As <see cref="From"/>.</summary>
    public Located<string>? To { get; init; }

    /// <summary>What is allowed.</summary>
    public required Traffic Traffic { get; init; }

    /// <summary>Where the ports are written, or null.</summary>
    public SourceLocation? PortsAt { get; init; }

    /// <summary>Where the policy says that it holds both ways, or null when it does not.</summary>
    public SourceLocation? BidirectionalAt { get; init; }

    /// <summary>Both ways of a bidirectional policy, or the one; empty where an end is wrong.</summary>
    public IEnumerable<(Located<string> From, Located<string> To)> Ways => (From, To, BidirectionalAt) switch
    {
        ({ } from, { } to, null) => [(from, to)],
        ({ } from, { } to, _) => [(from, to), (to, from)],
        _ => [],
    };
}

/// <summary>The packets that begin a connection, as far as a policy tells them apart.</summary>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>icmp</c>; null is every protocol.</param>
/// <param name="Ports">The ports at the far end, each once, lowest first; null is all.</param>
internal sealed record Traffic(string? Protocol, IReadOnlyList<int>? Ports)
{
    /// <summary>Whether it includes all of <paramref name="other"/>.</summary>
    public bool Covers(Traffic other) =>
        (Protocol is null || Protocol == other.Protocol)
        && (Ports is null || (other.Ports is { } ports && ports.Count <= Ports.Count && !ports.Except(Ports).Any()));
}
