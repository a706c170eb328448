namespace Incus.Infra.Core.Isolation;

/// <summary>A rule of a network ACL of Incus, which allows what matches it, unless it says otherwise.</summary>
/// <param name="Description">Whom it is for. Never a number of a policy: one more policy would change all after it.</param>
/// <param name="Source">Addresses that open the connection.</param>
/// <param name="Destination">Addresses that accept it; null is any.</param>
internal sealed record AccessRule(string Description, AddressSet Source, AddressSet? Destination)
{
    /// <summary><c>tcp</c>, <c>udp</c> or <c>icmp4</c>; null is every protocol.</summary>
    public string? Protocol { get; init; }

    /// <summary>Ports with commas, or null.</summary>
    public string? DestinationPort { get; init; }

    public string? IcmpType { get; init; }

    /// <summary>Whether it rejects what matches it, whatever other rules allow.</summary>
    public bool Rejects { get; init; }

    /// <summary>What Incus compares when it refuses the second of two equal rules.</summary>
    public (string Source, string? Destination, string? Protocol, string? DestinationPort, string? IcmpType) Match =>
        (Source.ToString(), Destination?.ToString(), Protocol, DestinationPort, IcmpType);
}
