namespace Incus.Infra.Incus.Model;

/// <summary>The versions of an image of the project's own, of which Incus shows the newest.</summary>
/// <param name="IsNamed">Whether the newest has the alias.</param>
/// <param name="Count">How many there are.</param>
internal sealed record ImageVersions(bool IsNamed, int Count);
