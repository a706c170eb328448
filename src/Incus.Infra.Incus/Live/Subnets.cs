using System.Buffers.Binary;
using System.Net;

namespace Incus.Infra.Incus.Live;

/// <summary>Arithmetic on IPv4 networks.</summary>
internal static class Subnets
{
    public static IPNetwork Containing(IPAddress address, int prefixLength)
    {
        var bits = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
        var mask = prefixLength == 0 ? 0 : uint.MaxValue << (32 - prefixLength);
        Span<byte> network = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(network, bits & mask);
        return new IPNetwork(new IPAddress(network), prefixLength);
    }

    /// <summary>The network of an address with prefix such as <c>10.1.2.254/24</c>; null for anything else.</summary>
    public static IPNetwork? OfAddress(string? text) =>
        text?.Split('/') is [var address, var prefix]
        && IPAddress.TryParse(address, out var ip)
        && ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
        && int.TryParse(prefix, out var length)
        && length is >= 0 and <= 32
            ? Containing(ip, length)
            : null;

    /// <summary>Whether two networks share an address.</summary>
    public static bool Overlap(IPNetwork one, IPNetwork other) =>
        one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress);
}
