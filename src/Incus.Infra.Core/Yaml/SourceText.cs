using System.Buffers;
using System.Text;
using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.Yaml;

/// <summary>Turns bytes into text, refusing what is not clean UTF-8.</summary>
internal static class SourceText
{
    // YAML 1.2 section 5.1; a NUL would end the input early in many parsers and hide the rest of the file. The line ends
    // that only YAML 1.1 knows, and a carriage return alone, are lines to some readers and to others not.
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
    [
        .. Enumerable.Range(0, 0x20).Where(c => c is not ('\t' or '\n')).Select(c => (char)c),
        (char)0x7F, (char)0x85, (char)0x2028, (char)0x2029, (char)0xFFFE, (char)0xFFFF,
    ]);

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text without byte order mark, or null after adding a diagnostic.</summary>
    public static string? Decode(string file, ReadOnlySpan<byte> bytes, DiagnosticBag diagnostics)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        string text;
        try
        {
            text = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            var before = Encoding.UTF8.GetString(bytes[..e.Index]);
            diagnostics.Add(ReadingDiagnostics.NotUtf8(Place(file, before, before.Length), e.BytesUnknown?[0] ?? 0));
            return null;
        }

        if (FirstForbidden(text) is { } bad)
        {
            diagnostics.Add(ReadingDiagnostics.ControlCharacter(Place(file, text, bad), text[bad]));
            return null;
        }

        return text;
    }

    private static int? FirstForbidden(string text)
    {
        for (var from = 0; text.AsSpan(from).IndexOfAny(Forbidden) is >= 0 and var next; from += next + 2)
        {
            if (!text.AsSpan(from + next).StartsWith("\r\n"))
            {
                return from + next;
            }
        }

        return null;
    }

    private static SourceLocation Place(string file, string text, int index)
    {
        var before = text.AsSpan(0, index);
        var lastBreak = before.LastIndexOf('\n');
        return new SourceLocation(file, before.Count('\n') + 1, index - lastBreak);
    }
}
