using System.Globalization;
using System.Text;

namespace Incus.Infra.Core.CSharp;

/// <summary>Writes indented lines of C#. Text of the user gets in only as a literal or in a comment, never as code.</summary>
internal sealed class SourceWriter
{
    private const int IndentSize = 4;

    private readonly StringBuilder _text = new();
    private int _indent;

    public void Lines(string lines)
    {
        foreach (var line in lines.Split('\n'))
        {
            _text.Append(' ', line.Length == 0 ? 0 : _indent).Append(line).Append('\n');
        }
    }

    public void Open(string declaration)
    {
        Lines(declaration);
        Lines("{");
        _indent += IndentSize;
    }

    public void Close(string after = "")
    {
        _indent -= IndentSize;
        Lines("}" + after);
    }

    /// <summary>A documentation comment of text, each line of which is a line of the comment.</summary>
    public void Summary(string text)
    {
        var lines = text.ReplaceLineEndings("\n")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Lines($"/// <summary>{string.Join("\n/// ", lines.Select(AsXml))}</summary>");
    }

    /// <summary>
    /// A text as a C# literal. What a reader cannot see, such as a change of direction, is written as its code.
    /// </summary>
    public static string Literal(string text)
    {
        var result = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            result.Append(c switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                _ when IsVisible(c) => c.ToString(),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            });
        }

        return result.Append('"').ToString();
    }

    public override string ToString() => _text.ToString();

    private static string AsXml(string line)
    {
        var result = new StringBuilder(line.Length);
        foreach (var c in line)
        {
            result.Append(c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                _ when IsVisible(c) => c.ToString(),
                _ => "\uFFFD",
            });
        }

        return result.ToString();
    }

    private static bool IsVisible(char c) => c == ' ' || char.GetUnicodeCategory(c)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
