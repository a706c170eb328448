using System.Globalization;

namespace Incus.Infra.Diagnostics;

/// <summary>Shortens untrusted text for a message: one line, no control characters, bounded length.</summary>
internal static class Excerpt
{
    private const int MaxLength = 120;

    /// <summary>Whether a private key is in <paramref name="text"/>.</summary>
    public static bool HasPrivateKey(string text) => text.Contains("PRIVATE KEY-----", StringComparison.Ordinal);

    /// <summary>
    /// At most 120 characters of <paramref name="text"/>, what would not be seen shown as <c>?</c>, and nothing of a private key.
    /// </summary>
    public static string Of(string text) => HasPrivateKey(text)
        ? "(private key)"
        : Visible(text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "…"));

    /// <summary>All of <paramref name="text"/>, what would not be seen shown as <c>?</c>.</summary>
    public static string Visible(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = IsVisible(source[i]) ? source[i] : '?';
        }
    });

    /// <summary><paramref name="reason"/> as one sentence that ends with a full stop.</summary>
    public static string Sentence(string reason)
    {
        var head = Of(reason.Length > 0 && char.IsAsciiLetterLower(reason[0])
            ? char.ToUpperInvariant(reason[0]) + reason[1..]
            : reason);
        return head.EndsWith('.') || head.EndsWith('…') ? head : head + ".";
    }

    // Format characters could turn the reading direction of the whole message.
    private static bool IsVisible(char c) => char.GetUnicodeCategory(c) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
