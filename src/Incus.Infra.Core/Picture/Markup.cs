using System.Globalization;
using System.Text;

namespace Incus.Infra.Core.Picture;

/// <summary>Text of the user for SVG, HTML and Mermaid, in which it can be nothing but text.</summary>
internal static class Markup
{
    /// <summary>For SVG and HTML, between tags and in attributes. Lines stay lines.</summary>
    public static string Xml(string text) => Escape(text, c => c switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        _ => null,
    });

    /// <summary>For a text in quotes in Mermaid: any sign but the commonest as its number.</summary>
    public static string Mermaid(string text) => Escape(text, c => c switch
    {
        '\n' => " ",
        _ when char.IsAsciiLetterOrDigit(c) || " .,/:-_()".Contains(c, StringComparison.Ordinal) || c > '\u007f' => null,
        _ => string.Create(CultureInfo.InvariantCulture, $"#{(int)c};"),
    });

    private static string Escape(string text, Func<char, string?> escape)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value != '\n' && !IsVisible(rune))
            {
                result.Append('\uFFFD');
            }
            else if (rune.IsBmp && escape((char)rune.Value) is { } escaped)
            {
                result.Append(escaped);
            }
            else
            {
                result.Append(rune);
            }
        }

        return result.ToString();
    }

    // Format characters could turn the reading direction of what follows.
    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
