namespace Incus.Infra.Diagnostics;

/// <summary>How many of something there are, as a reader says it.</summary>
internal static class Quantity
{
    /// <summary>Such as "1 file" or "2 files".</summary>
    /// <param name="count">How many.</param>
    /// <param name="noun">The word for one, whose plural has an s.</param>
    public static string Of(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
