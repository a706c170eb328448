using System.Globalization;

namespace Incus.Infra.Incus.Planning;

/// <summary>Where Incus listens on its host for an instance.</summary>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Address">Of the host.</param>
/// <param name="Ports">The first and the last of each range.</param>
internal sealed record HostListener(string Protocol, string Address, IReadOnlyList<(int First, int Last)> Ports)
{
    private static readonly string[] All = ["", "0.0.0.0", "[::]"];

    /// <summary>Reads one; null where Incus does not read it, and so has not taken it.</summary>
    public static HostListener? Of(string? text)
    {
        // Source: ProxyParseAddr in Incus.
        if (text?.Split(':', 2) is not [("tcp" or "udp") and var protocol, var rest]
            || rest.LastIndexOf(':') is not (>= 0 and var at))
        {
            return null;
        }

        var ports = rest[(at + 1)..].Split(',')
            .Select(range => range.Split('-').Select(p => int.TryParse(p, CultureInfo.InvariantCulture, out var n) ? n : 0))
            .Select(ends => (ends.First(), ends.Last()));
        return new HostListener(protocol, rest[..at], [.. ports]);
    }

    public bool Overlaps(HostListener? other) =>
        other is not null && Protocol == other.Protocol
        && (Address == other.Address || All.Contains(Address) || All.Contains(other.Address))
        && Ports.Any(mine => other.Ports.Any(its => mine.First <= its.Last && its.First <= mine.Last));
}
