using System.Text;

namespace Incus.Infra.Core.Sections;

/// <summary>
/// The part of a file that the build owns, between two marker lines. Works on bytes: what is outside survives
/// whatever its line ends and encoding are. The section has the line ends that the file has there.
/// </summary>
internal static class ManagedSection
{
    public const string BeginMarker = "# === MANAGED BY infra.yml ===";

    public const string EndMarker = "# === END MANAGED ===";

    /// <summary>The line below the begin marker.</summary>
    public const string Notice =
        "# Written by dotnet build. Changes inside this section are lost; write below it.";

    /// <summary>The last line of a new file.</summary>
    public const string Hint = "# Your own content goes below this line.";

    public static SectionSearch Find(ReadOnlySpan<byte> content)
    {
        var begin = -1;
        var end = -1;
        var lines = new ByteLines(content);
        while (lines.MoveNext())
        {
            if (lines.Is(BeginMarker))
            {
                if (begin >= 0)
                {
                    return SectionSearch.Damaged(lines.Number, end < 0
                        ? "the section begins again before it ends"
                        : "a second section begins here");
                }

                begin = lines.Start;
            }
            else if (lines.Is(EndMarker))
            {
                if (begin < 0 || end >= 0)
                {
                    return SectionSearch.Damaged(lines.Number, "the section ends here but never begins");
                }

                end = lines.End;
            }
        }

        return (begin, end) switch
        {
            ( < 0, _) => SectionSearch.Absent,
            (_, < 0) => SectionSearch.Damaged(LineAt(content, begin), "the section begins here but never ends"),
            _ => SectionSearch.Found(begin, end),
        };
    }

    /// <summary>A file that did not exist: the section, then room for the user.</summary>
    /// <param name="body">The lines between the markers, LF, ending with LF.</param>
    public static byte[] NewFile(string body) => Encoding.UTF8.GetBytes($"---\n{Wrap(body)}\n{Hint}\n");

    /// <summary>An existing file with its section put in or replaced; every other byte stays.</summary>
    /// <param name="content">The file as it is.</param>
    /// <param name="search">What <see cref="Find"/> said about it; not damaged.</param>
    /// <param name="body">The lines between the markers, LF, ending with LF.</param>
    public static byte[] Update(ReadOnlySpan<byte> content, SectionSearch search, string body)
    {
        if (content.IsEmpty)
        {
            return NewFile(body);
        }

        if (search.Kind == SectionKind.Found)
        {
            var (start, end) = (search.Start, search.End);
            return [.. content[..start], .. LineEnds.Keep(content[start..end], Wrap(body)), .. content[end..]];
        }

        var top = InsertionPoint(content);
        // A document start without a line end would otherwise swallow the begin marker.
        var separator = top > 0 && top == content.Length && content[^1] != (byte)'\n' ? "\n" : "";
        return [.. content[..top], .. LineEnds.Like(content, separator + Wrap(body)), .. content[top..]];
    }

    private static string Wrap(string body) => $"{BeginMarker}\n{Notice}\n{body}{EndMarker}\n";

    /// <summary>Below the document start, so that the file stays one YAML document; else at the very top.</summary>
    private static int InsertionPoint(ReadOnlySpan<byte> content)
    {
        var lines = new ByteLines(content);
        var top = lines.Position;
        while (lines.MoveNext()
            && (lines.IsBlank || lines.BeginsWith('#') || lines.BeginsWith('%') || IsDocumentStart(lines.Text)))
        {
            if (IsDocumentStart(lines.Text))
            {
                return lines.End;
            }
        }

        return top;
    }

    // Perhaps with a remark, which begins behind a blank.
    private static bool IsDocumentStart(ReadOnlySpan<byte> line) =>
        line.StartsWith("---"u8)
        && line[3..].TrimStart(" \t"u8) is var rest
        && (rest.IsEmpty || (rest[0] == (byte)'#' && rest.Length < line.Length - 3));

    private static int LineAt(ReadOnlySpan<byte> content, int offset) => content[..offset].Count((byte)'\n') + 1;
}
