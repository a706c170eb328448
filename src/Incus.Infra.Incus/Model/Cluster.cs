namespace Incus.Infra.Incus.Model;

/// <summary>A server that is several.</summary>
/// <param name="Members">In the order in which Incus lists them.</param>
internal sealed record Cluster(IReadOnlyList<ClusterMember> Members)
{
    /// <summary>Members without which Incus makes, changes and deletes no network.</summary>
    public IReadOnlyList<string> Silent => [.. Members.Where(m => m.IsSilent).Select(m => m.ServerName)];

    public ClusterMember? Find(string name) => Members.FirstOrDefault(m => m.ServerName == name);
}

/// <summary>A member as the REST API shows it.</summary>
internal sealed record ClusterMember
{
    private const string SchedulerKey = "scheduler.instance";

    public string ServerName { get; init; } = "";

    /// <summary>Where the others reach it, such as <c>https://10.0.0.1:8443</c>.</summary>
    public string Url { get; init; } = "";

    /// <summary><c>Online</c>, <c>Evacuated</c>, <c>Offline</c>, or why it takes no part, such as <c>Blocked</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>More about its status, in Incus's words.</summary>
    public string Message { get; init; } = "";

    public IReadOnlyList<string>? Groups { get; init; }

    public Dictionary<string, string>? Config { get; init; }

    public bool IsOnline => Status is "Online";

    public bool IsEvacuated => Status is "Evacuated";

    public bool IsSilent => !IsOnline && !IsEvacuated;

    /// <summary>Whether its administrator lets machines that name no member come here, or those that name its group.</summary>
    public bool Takes(string? group) => (Config ?? []).GetValueOrDefault(SchedulerKey, "all") switch
    {
        "manual" => false,
        "group" => group is not null,
        _ => true,
    };
}
