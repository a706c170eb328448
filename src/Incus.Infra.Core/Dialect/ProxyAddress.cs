using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Incus.Infra.Core.Dialect;

/// <summary>One end of a proxy device, such as <c>tcp:0.0.0.0:80</c>.</summary>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>unix</c>.</param>
/// <param name="Host">The address, or the path of a socket.</param>
/// <param name="Ports">The ports, as ranges; none for a socket.</param>
internal sealed record ProxyAddress(string Protocol, string Host, IReadOnlyList<(long First, long Last)> Ports)
{
    /// <summary>Reads it as Incus does (source: ProxyParseAddr in Incus); null when it cannot be read.</summary>
    public static ProxyAddress? Parse(string text)
    {
        var (protocol, rest) = Split(text, text.IndexOf(':', StringComparison.Ordinal));
        if (protocol == "unix")
        {
            return rest.Length == 0 ? null : new ProxyAddress(protocol, rest, []);
        }

        var (host, ports) = Split(rest, rest.LastIndexOf(':'));
        var isBracketed = host.StartsWith('[') && host.EndsWith(']');
        host = isBracketed ? host[1..^1] : host;
        var ranges = ports.Split(',').Select(Range).ToList();
        return protocol is "tcp" or "udp"
            && (host.Length == 0 || (IPAddress.TryParse(host, out var address) && (isBracketed || IsPlain(address, host))))
            && !ranges.Contains(null)
            ? new ProxyAddress(protocol, host, [.. ranges.Select(r => r!.Value)])
            : null;
    }

    /// <summary>Whether only what runs on the same host can reach it.</summary>
    public bool IsLocal => Protocol == "unix" || (Host.Length > 0 && IPAddress.IsLoopback(IPAddress.Parse(Host)));

    /// <summary>Whether both cannot be listened at on one host.</summary>
    public bool Overlaps(ProxyAddress other) =>
        Protocol == other.Protocol
        && (Protocol == "unix"
            ? Host == other.Host
            : Ports.Any(mine => other.Ports.Any(its => mine.First <= its.Last && its.First <= mine.Last)) && MeetsHost(other));

    // .NET also reads 80 and 010.1 as addresses; IPv6 needs brackets before a port.
    private static bool IsPlain(IPAddress address, string host) =>
        address.AddressFamily == AddressFamily.InterNetwork && address.ToString() == host;

    private bool MeetsHost(ProxyAddress other)
    {
        var (mine, its) = (Address(Host), Address(other.Host));
        return mine.AddressFamily == its.AddressFamily
            && (mine.Equals(its) || IsWildcard(mine) || IsWildcard(its));
    }

    // Without an address a proxy listens at all of them.
    private static IPAddress Address(string host) => host.Length == 0 ? IPAddress.IPv6Any : IPAddress.Parse(host);

    private static bool IsWildcard(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static (string Head, string Tail) Split(string text, int at) => at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);

    private static (long First, long Last)? Range(string text)
    {
        var ends = text.Split('-');
        return ends.Length <= 2
            && long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && long.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && (ends.Length == 1 || first < last)
            ? (first, last)
            : null;
    }
}
