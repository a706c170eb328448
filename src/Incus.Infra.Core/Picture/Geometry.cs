namespace Incus.Infra.Core.Picture;

/// <summary>A point on the page, in pixels.</summary>
internal readonly record struct Spot(int X, int Y);

/// <summary>A rectangle on the page, in pixels.</summary>
internal readonly record struct Box(int X, int Y, int Width, int Height)
{
    public int Right => X + Width;

    public int Bottom => Y + Height;
}

/// <summary>An arrow on the page.</summary>
/// <param name="Arrow">What it says.</param>
/// <param name="Points">Its corners; neighbours have one coordinate in common.</param>
internal sealed record PlacedArrow(Arrow Arrow, IReadOnlyList<Spot> Points);

/// <summary>The text at an arrow's head.</summary>
/// <param name="At">Where it begins, or ends, and its middle line.</param>
/// <param name="Ends">Whether it ends there.</param>
/// <param name="Arrow">Whose text it is.</param>
/// <param name="Place">What the head leads to.</param>
internal sealed record PlacedLabel(Spot At, bool Ends, Arrow Arrow, Place Place);

/// <summary>A diagram with a place for everything.</summary>
/// <param name="Width">Of the page.</param>
/// <param name="Height">Of the page, without the legend.</param>
/// <param name="Boxes">By the place's id.</param>
/// <param name="Arrows">In the order of the diagram.</param>
/// <param name="Labels">One for each head that several arrows may share.</param>
/// <param name="Frame">Around all that is on the host.</param>
internal sealed record Page(
    int Width,
    int Height,
    IReadOnlyDictionary<string, Box> Boxes,
    IReadOnlyList<PlacedArrow> Arrows,
    IReadOnlyList<PlacedLabel> Labels,
    Box Frame);

/// <summary>Lengths that layout and text have in common, in pixels.</summary>
internal static class Sizes
{
    public const int Machine = 184;
    public const int MachineLine = 15;
    public const int MachineGap = 12;
    public const int Pad = 12;
    public const int DomainHeader = 46;
    public const int BorderHeader = 30;

    /// <summary>How far the second sheet of a stack stands out.</summary>
    public const int Stack = 4;

    /// <summary>Between lines with text on them.</summary>
    public const int TextLane = 16;

    /// <summary>Between lines without.</summary>
    public const int Lane = 9;

    /// <summary>A character of the small text, at its widest usual font.</summary>
    public const double SmallCharacter = 6.4;

    /// <summary>A character of a name, likewise.</summary>
    public const double NameCharacter = 8.2;

    private const int MaxLabel = 22;

    /// <summary>The text of an arrow's head, cut where it would be too long.</summary>
    public static string LabelOf(Arrow arrow) => Fit(arrow.Label, (int)(MaxLabel * SmallCharacter), SmallCharacter);

    public static int WidthOf(string text, double character) => (int)Math.Ceiling(Cells(text) * character);

    /// <summary>The text, or as much of it as there is room for.</summary>
    public static string Fit(string text, int width, double character)
    {
        var room = (int)(width / character);
        if (Cells(text) <= room)
        {
            return text;
        }

        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            room -= CellsOf(rune);
            if (room < 1)
            {
                break;
            }

            end += rune.Utf16SequenceLength;
        }

        return text[..end].TrimEnd(' ', ',') + "…";
    }

    private static int Cells(string text) => text.EnumerateRunes().Sum(CellsOf);

    // From Hangul on, most scripts are as wide as high.
    private static int CellsOf(System.Text.Rune rune) => rune.Value < 0x1100 ? 1 : 2;
}
