namespace Incus.Infra.Core.Picture;

/// <summary>Puts blocks into rows, in their order.</summary>
internal static class Packing
{
    // Of width to height: about that of a screen.
    private const double Ratio = 1.5;
    private const int Step = 64;
    private const int BetweenBlocks = 40;

    /// <summary>The rows that fill a page of the best proportions.</summary>
    public static List<List<Block>> Rows(IReadOnlyList<Block> blocks)
    {
        if (blocks.Count == 0)
        {
            return [];
        }

        var widest = blocks.Max(b => b.Width);
        var all = blocks.Sum(b => b.Width + BetweenBlocks);
        return Enumerable.Range(0, ((all - widest) / Step) + 2)
            .Select(i => Rows(blocks, widest + (i * Step)))
            .MinBy(rows => Math.Max(rows.Max(WidthOf), Ratio * rows.Sum(HeightOf)))!;
    }

    private static List<List<Block>> Rows(IReadOnlyList<Block> blocks, int width)
    {
        List<List<Block>> rows = [];
        foreach (var block in blocks)
        {
            if (rows.Count == 0 || WidthOf([.. rows[^1], block]) > width)
            {
                rows.Add([]);
            }

            rows[^1].Add(block);
        }

        return rows;
    }

    private static int WidthOf(List<Block> row) => row.Sum(b => b.Width + BetweenBlocks) - BetweenBlocks;

    private static int HeightOf(List<Block> row) => row.Max(b => b.Height) + BetweenBlocks;
}
