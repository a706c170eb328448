using System.Globalization;
using Incus.Infra.Core.Dialect;

namespace Incus.Infra.Core.Isolation;

/// <summary>IPv4 addresses as ranges that neither meet nor touch, lowest first.</summary>
internal sealed class AddressSet
{
    private readonly List<(uint First, uint Last)> _ranges;
    private readonly Lazy<string> _text;

    private AddressSet(List<(uint First, uint Last)> ranges)
    {
        _ranges = ranges;
        _text = new(Write);
    }

    /// <summary>Every IPv4 address.</summary>
    public static AddressSet Everything { get; } = new([(0, uint.MaxValue)]);

    public bool IsEmpty => _ranges.Count == 0;

    /// <summary>The lowest address; only of a set that is not empty.</summary>
    public uint First => _ranges[0].First;

    /// <summary>The addresses of networks such as <c>10.0.0.0/8</c>.</summary>
    public static AddressSet Of(params IEnumerable<string> networks) =>
        Everything.Except(networks.Aggregate(Everything, (rest, network) => rest.Except(Parse(network)!)));

    /// <summary>
    /// An address, or the network that an address with the length of a prefix is in; null where it is neither.
    /// </summary>
    public static AddressSet? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (address, prefix) = slash < 0 ? (text, "32") : (text[..slash], text[(slash + 1)..]);
        if (!Forms.Ipv4.Accepts(address)
            || !int.TryParse(prefix, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > 32
            || (prefix.Length > 1 && prefix[0] == '0'))
        {
            return null;
        }

        var others = length == 0 ? uint.MaxValue : uint.MaxValue >> length;
        others = length == 32 ? 0 : others;
        var first = address.Split('.').Aggregate(0u, (n, octet) => (n << 8) | byte.Parse(octet, CultureInfo.InvariantCulture));
        first &= ~others;
        return new AddressSet([(first, first | others)]);
    }

    /// <summary>Whether all addresses of <paramref name="other"/> are in this one.</summary>
    public bool Covers(AddressSet other) => other.Except(this).IsEmpty;

    /// <summary>What is in this set and not in <paramref name="other"/>.</summary>
    public AddressSet Except(AddressSet other)
    {
        var rest = new List<(uint, uint)>();
        var cut = 0;
        foreach (var (first, last) in _ranges)
        {
            // In 64 bits, as the next after the last address of all is none.
            long next = first;
            for (; cut < other._ranges.Count && other._ranges[cut].Last < first; cut++)
            {
            }

            for (var i = cut; i < other._ranges.Count && other._ranges[i].First <= last; i++)
            {
                if (other._ranges[i].First > next)
                {
                    rest.Add(((uint)next, other._ranges[i].First - 1));
                }

                next = Math.Max(next, other._ranges[i].Last + 1L);
            }

            if (next <= last)
            {
                rest.Add(((uint)next, last));
            }
        }

        return new AddressSet(rest);
    }

    /// <summary>As rules of Incus name them: an address, a network, or ranges and addresses with commas.</summary>
    public override string ToString() => _text.Value;

    private string Write() => _ranges is [var (first, last)] && PrefixOf(first, last) is { } prefix
        ? Address(first) + (prefix == 32 ? "" : string.Create(CultureInfo.InvariantCulture, $"/{prefix}"))
        : string.Join(',', _ranges.Select(r => r.First == r.Last ? Address(r.First) : $"{Address(r.First)}-{Address(r.Last)}"));

    private static int? PrefixOf(uint first, uint last)
    {
        var size = (ulong)last - first + 1;
        return ulong.IsPow2(size) && first % size == 0 ? 32 - (int)ulong.Log2(size) : null;
    }

    private static string Address(uint address) => string.Create(
        CultureInfo.InvariantCulture, $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}");
}
