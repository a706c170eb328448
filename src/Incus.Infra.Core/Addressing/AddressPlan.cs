namespace Incus.Infra.Core.Addressing;

/// <summary>The addresses of every domain and machine.</summary>
/// <param name="Domains">By domain name; a domain whose subnet is wrong in the file is missing.</param>
/// <param name="Lock">The new content of the lock file.</param>
internal sealed record AddressPlan(IReadOnlyDictionary<string, DomainAddresses> Domains, AddressLock Lock);

/// <summary>The addresses of one domain.</summary>
/// <param name="Prefix">First three octets, such as <c>10.100.3</c>.</param>
/// <param name="SubnetId">Third octet.</param>
/// <param name="Hosts">Last octets by machine name.</param>
/// <param name="Ports">Ports of the host by machine name; of every domain.</param>
internal sealed record DomainAddresses(
    string Prefix, int SubnetId, IReadOnlyDictionary<string, int> Hosts, ILookup<string, HostPort> Ports)
{
    /// <summary>Whether other copies of the domain have the same subnet; <see cref="Hosts"/> has their machines, too.</summary>
    public bool IsShared { get; init; }

    /// <summary>The interface that joins its bridges on the members of a cluster, and the infrastructure; or null.</summary>
    public (string Interface, string Infrastructure)? Link { get; init; }

    /// <summary>What joins them; only of a subnet that is right in the file.</summary>
    public Tunnel? Tunnel => Link is var (link, infrastructure) ? Tunnel.Of(link, Prefix, infrastructure) : null;

    public string Subnet => $"{Prefix}.0/24";

    /// <summary>The bridge's address.</summary>
    public string Gateway => $"{Prefix}.{HostRange.Gateway}";

    /// <summary>First and last address that DHCP hands out, as Incus writes them.</summary>
    public string DhcpRange => IsShared
        ? $"{Prefix}.{HostRange.FirstDhcpOfShared}-{Prefix}.{HostRange.LastDhcpOfShared}"
        : $"{Prefix}.{HostRange.FirstDhcp}-{Prefix}.{HostRange.LastDhcp}";

    public string AddressOf(string machine) => $"{Prefix}.{Hosts[machine]}";
}
