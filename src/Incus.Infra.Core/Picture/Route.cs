namespace Incus.Infra.Core.Picture;

/// <summary>One end of a line.</summary>
/// <param name="Block">The block, or the one that the machine is in.</param>
/// <param name="Machine">Number of the machine in the block, or null for the block itself.</param>
/// <param name="Gap">The gap beside the block that the line comes through.</param>
internal sealed record RouteEnd(Block Block, int? Machine, int Gap)
{
    public int Strip => Block.StripOf(Machine);

    public bool IsLeft => Gap == Block.Index;

    /// <summary>The side of the block that the line comes in at.</summary>
    public int Edge => IsLeft ? Block.X : Block.Right;
}

/// <summary>A part of a line that goes up or down in a gap.</summary>
/// <param name="Row">The gap's row.</param>
/// <param name="Gap">Its number there.</param>
/// <param name="Channel">The channel by which the line comes to it; null for the first part.</param>
internal sealed record Leg(int Row, int Gap, int? Channel);

/// <summary>The way of an arrow through the grid.</summary>
/// <param name="Arrow">Which one.</param>
/// <param name="Start">Its beginning.</param>
/// <param name="Legs">The gaps on its way.</param>
/// <param name="Target">Its end.</param>
internal sealed record Route(Arrow Arrow, RouteEnd Start, IReadOnlyList<Leg> Legs, RouteEnd Target)
{
    /// <summary>
    /// Arrows that allow the same towards the same place share their line from where they meet. One that goes both ways does not:
    /// it would seem to lead to the ends of the others.
    /// </summary>
    public string Key { get; } = Arrow.BothWays
        ? $"{Arrow.From.Id} {Arrow.To.Id} {Arrow.Label} {Arrow.HasEffect}"
        : $"{Arrow.To.Id} {Arrow.Label} {Arrow.HasEffect}";

    /// <summary>The key of its beginning among the lines of the block.</summary>
    public string StartKey => $"from {Start.Gap} {Key}";

    /// <summary>The key of its end there.</summary>
    public string TargetKey => $"to {Target.Gap} {Key}";

    /// <summary>The ends that have a head, with their key and place.</summary>
    public IEnumerable<(RouteEnd End, string Key, Place Place)> Heads => Arrow.BothWays
        ? [(Target, TargetKey, Arrow.To), (Start, StartKey, Arrow.From)]
        : [(Target, TargetKey, Arrow.To)];
}
