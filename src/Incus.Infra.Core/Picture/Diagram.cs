namespace Incus.Infra.Core.Picture;

/// <summary>What the picture of an infrastructure shows, in no format yet and without places on a page.</summary>
/// <param name="Title">Name of the project.</param>
/// <param name="Summary">How much of what there is.</param>
/// <param name="Outside">What is beyond the host, from the widest to the narrowest.</param>
/// <param name="Domains">By trust level, then by address.</param>
/// <param name="Host">The Incus host.</param>
/// <param name="Arrows">What policies allow, and what folders share.</param>
/// <param name="Notes">What a plan says of objects that the picture does not have.</param>
internal sealed record Diagram(
    string Title,
    string Summary,
    IReadOnlyList<BorderPlace> Outside,
    IReadOnlyList<DomainPlace> Domains,
    BorderPlace Host,
    IReadOnlyList<Arrow> Arrows,
    IReadOnlyList<string> Notes);

/// <summary>What an arrow can begin or end at.</summary>
/// <param name="Id">Unique in the picture: letters, digits and underscores.</param>
/// <param name="Name">As people call it.</param>
internal abstract record Place(string Id, string Name)
{
    /// <summary>What there is to know, a line each.</summary>
    public required IReadOnlyList<string> Details { get; init; }
}

/// <summary>The host, or something beyond it.</summary>
internal sealed record BorderPlace(string Id, string Name) : Place(Id, Name);

/// <summary>A domain.</summary>
internal sealed record DomainPlace(string Id, string Name) : Place(Id, Name)
{
    /// <summary>Its trust level, or null where infra.yml has none.</summary>
    public required string? TrustLevel { get; init; }

    /// <summary>Of copies the first and the last.</summary>
    public required string Subnet { get; init; }

    /// <summary>Its server and the members of a cluster that have it, as <c>far/m2</c>; empty for the local server.</summary>
    public string Whereabouts { get; init; } = "";

    /// <summary>Whether it stands for the copies of a domain, all alike.</summary>
    public bool IsStack { get; init; }

    public required bool Enabled { get; init; }

    /// <summary>What its machines may open outside all domains; empty for nothing.</summary>
    public required string Outside { get; init; }

    /// <summary>By address.</summary>
    public required IReadOnlyList<MachinePlace> Machines { get; init; }

    /// <summary>What a plan says of its network, project, profiles and volumes, or null.</summary>
    public Mark? Mark { get; init; }
}

/// <summary>A machine.</summary>
internal sealed record MachinePlace(string Id, string Name) : Place(Id, Name)
{
    public required string Address { get; init; }

    public required string Image { get; init; }

    public required string Roles { get; init; }

    public required bool IsVirtualMachine { get; init; }

    public required bool HasGpu { get; init; }

    /// <summary>Whether it may be deleted.</summary>
    public required bool IsEphemeral { get; init; }

    /// <summary>As Incus calls it, or null where nobody asked.</summary>
    public string? State { get; init; }

    /// <summary>What a plan says of it, or null.</summary>
    public Mark? Mark { get; init; }
}

/// <summary>
/// What policies allow from one place to another, what one may write that another one reads, or that one starts after another.
/// </summary>
/// <param name="From">Who opens the connections, or writes.</param>
/// <param name="To">Who takes them, or reads.</param>
/// <param name="BothWays">Whether each end may do so.</param>
/// <param name="HasEffect">Whether something is open that would be closed without it.</param>
/// <param name="Label">Protocols and ports, or the folder.</param>
/// <param name="Details">The policies, or the folder, a line each.</param>
internal sealed record Arrow(Place From, Place To, bool BothWays, bool HasEffect, string Label, IReadOnlyList<string> Details)
{
    /// <summary>Whether it stands for a need, and so opens nothing.</summary>
    public bool IsNeed { get; init; }
}
