using System.Globalization;
using System.Numerics;

namespace Incus.Infra.Incus.Desired;

/// <summary>Sizes as Incus writes them.</summary>
internal static class ByteSize
{
    private static readonly string[] Decimal = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    private static readonly string[] Binary = ["", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>The number of bytes, or null where it is none, such as a share of the host's.</summary>
    public static BigInteger? Parse(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        var unit = text[digits..].Trim();
        var isNumber = BigInteger.TryParse(
            text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return !isNumber ? null
            : Array.IndexOf(Binary, unit) is >= 0 and var binary ? number * BigInteger.Pow(1024, binary)
            : Array.IndexOf(Decimal, unit) is >= 0 and var power ? number * BigInteger.Pow(1000, power)
            : null;
    }
}
