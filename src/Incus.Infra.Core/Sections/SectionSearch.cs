namespace Incus.Infra.Core.Sections;

/// <summary>What a file holds of a managed section.</summary>
internal enum SectionKind
{
    Absent,

    /// <summary>One begin marker and one end marker below it.</summary>
    Found,

    /// <summary>Any other set of markers.</summary>
    Damaged,
}

/// <summary>The place of the managed section in a file, or what is wrong with it.</summary>
/// <param name="Kind">Absent, found or damaged.</param>
/// <param name="Start">Where found: offset of the first byte of the begin marker's line.</param>
/// <param name="End">Where found: offset behind the end marker's line, its line end included.</param>
/// <param name="Line">Where damaged: the line of the fault, from 1.</param>
/// <param name="Fault">Where damaged: what is wrong, as a clause.</param>
internal readonly record struct SectionSearch(SectionKind Kind, int Start, int End, int Line, string Fault)
{
    internal static SectionSearch Absent { get; } = new(SectionKind.Absent, 0, 0, 0, "");

    internal static SectionSearch Found(int start, int end) => new(SectionKind.Found, start, end, 0, "");

    internal static SectionSearch Damaged(int line, string fault) => new(SectionKind.Damaged, 0, 0, line, fault);
}
