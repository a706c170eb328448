namespace Incus.Infra.Incus.Planning;

/// <summary>What Destroy works on.</summary>
internal sealed record RemovalRequest
{
    /// <summary>The infrastructure's id; null where it is known by its name only.</summary>
    public required string? Id { get; init; }

    /// <summary>The infrastructure's <c>project_name</c>; empty where it is known by its id only.</summary>
    public required string Project { get; init; }

    /// <summary>Only what was made for these domains; null means everything.</summary>
    public IReadOnlySet<string>? Domains { get; init; }

    /// <summary>Domains that may be named although Incus has nothing of them: all is gone already, or never was made.</summary>
    public IReadOnlySet<string> KnownDomains { get; init; } = new HashSet<string>();

    /// <summary>Whether what is protected goes as well.</summary>
    public bool IncludeProtected { get; init; }

    /// <summary>The folder that gets instances and volumes before they go, absolute; null for none.</summary>
    public string? ExportFolder { get; init; }

    /// <summary>How many objects are deleted at the same time, at least 1.</summary>
    public int Parallel { get; init; } = 8;
}
