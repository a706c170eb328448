namespace Incus.Infra.Incus.Access;

/// <summary>What somebody needs to get into the machines of a domain.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="Project">Its project.</param>
/// <param name="User">Who logs in by ssh; null where nobody does.</param>
/// <param name="Machines">Its machines, each with its address.</param>
/// <param name="IsOwn">Whether it comes with a certificate for the project.</param>
internal sealed record Card(
    string Domain, string Project, string? User, IReadOnlyList<(string Name, string Address)> Machines, bool IsOwn);

/// <summary>A card, and how its holder stands with Incus.</summary>
/// <param name="Card">The card.</param>
/// <param name="HasJoined">Whether somebody has used a token of it.</param>
/// <param name="Token">A secret, or null where none was asked for or none is needed.</param>
internal sealed record IssuedCard(Card Card, bool HasJoined, string? Token);
