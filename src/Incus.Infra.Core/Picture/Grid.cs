namespace Incus.Infra.Core.Picture;

/// <summary>
/// The rows of a page, and the ways between their blocks: a gap is upright, between two blocks or at the end of a row; a
/// channel is level, above a row or below the last one. Lines run in these only, so that they cross no block.
/// </summary>
internal sealed class Grid
{
    // For the legend.
    private const int MinWidth = 664;
    private const int Margin = 36;
    private const int FreeGap = 26;
    private const int FreeChannel = 30;
    private const int Beside = 16;

    private readonly List<List<Block>> _rows;
    private readonly Dictionary<(int Row, int Gap), List<string>> _gaps = [];
    private readonly int[] _channelTops;

    public Grid(List<List<Block>> rows)
    {
        _rows = rows;
        Channels = [.. Enumerable.Range(0, rows.Count + 1).Select(_ => new Lanes())];
        _channelTops = new int[Channels.Count];
        foreach (var (number, row) in rows.Index())
        {
            foreach (var (index, block) in row.Index())
            {
                (block.Row, block.Index) = (number, index);
            }
        }
    }

    /// <summary>The lines in each channel.</summary>
    public IReadOnlyList<Lanes> Channels { get; }

    public int Width { get; private set; }

    public int Height { get; private set; }

    public IEnumerable<Block> Blocks => _rows.SelectMany(row => row);

    public int GapsOf(int row) => _rows[row].Count + 1;

    /// <summary>How many lines a gap has.</summary>
    public int LinesIn(int row, int gap) => _gaps.TryGetValue((row, gap), out var lines) ? lines.Count : 0;

    /// <summary>Leads a line through a gap.</summary>
    public void AddToGap(int row, int gap, string key)
    {
        if (!_gaps.TryGetValue((row, gap), out var lines))
        {
            _gaps.Add((row, gap), lines = []);
        }

        if (!lines.Contains(key))
        {
            lines.Add(key);
        }
    }

    /// <summary>Orders the lines of each gap, from left to right.</summary>
    /// <param name="pull">Where the ends of a line in a gap draw it.</param>
    public void OrderGaps(Func<int, int, string, double> pull)
    {
        foreach (var (row, gap) in _gaps.Keys.ToList())
        {
            _gaps[(row, gap)] =
                [.. _gaps[(row, gap)].OrderBy(key => pull(row, gap, key)).ThenBy(key => key, StringComparer.Ordinal)];
        }
    }

    /// <summary>Places blocks and gaps from left to right; the middles of all rows are above each other.</summary>
    public void PlaceAcross()
    {
        int[] widths = [.. _rows.Select((_, row) => WidthOf(row))];
        Width = Math.Max(widths.Max(), MinWidth);
        for (var row = 0; row < _rows.Count; row++)
        {
            var x = (Width - widths[row]) / 2;
            foreach (var block in _rows[row])
            {
                x += WidthOf(row, block.Index);
                block.X = x;
                x += block.Width;
            }
        }
    }

    /// <summary>Places blocks and channels from the top down.</summary>
    /// <param name="top">Where the first channel begins.</param>
    public void PlaceDown(int top)
    {
        for (var row = 0; row < _rows.Count; row++)
        {
            _channelTops[row] = top;
            top += HeightOf(row);
            foreach (var block in _rows[row])
            {
                block.Y = top;
            }

            top += _rows[row].Max(b => b.Height);
        }

        _channelTops[^1] = top;
        Height = top + HeightOf(_rows.Count);
    }

    /// <summary>Where a line goes up or down in a gap.</summary>
    public int XOf(int row, int gap, string key) => XOf(row, gap, _gaps[(row, gap)].IndexOf(key));

    /// <summary>Where a gap is about.</summary>
    public int MiddleOf(int row, int gap) => XOf(row, gap, LinesIn(row, gap) / 2);

    /// <summary>Where a line goes along a channel.</summary>
    public int YOf(int channel, string key) =>
        _channelTops[channel] + (FreeChannel / 2) + (Channels[channel].Of(key) * Sizes.Lane);

    /// <summary>Where a channel is about.</summary>
    public int MiddleOf(int channel) => _channelTops[channel] + (HeightOf(channel) / 2);

    private int XOf(int row, int gap, int line)
    {
        var blocks = _rows[row];
        var x = gap == 0
            ? blocks[0].X - Beside - ((Math.Max(LinesIn(row, gap), 1) - 1 - line) * Sizes.Lane)
            : blocks[gap - 1].Right + Beside + (line * Sizes.Lane);
        // Lines of this row and of the next one meet in the channel between: they must not run in each other.
        return x - (x % Sizes.Lane) + (row % 2 * (Sizes.Lane / 2));
    }

    private int WidthOf(int row) =>
        _rows[row].Sum(b => b.Width) + Enumerable.Range(0, GapsOf(row)).Sum(gap => WidthOf(row, gap));

    private int WidthOf(int row, int gap)
    {
        var lines = Math.Max(LinesIn(row, gap) - 1, 0) * Sizes.Lane;
        var isEnd = gap == 0 || gap == _rows[row].Count;
        return lines + (isEnd ? Margin : LinesIn(row, gap) == 0 ? FreeGap : 2 * Beside);
    }

    private int HeightOf(int channel) => FreeChannel + (Math.Max(Channels[channel].Count - 1, 0) * Sizes.Lane);
}
