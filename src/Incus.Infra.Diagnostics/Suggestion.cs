namespace Incus.Infra.Diagnostics;

/// <summary>Finds what the user may have meant.</summary>
internal static class Suggestion
{
    // Bounds of the work for one hostile word; no real list of candidates is longer.
    private const int LongestWord = 64;
    private const int MostCandidates = 1000;

    /// <summary>The candidate nearest to <paramref name="word"/> within a third of its length, or null.</summary>
    public static string? For(string word, IEnumerable<string> candidates)
    {
        if (word.Length > LongestWord)
        {
            return null;
        }

        var farthest = Math.Max(1, word.Length / 3);
        var (nearest, distance) = candidates
            .Take(MostCandidates)
            .Where(c => Math.Abs(c.Length - word.Length) <= farthest)
            .Select(c => (Word: c, Distance: Distance(word, c)))
            .OrderBy(c => c.Distance)
            .ThenBy(c => c.Word, StringComparer.Ordinal)
            .FirstOrDefault();
        return nearest is not null && distance <= farthest ? nearest : null;
    }

    // Levenshtein's distance with two letters in the wrong order as one mistake; case and the usual separators ignored.
    private static int Distance(string left, string right)
    {
        (left, right) = (Fold(left), Fold(right));
        var (before, above) = (new int[right.Length + 1], new int[right.Length + 1]);
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            (before, above, row) = (above, row, before);
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitution = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(substitution, Math.Min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }
        }

        return row[^1];
    }

    private static string Fold(string word) => word.ToUpperInvariant().Replace('-', '_');
}
