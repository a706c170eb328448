using System.Globalization;
using System.Text;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Rendering;

namespace Incus.Infra.Core.State;

/// <summary>
/// <see cref="BuildState"/> as text: one word and its values per line, free text escaped as in a URI. The last line
/// is a hash of all others, so that a damaged or truncated file is recognised before it is parsed.
/// </summary>
internal static class StateFormat
{
    private const string Version = "infra-state 4";
    private const int HashLineLength = 64 + 1;

    public static byte[] Write(BuildState state)
    {
        var text = new StringBuilder()
            .Append(Version).Append('\n')
            .Append("fingerprint ").Append(Uri.EscapeDataString(state.Fingerprint)).Append('\n')
            .Append("inputs ").Append(state.Inputs).Append('\n')
            .Append("strangers ").Append(state.Strangers).Append('\n');
        foreach (var path in state.References)
        {
            text.Append("reference ").Append(path).Append('\n');
        }

        foreach (var (code, _, place, message) in state.Warnings)
        {
            text
                .Append(CultureInfo.InvariantCulture, $"warning {code} {place.Line} {place.Column} ")
                .Append(Uri.EscapeDataString(place.File)).Append(' ')
                .Append(Uri.EscapeDataString(message)).Append('\n');
        }

        foreach (var (path, stamp, hash) in state.Files)
        {
            text.Append(CultureInfo.InvariantCulture, $"file {hash} {stamp.Length} {stamp.ModifiedTicks} {path}\n");
        }

        var lines = text.ToString();
        return Encoding.UTF8.GetBytes(lines + ContentHash.Of(lines) + '\n');
    }

    /// <summary>The state, or null when the text is damaged or of another version.</summary>
    public static BuildState? Read(ReadOnlySpan<byte> content)
    {
        if (content.Length < HashLineLength
            || !Ascii.Equals(content[^HashLineLength..^1], ContentHash.Of(content[..^HashLineLength])))
        {
            return null;
        }

        var lines = Encoding.UTF8.GetString(content[..^HashLineLength]).Split('\n');
        return lines[0] == Version
            ? new BuildState(
                Uri.UnescapeDataString(Value(lines[1])),
                Value(lines[2]),
                Value(lines[3]),
                [.. lines.Where(l => l.StartsWith("reference ", StringComparison.Ordinal)).Select(Value)],
                [.. lines.Where(l => l.StartsWith("warning ", StringComparison.Ordinal)).Select(ReadWarning)],
                [.. lines.Where(l => l.StartsWith("file ", StringComparison.Ordinal)).Select(ReadFile)])
            : null;
    }

    private static string Value(string line) => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    private static Diagnostic ReadWarning(string line)
    {
        var values = line.Split(' ');
        var place = new SourceLocation(Uri.UnescapeDataString(values[4]), Number(values[2]), Number(values[3]));
        return new Diagnostic(values[1], Severity.Warning, place, Uri.UnescapeDataString(values[5]));

        static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);
    }

    private static FileRecord ReadFile(string line)
    {
        var values = line.Split(' ', 5);
        return new FileRecord(values[4], new FileStamp(Number(values[2]), Number(values[3])), values[1]);

        static long Number(string digits) => long.Parse(digits, CultureInfo.InvariantCulture);
    }
}
