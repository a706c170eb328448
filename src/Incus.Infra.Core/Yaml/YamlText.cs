using System.Buffers;
using System.Globalization;
using System.Text;

namespace Incus.Infra.Core.Yaml;

/// <summary>Writes text as YAML scalars that PyYAML (YAML 1.1) and YAML 1.2 readers load as the same string.</summary>
internal static class YamlText
{
    // Characters of numbers on one line.
    private const int LongestNumbers = 80;

    // Words that one of the two versions reads as boolean or null.
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "y", "n", "yes", "no", "on", "off", "true", "false", "null",
    };

    private static readonly SearchValues<char> InPlain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+-:");

    // Printable ASCII without the quote and the backslash.
    private static readonly SearchValues<char> AsItIsInQuotes =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Except(['"', '\\'])]);

    // Printable ASCII and the line feed.
    private static readonly SearchValues<char> InBlock =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c), '\n']);

    /// <summary>Plain where that is safe under both versions, else in double quotes.</summary>
    public static string Scalar(string text) => IsSafePlain(text) && !Words.Contains(text) ? text : Quoted(text);

    /// <summary>In double quotes: for values that must be seen to be strings.</summary>
    public static string Quoted(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(AsItIsInQuotes))
        {
            return $"\"{text}\"";
        }

        var result = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            Append(result, rune);
        }

        return result.Append('"').ToString();
    }

    /// <summary>
    /// A string that Ansible must not evaluate: tagged <c>!unsafe</c> where it is a template, else as
    /// <see cref="Scalar"/>.
    /// </summary>
    public static string Literal(string text) => HasTemplate(text) ? $"!unsafe {Quoted(text)}" : Scalar(text);

    /// <summary>Like <see cref="Literal"/>, but always in quotes.</summary>
    public static string QuotedLiteral(string text) => (HasTemplate(text) ? "!unsafe " : "") + Quoted(text);

    /// <summary>
    /// Numbers, or addresses, with commas: one text in quotes, on several lines where one would be too long for linters.
    /// </summary>
    public static string QuotedNumbers(string text)
    {
        var lines = new List<string>();
        foreach (var number in text.Split(','))
        {
            if (lines is [.., var last] && last.Length + number.Length < LongestNumbers)
            {
                lines[^1] = $"{last},{number}";
            }
            else
            {
                lines.Add(number);
            }
        }

        // A backslash at the end of a line hides it and the blanks at the beginning of the next.
        return $"\"{string.Join(",\\\n", lines)}\"";
    }

    /// <summary>Whether Ansible would evaluate it; by a header it can even be given other delimiters.</summary>
    public static bool HasTemplate(string text) =>
        text.StartsWith("#jinja2:", StringComparison.Ordinal)
        || text.Contains("{{", StringComparison.Ordinal)
        || text.Contains("{%", StringComparison.Ordinal)
        || text.Contains("{#", StringComparison.Ordinal);

    /// <summary>Whether it is of several lines that read better as they are, without escapes.</summary>
    public static bool IsBlock(string text) =>
        text.AsSpan().TrimEnd('\n').Contains('\n')
        && text[0] is not (' ' or '\n')
        && !text.EndsWith("\n\n", StringComparison.Ordinal)
        && !text.Contains(" \n", StringComparison.Ordinal)
        && !text.AsSpan().ContainsAnyExcept(InBlock);

    private static void Append(StringBuilder result, Rune rune)
    {
        switch (rune.Value)
        {
            case '"':
                result.Append("\\\"");
                break;
            case '\\':
                result.Append(@"\\");
                break;
            case '\n':
                result.Append(@"\n");
                break;
            case '\t':
                result.Append(@"\t");
                break;
            case '\r':
                result.Append(@"\r");
                break;
            case < 0x20 or (>= 0x7F and <= 0xA0) or 0xAD:
                result.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:X2}");
                break;
            case 0x2028 or 0x2029 or 0xFEFF or 0xFFFE or 0xFFFF:
                result.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
                break;
            default:
                result.Append(rune.ToString());
                break;
        }
    }

    // A colon between two other characters, as in images:debian/13, begins no mapping.
    private static bool IsSafePlain(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] is '_' or '/')
        && !text.AsSpan().ContainsAnyExcept(InPlain)
        && text[^1] != ':'
        && !text.Contains("::", StringComparison.Ordinal);
}
