namespace Incus.Infra.Core.CommandLine;

/// <summary>A target that users can name.</summary>
/// <param name="Name">As users write it.</param>
/// <param name="Purpose">What it does, in Markdown as in docs/reference.md.</param>
internal sealed record CommandTarget(string Name, string Purpose);
