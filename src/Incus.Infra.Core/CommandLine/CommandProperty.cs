namespace Incus.Infra.Core.CommandLine;

/// <summary>A short property of the command line.</summary>
/// <param name="Name">As users write it.</param>
/// <param name="Verbs">The targets that take it.</param>
/// <param name="Words">What people call it otherwise, other properties of ours among them.</param>
internal sealed record CommandProperty(string Name, IReadOnlyList<string> Verbs, IReadOnlyList<string> Words)
{
    /// <summary>The only values that it has, in any case; empty for any text.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>In Markdown as in docs/reference.md.</summary>
    public required string Meaning { get; init; }

    /// <summary>What it is when it is left out, in Markdown; empty if there is nothing to say.</summary>
    public string Default { get; init; } = "";
}
