using System.Text;

namespace Incus.Infra.Core.Sections;

/// <summary>Line ends as a file has them: git may check out with CRLF what was committed with LF.</summary>
internal static class LineEnds
{
    /// <summary>
    /// Generated text with the line ends of what it takes the place of; what differs in nothing else stays as it is.
    /// </summary>
    /// <param name="before">What is there; the end of its first line counts.</param>
    /// <param name="text">With LF.</param>
    public static byte[] Keep(ReadOnlySpan<byte> before, string text) =>
        Encoding.UTF8.GetString(before).Replace("\r\n", "\n", StringComparison.Ordinal) == text
            ? before.ToArray()
            : Like(before, text);

    public static byte[] Like(ReadOnlySpan<byte> file, string text) => Encoding.UTF8.GetBytes(
        file.IndexOf((byte)'\n') is > 0 and var end && file[end - 1] == (byte)'\r'
            ? text.Replace("\n", "\r\n", StringComparison.Ordinal)
            : text);
}
