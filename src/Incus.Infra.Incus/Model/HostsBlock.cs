using System.Net;
using System.Text;

namespace Incus.Infra.Incus.Model;

/// <summary>Where a hosts file has the block.</summary>
/// <param name="Start">Offset of its first line; the end of the file where it has none.</param>
/// <param name="End">Offset behind its last line.</param>
/// <param name="Lines">What stands between its markers; empty where there is none.</param>
internal sealed record HostsPlace(int Start, int End, string Lines);

/// <summary>
/// The part of a hosts file between two marker lines. Works on bytes: what is outside survives whatever its line ends and
/// encoding are.
/// </summary>
/// <param name="owner">Who writes it; part of the markers.</param>
internal sealed class HostsBlock(string owner)
{
    // Of Incus's DNS, where a bridge says nothing else.
    private const string DnsDomain = "incus";

    private readonly string _begin = Mark($"# === MANAGED BY {owner} ===");
    private readonly string _end = Mark($"# === END MANAGED BY {owner} ===");

    /// <summary>That in a machine.</summary>
    public static HostsBlock OfMachine { get; } = new("infra.yml");

    /// <summary>
    /// The lines of some machines, in the order of their names: each with the two names by which those of its own domain find it.
    /// </summary>
    /// <param name="addresses">By name.</param>
    public static string Lines(IEnumerable<KeyValuePair<string, string>> addresses) => string.Concat(addresses
        .OrderBy(a => a.Key, StringComparer.Ordinal)
        .Select(a => $"{a.Value} {a.Key}.{DnsDomain} {a.Key}\n"));

    /// <summary>Why these cannot be lines of a hosts file, or null.</summary>
    public static string? FaultOf(string name, string address) =>
        Uri.CheckHostName(name) != UriHostNameType.Dns ? $"'{Excerpt.Of(name)}' is no name of a machine"
        : IPAddress.TryParse(address, out var parsed) && parsed.ToString() == address ? null
        : $"'{Excerpt.Of(address)}' is no address";

    /// <summary>Finds it; null where lines are missing, or there are several, so that nobody knows what is whose.</summary>
    /// <param name="content">A hosts file.</param>
    public HostsPlace? Find(byte[] content)
    {
        var text = Encoding.Latin1.GetString(content);
        var (begins, ends) = (LinesOf(text, _begin), LinesOf(text, _end));
        return (begins, ends) switch
        {
            ([], []) => new HostsPlace(text.Length, text.Length, ""),
            ([var (start, body)], [var (tail, end)]) when body <= tail => new HostsPlace(start, end, text[body..tail]),
            _ => null,
        };
    }

    /// <summary>The file with other lines; without any, the block is gone.</summary>
    /// <param name="content">The file as it is.</param>
    /// <param name="place">Where it has the block.</param>
    /// <param name="lines">Whole lines.</param>
    public byte[] Put(byte[] content, HostsPlace place, string lines)
    {
        var before = Encoding.Latin1.GetString(content.AsSpan(0, place.Start));
        var separator = before.Length > 0 && before[^1] != '\n' && lines.Length > 0 ? "\n" : "";
        return [.. content[..place.Start], .. Encoding.Latin1.GetBytes(separator + Text(lines)), .. content[place.End..]];
    }

    /// <summary>The block as a file has it; empty without lines.</summary>
    public string Text(string lines) => lines.Length == 0 ? "" : $"{_begin}\n{lines}{_end}\n";

    private static List<(int Start, int End)> LinesOf(string text, string marker)
    {
        var found = new List<(int, int)>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is var at and >= 0 ? at + 1 : text.Length;
            if (text.AsSpan(start, end - start).TrimEnd("\r\n").SequenceEqual(marker))
            {
                found.Add((start, end));
            }

            start = end;
        }

        return found;
    }

    // Each byte as a character, as everything here is.
    private static string Mark(string line) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(line));
}
