namespace Incus.Infra.Incus.Access;

/// <summary>What somebody needs to get into the machines of a domain.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="Project">Its project.</param>
/// <param name="User">Who logs in by ssh; null where nobody does.</param>
/// <param name="Machines">Its machines.</param>
/// <param name="IsOwn">Whether it comes with a certificate for the project.</param>
internal sealed record Card(
    string Domain, string Project, string? User, IReadOnlyList<CardMachine> Machines, bool IsOwn);

/// <summary>A machine of a card.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where the host reaches it.</param>
/// <param name="Ports">The ports of the host that lead to it.</param>
internal sealed record CardMachine(string Name, string Address, IReadOnlyList<CardPort> Ports);

/// <summary>A port of the host that leads to a machine.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">The address of the host; <c>0.0.0.0</c> is all of them.</param>
/// <param name="Number">The port of the host.</param>
/// <param name="Port">The port of the machine.</param>
internal sealed record CardPort(string Name, string Address, int Number, int Port)
{
    private const int SshPort = 22;

    public bool IsSsh => Port == SshPort;

    /// <summary>The address as its reader has to write it.</summary>
    public string Host => Address == "0.0.0.0" ? "<host>" : Address;
}

/// <summary>A card, and how its holder stands with Incus.</summary>
/// <param name="Card">The card.</param>
/// <param name="HasJoined">Whether somebody has used a token of it.</param>
/// <param name="Token">A secret, or null where none was asked for or none is needed.</param>
internal sealed record IssuedCard(Card Card, bool HasJoined, string? Token);
