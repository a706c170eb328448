using System.Text;
using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.Model;

namespace Incus.Infra.Core.Tree;

/// <summary>
/// Renders a change so that patch(1) can apply it. DiffPlex compares; its own renderer loses line ends and the
/// missing newline at the end of a file.
/// </summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>The change of one file.</summary>
    /// <param name="path">Relative to the project folder, with forward slashes.</param>
    /// <param name="before">The old bytes, or null when there is no such file.</param>
    /// <param name="after">The new bytes.</param>
    public static string Of(string path, byte[]? before, byte[] after)
    {
        var diff = Differ.Instance.CreateDiffs(
            Encoding.UTF8.GetString(before ?? []),
            Encoding.UTF8.GetString(after),
            ignoreWhiteSpace: false,
            ignoreCase: false,
            LineEndingsPreservingChunker.Instance);
        var text = new StringBuilder($"--- {(before is null ? "/dev/null" : "a/" + path)}\n+++ b/{path}\n");
        foreach (var hunk in Hunks(diff.DiffBlocks))
        {
            Append(text, diff, hunk);
        }

        return text.ToString();
    }

    /// <summary>Blocks whose context touches share a hunk.</summary>
    private static IEnumerable<List<DiffBlock>> Hunks(IList<DiffBlock> blocks)
    {
        List<DiffBlock> hunk = [];
        foreach (var block in blocks)
        {
            if (hunk.Count > 0 && block.DeleteStartA - EndA(hunk[^1]) > 2 * Context)
            {
                yield return hunk;
                hunk = [];
            }

            hunk.Add(block);
        }

        if (hunk.Count > 0)
        {
            yield return hunk;
        }
    }

    private static void Append(StringBuilder text, DiffResult diff, List<DiffBlock> hunk)
    {
        var startA = Math.Max(0, hunk[0].DeleteStartA - Context);
        var startB = hunk[0].InsertStartB - (hunk[0].DeleteStartA - startA);
        var endA = Math.Min(diff.PiecesOld.Count, EndA(hunk[^1]) + Context);
        var endB = hunk[^1].InsertStartB + hunk[^1].InsertCountB + (endA - EndA(hunk[^1]));
        text.Append(null, $"@@ -{Range(startA, endA)} +{Range(startB, endB)} @@\n");
        var next = startA;
        foreach (var block in hunk)
        {
            AppendLines(text, ' ', diff.PiecesOld, next, block.DeleteStartA);
            AppendLines(text, '-', diff.PiecesOld, block.DeleteStartA, EndA(block));
            AppendLines(text, '+', diff.PiecesNew, block.InsertStartB, block.InsertStartB + block.InsertCountB);
            next = EndA(block);
        }

        AppendLines(text, ' ', diff.PiecesOld, next, endA);
    }

    // An empty range names the line before it.
    private static string Range(int start, int end) => $"{(start == end ? start : start + 1)},{end - start}";

    private static void AppendLines(StringBuilder text, char sign, IReadOnlyList<string> lines, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            text.Append(sign).Append(lines[i]);
            if (!lines[i].EndsWith('\n'))
            {
                text.Append("\n\\ No newline at end of file\n");
            }
        }
    }

    private static int EndA(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;
}
