using System.Net;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Importing;

/// <summary>What every domain has in common, which the compiler decides.</summary>
/// <param name="Bridge">The name of a domain's bridge.</param>
/// <param name="IsMachine">Whether a machine can have a last octet.</param>
/// <param name="Dhcp">Those that DHCP hands out.</param>
/// <param name="Gateway">That of the bridge.</param>
/// <param name="IsPort">Whether a machine can have a port of this name.</param>
internal sealed record DomainForm(
    Func<string, string> Bridge,
    Func<int, bool> IsMachine,
    (int First, int Last) Dhcp,
    int Gateway,
    Func<string, PortSpec, bool> IsPort)
{
    private const int PrefixLength = 24;

    /// <summary>A bridge as a domain has it; null where it has another kind of subnet, or another address in it.</summary>
    public NetworkSpec? NetworkOf(IncusObject bridge)
    {
        var address = bridge.Config?.GetValueOrDefault("ipv4.address");
        return Live.Subnets.OfAddress(address) is { PrefixLength: PrefixLength } subnet
            && PrefixOf(subnet) is var prefix && address == $"{prefix}.{Gateway}/{PrefixLength}"
            ? new NetworkSpec
            {
                Name = bridge.Name,
                Subnet = subnet.ToString(),
                Gateway = $"{prefix}.{Gateway}",
                DhcpRange = $"{prefix}.{Dhcp.First}-{prefix}.{Dhcp.Last}",
            }
            : null;
    }

    /// <summary>The first three octets.</summary>
    public static string PrefixOf(IPNetwork subnet) => string.Join('.', subnet.BaseAddress.GetAddressBytes().Take(3));

    public bool IsForMachines(IPAddress address) => IsMachine(address.GetAddressBytes()[^1]);

    public bool IsOfDhcp(IPAddress address) =>
        address.GetAddressBytes()[^1] is var octet && octet >= Dhcp.First && octet <= Dhcp.Last;
}
