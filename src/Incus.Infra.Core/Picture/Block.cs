namespace Incus.Infra.Core.Picture;

/// <summary>
/// A domain with its machines, or something at the border, as one piece of the page. Arrows come in from the left and the
/// right: for the block itself below its header, for a machine above the row that it is in.
/// </summary>
internal sealed class Block
{
    // Above machines that nothing leads to.
    private const int FreeStrip = 8;

    // What lines may be moved by.
    private const int Slack = 8;

    private readonly int _header;
    private readonly int _machineHeight;

    public Block(DomainPlace domain, int machineHeight)
    {
        (Place, Machines, _header, _machineHeight) = (domain, domain.Machines, Sizes.DomainHeader, machineHeight);
        Columns = Machines.Count <= 3 ? Math.Max(Machines.Count, 1) : (int)Math.Ceiling(Math.Sqrt(Machines.Count));
        Strips = NewStrips();
    }

    public Block(BorderPlace border)
    {
        (Place, Machines, _header, Columns) = (border, [], Sizes.BorderHeader, 1);
        Strips = NewStrips();
    }

    public Place Place { get; }

    public IReadOnlyList<MachinePlace> Machines { get; }

    public int Columns { get; }

    /// <summary>The row of the page that it is in.</summary>
    public int Row { get; set; }

    /// <summary>Its place in that row, from the left.</summary>
    public int Index { get; set; }

    public int X { get; set; }

    public int Y { get; set; }

    /// <summary>The lines that come in: the block's own first, then those of each row of machines.</summary>
    public IReadOnlyList<Lanes> Strips { get; }

    public int Width => (Columns * (Sizes.Machine + Sizes.MachineGap)) - Sizes.MachineGap + (2 * Sizes.Pad);

    public int Height => StripTop(Strips.Count) + (Place is DomainPlace ? Sizes.Pad : 0) - Y;

    public int Right => X + Width;

    public Box Box => new(X, Y, Width, Height);

    /// <summary>The strip of a machine, or of the block itself.</summary>
    public int StripOf(int? machine) => machine is { } number ? (number / Columns) + 1 : 0;

    public Box BoxOf(int machine)
    {
        var row = machine / Columns;
        return new(
            X + Sizes.Pad + (machine % Columns * (Sizes.Machine + Sizes.MachineGap)),
            StripTop(row + 1) + HeightOf(row + 1),
            Sizes.Machine,
            _machineHeight);
    }

    /// <summary>The height at which a line comes in: for machines, the first lane is the one nearest to them.</summary>
    public int YOf(int strip, string key, bool isLeft)
    {
        var (top, lane) = (StripTop(strip), Strips[strip].Of(key));
        var y = strip == 0
            ? top + (lane * Sizes.TextLane) + (Sizes.TextLane / 2)
            : top + HeightOf(strip) - FreeStrip - (lane * Sizes.TextLane) - (Sizes.TextLane / 2);
        // Lines of the blocks at both sides of a gap meet in it: they must not run in each other.
        return y - (y % Slack) + (isLeft ? Slack / 2 : 0);
    }

    /// <summary>Where a line would come in about.</summary>
    public int MiddleOf(int strip) => StripTop(strip) + (HeightOf(strip) / 2);

    private Lanes[] NewStrips() =>
        [.. Enumerable.Range(0, 1 + ((Machines.Count + Columns - 1) / Columns)).Select(_ => new Lanes())];

    private int StripTop(int strip)
    {
        var top = Y + _header;
        for (var i = 0; i < strip; i++)
        {
            top += HeightOf(i) + (i == 0 ? 0 : _machineHeight);
        }

        return top;
    }

    private int HeightOf(int strip) =>
        (Strips[strip].Count * Sizes.TextLane) + (Strips[strip].Count == 0 ? 0 : Slack) + (strip == 0 ? 0 : FreeStrip);
}
