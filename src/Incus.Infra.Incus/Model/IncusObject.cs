using System.Text.Json;
using System.Text.Json.Serialization;

namespace Incus.Infra.Incus.Model;

/// <summary>
/// An object as the REST API shows it and takes it back. All kinds share these members; what a kind lacks is null.
/// Members that the engine does not know are kept, so that a PUT loses nothing.
/// </summary>
internal sealed record IncusObject
{
    public const string DeleteProtectionKey = "security.protection.delete";

    private const string LastState = "volatile.last_state.power";

    // Where Incus remembers the member until it is restored.
    private const string EvacuatedFromKey = "volatile.evacuate.origin";

    public string Name { get; init; } = "";

    public string? Project { get; init; }

    /// <summary>Free text.</summary>
    public string? Description { get; init; }

    public Dictionary<string, string>? Config { get; init; }

    /// <summary>Options by device name, for instances and profiles.</summary>
    public Dictionary<string, Dictionary<string, string>>? Devices { get; init; }

    /// <summary>The rules of an ACL for what comes in.</summary>
    public IReadOnlyList<AclRule>? Ingress { get; init; }

    /// <summary>The rules of an ACL for what goes out.</summary>
    public IReadOnlyList<AclRule>? Egress { get; init; }

    /// <summary>Profiles of an instance in order of application.</summary>
    public IReadOnlyList<string>? Profiles { get; init; }

    /// <summary>Whether Incus deletes the instance when it stops; not the <c>ephemeral</c> of infra.yml.</summary>
    public bool? Ephemeral { get; init; }

    /// <summary><c>bridge</c>, <c>container</c>, <c>virtual-machine</c>, <c>custom</c>.</summary>
    public string? Type { get; init; }

    /// <summary>For instances: that of their processor, such as <c>x86_64</c>.</summary>
    public string? Architecture { get; init; }

    /// <summary>
    /// The fingerprint of the image that an instance's root disk came from; Incus keeps it true, also in a copy.
    /// </summary>
    [JsonIgnore]
    public string? BaseImage => Config?.GetValueOrDefault("volatile.base_image");

    /// <summary>
    /// <c>Running</c>, <c>Ready</c>, <c>Frozen</c>, <c>Stopped</c> and so on, for instances; <c>Created</c> and so on,
    /// for networks.
    /// </summary>
    public string? Status { get; init; }

    /// <summary>Whether it is an instance with processes, whether its guest said that it is ready, and paused or not.</summary>
    [JsonIgnore]
    public bool IsUp => InstanceStatus.IsUp(Status);

    /// <summary>Whether it is an instance whose processes wait until somebody resumes it.</summary>
    [JsonIgnore]
    public bool IsPaused => Status is InstanceStatus.Frozen;

    [JsonIgnore]
    public bool IsStopped => Status is InstanceStatus.Stopped;

    /// <summary>
    /// Whether it is an instance that has stopped and whose devices Incus has put away: it records the end when it hears of
    /// it, which is after liblxc shows it, and shows it as running again until it is through.
    /// </summary>
    [JsonIgnore]
    public bool HasEnded => IsStopped && Config?.GetValueOrDefault(LastState) == "STOPPED";

    /// <summary>Whether it is a network whose creation was interrupted.</summary>
    [JsonIgnore]
    public bool IsHalfMade => Status is "Pending" or "Errored";

    /// <summary>
    /// Whether it is one that a cluster can complete: it is ours, or only defined on some members.
    /// </summary>
    [JsonIgnore]
    public bool IsUncompleted => IsHalfMade && Locations is not (null or ["none"])
        && (Status is "Pending" || Config?.ContainsKey(Ownership.Prefix + "project") == true);

    /// <summary>Whether it is a network that incusd could not start when it was started itself.</summary>
    [JsonIgnore]
    public bool IsUnavailable => Status is "Unavailable";

    /// <summary>Whether it is an instance that has not been started since it was made from its image; a copy is none.</summary>
    [JsonIgnore]
    public bool HasNeverRun => Config is not null && !Config.ContainsKey(LastState)
        && Config.GetValueOrDefault("volatile.apply_template", "create") == "create";

    /// <summary>In a cluster the member that an instance or a volume is on; else <c>none</c>.</summary>
    public string? Location { get; init; }

    /// <summary>Of a network the members that have it; <c>none</c> for a single server.</summary>
    public IReadOnlyList<string>? Locations { get; init; }

    /// <summary>Whether it is an instance on a member of a cluster that does not answer: nothing else is known of it.</summary>
    [JsonIgnore]
    public bool IsUnreachable => InstanceStatus.IsUnknown(Status, Config);

    /// <summary>The member of a cluster that an instance or a volume belongs on; null on a single server.</summary>
    [JsonIgnore]
    public string? Home => (Config ?? []).GetValueOrDefault(EvacuatedFromKey) ?? Member;

    /// <summary>The member of a cluster that an instance or a volume is on; null on a single server.</summary>
    [JsonIgnore]
    public string? Member => Location is "" or "none" ? null : Location;

    /// <summary>For a volume whose name another one in the project has, on another member: that member.</summary>
    [JsonIgnore]
    public string? AlsoOn { get; init; }

    /// <summary>Of an image: what there is of it; its properties are its configuration.</summary>
    [JsonIgnore]
    public ImageVersions? Versions { get; init; }

    /// <summary>Whether a network is Incus's own; false for a plain interface of the host.</summary>
    public bool? Managed { get; init; }

    /// <summary>URLs of the objects that use this one.</summary>
    public IReadOnlyList<string>? UsedBy { get; init; }

    /// <summary>For instances: their configuration with that of their profiles.</summary>
    public Dictionary<string, string>? ExpandedConfig { get; init; }

    /// <summary>For instances: their devices with those of their profiles.</summary>
    public Dictionary<string, Dictionary<string, string>>? ExpandedDevices { get; init; }

    /// <summary>For instances: when it was started last, by the server's clock.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Whether it is an instance that Incus does not delete, whoever set that.</summary>
    [JsonIgnore]
    public bool IsDeleteProtected => IncusBoolean.IsTrue(ExpandedConfig?.GetValueOrDefault(DeleteProtectionKey));

    /// <summary>The storage pool of the first device whose <paramref name="option"/> has a value, or null.</summary>
    internal string? PoolOfDisk(string option, string value) =>
        Devices?.Values.FirstOrDefault(d => d.GetValueOrDefault(option) == value)?.GetValueOrDefault("pool");

    [JsonExtensionData]
    [JsonInclude]
    internal Dictionary<string, JsonElement>? Rest { get; set; }
}
