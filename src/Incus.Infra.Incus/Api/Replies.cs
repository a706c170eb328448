using System.Text.Json;
using System.Text.Json.Serialization;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Api;

/// <summary>The frame of every reply.</summary>
internal sealed record Reply<T>
{
    /// <summary><c>sync</c>, <c>async</c> or <c>error</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>The URL of the operation, for <c>async</c>.</summary>
    public string? Operation { get; init; }

    /// <summary>What went wrong, for <c>error</c>.</summary>
    public string? Error { get; init; }

    /// <summary>The status as HTTP has it, for <c>error</c>.</summary>
    public int ErrorCode { get; init; }

    public T? Metadata { get; init; }
}

/// <summary>A job that the server does in the background.</summary>
internal sealed record Operation
{
    public string Id { get; init; } = "";

    /// <summary>Such as <c>Stopping instance</c>.</summary>
    public string Description { get; init; } = "";

    /// <summary><c>task</c>, <c>websocket</c> or <c>token</c>.</summary>
    public string Class { get; init; } = "";

    /// <summary>In a cluster the member that does it; else <c>none</c>.</summary>
    public string? Location { get; init; }

    /// <summary>Below 200 while it runs, 200 when it succeeded, 400 and above when it failed.</summary>
    public int StatusCode { get; init; }

    public string? Err { get; init; }

    /// <summary>URLs of the objects it works on, by kind.</summary>
    public Dictionary<string, List<string>>? Resources { get; init; }

    /// <summary>What came of it, for some kinds of jobs.</summary>
    public JsonElement? Metadata { get; init; }

    public bool Runs => StatusCode < 200;

    public bool Failed => StatusCode >= 400;

    /// <summary>Whether it gives something to another member; unlike other jobs of its class, it ends by itself.</summary>
    public bool IsMigration => Description is "Migrating storage volume" or "Migrating instance";

    public bool MovesVolume => Description is "Moving storage volume";

    /// <summary>Whether it starts or stops an instance, which takes seconds and not what an image takes.</summary>
    public bool ChangesState => Description is "Starting instance" or "Stopping instance" or "Restarting instance";
}

/// <summary>What <c>GET /1.0</c> says.</summary>
internal sealed record ServerInfo
{
    /// <summary><c>trusted</c> or <c>untrusted</c>.</summary>
    public string Auth { get; init; } = "";

    /// <summary>What the server can do beyond API 1.0.</summary>
    public IReadOnlyList<string> ApiExtensions { get; init; } = [];

    /// <summary>The server's version and more; empty for clients that are not trusted.</summary>
    public ServerEnvironment? Environment { get; init; }

    /// <summary>How it knows this client: <c>tls</c> by its certificate, <c>unix</c> by its socket.</summary>
    public string? AuthUserMethod { get; init; }

    /// <summary>For <c>tls</c>: the fingerprint of the certificate.</summary>
    public string? AuthUserName { get; init; }

    /// <summary>What this client is restricted to; null where it may do everything. It is no part of the reply.</summary>
    [JsonIgnore]
    public Restriction? Restriction { get; init; }
}

/// <summary>A certificate that the server trusts.</summary>
internal sealed record TrustedCertificate
{
    public bool Restricted { get; init; }

    /// <summary>For a restricted one: the projects that it is for.</summary>
    public IReadOnlyList<string>? Projects { get; init; }
}

/// <summary>The part of <see cref="ServerInfo"/> about the server itself.</summary>
internal sealed record ServerEnvironment
{
    /// <summary>Such as <c>6.0.4</c>.</summary>
    public string ServerVersion { get; init; } = "";

    public bool ServerClustered { get; init; }

    /// <summary>In a cluster the name of the member that answers.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>What filters packets: <c>nftables</c> or <c>xtables</c>.</summary>
    public string Firewall { get; init; } = "";

    /// <summary>What runs its instances, such as <c>lxc | qemu</c>.</summary>
    public string Driver { get; init; } = "";

    /// <summary>Whether it can start virtual machines; null for a cluster, where each member has drivers of its own.</summary>
    public bool? StartsVirtualMachines =>
        ServerClustered || Driver.Length == 0 ? null : Driver.Contains("qemu", StringComparison.Ordinal);

    /// <summary>Of its certificate; the same on all ways to the server, and for all members of a cluster.</summary>
    public string CertificateFingerprint { get; init; } = "";
}

/// <summary>An image in the store of one project.</summary>
internal sealed record Image
{
    /// <summary>The property with the project that it was made in, of a machine that was there for that.</summary>
    public const string BuilderKey = Ownership.Prefix + "builder";

    public string Fingerprint { get; init; } = "";

    public string Project { get; init; } = "";

    /// <summary><c>container</c> or <c>virtual-machine</c>.</summary>
    public string Type { get; init; } = "";

    public string Architecture { get; init; } = "";

    /// <summary>When it came into this store.</summary>
    public DateTimeOffset UploadedAt { get; init; }

    public List<ImageAlias>? Aliases { get; init; }

    public ImageOrigin? UpdateSource { get; init; }

    public Dictionary<string, string>? Properties { get; init; }

    /// <summary>The name of the image of ours that it is a version of, or null.</summary>
    public string? OwnName => ObjectIdentity.ImageIn(Properties?.GetValueOrDefault(Ownership.ObjectKey));

    /// <summary>Whether somebody imported or published it where it is, so that it is there once.</summary>
    public bool IsOnlyHere =>
        UpdateSource is null && OwnName is null && Properties?.GetValueOrDefault(BuilderKey) != Project;
}

/// <summary>What a name of an image stands for.</summary>
internal sealed record AliasTarget
{
    /// <summary>A fingerprint.</summary>
    public string Target { get; init; } = "";

    /// <summary><c>container</c> or <c>virtual-machine</c>; empty is a container.</summary>
    public string Type { get; init; } = "";
}

/// <summary>A name of an image.</summary>
internal sealed record ImageAlias
{
    public string Name { get; init; } = "";
}

/// <summary>The server and the name there.</summary>
internal sealed record ImageOrigin
{
    public string Alias { get; init; } = "";

    public string Server { get; init; } = "";
}

/// <summary>A certificate that the server trusts.</summary>
internal sealed record Certificate
{
    public string Name { get; init; } = "";

    public string Fingerprint { get; init; } = "";

    /// <summary>The projects that it is restricted to.</summary>
    public IReadOnlyList<string>? Projects { get; init; }
}

/// <summary>What the operation says that a token for a certificate is.</summary>
internal sealed record TokenView
{
    public string? Secret { get; init; }

    /// <summary>Of the server's own certificate.</summary>
    public string Fingerprint { get; init; } = "";

    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>When Incus refuses it; null for never.</summary>
    [JsonPropertyName("expiresAt")]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What was asked for; other kinds of tokens have none.</summary>
    public TokenRequest? Request { get; init; }
}

/// <summary>What a fetched image is.</summary>
internal sealed record FetchedImage
{
    public string? Fingerprint { get; init; }
}

/// <summary>Addresses of one interface of the Incus host.</summary>
internal sealed record InterfaceState
{
    public List<InterfaceAddress>? Addresses { get; init; }
}

/// <summary>One address of an interface.</summary>
internal sealed record InterfaceAddress
{
    public string Address { get; init; } = "";

    /// <summary>Length of the prefix.</summary>
    public string Netmask { get; init; } = "";
}

/// <summary>An instance with its snapshots.</summary>
internal sealed record InstanceView
{
    public string Name { get; init; } = "";

    public string Project { get; init; } = "";

    /// <summary><c>Running</c>, <c>Stopped</c> and so on.</summary>
    public string Status { get; init; } = "";

    /// <summary>The member of a cluster that it is on.</summary>
    public string? Location { get; init; }

    /// <summary>Whether its member does not answer: nothing else is known of it.</summary>
    public bool IsUnreachable => InstanceStatus.IsUnknown(Status, Config);

    /// <summary>Configuration by key, what Incus keeps there for itself among it.</summary>
    public Dictionary<string, string>? Config { get; init; }

    /// <summary>From the oldest to the newest.</summary>
    public IReadOnlyList<SnapshotView>? Snapshots { get; init; }
}

/// <summary>A volume of any kind.</summary>
internal sealed record VolumeView
{
    /// <summary>Its name; of a snapshot that of its volume, a slash, and its own.</summary>
    public string Name { get; init; } = "";

    public string Project { get; init; } = "";

    /// <summary><c>container</c>, <c>virtual-machine</c>, <c>custom</c> or <c>image</c>.</summary>
    public string Type { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From the oldest to the newest; null where Incus lists them as volumes.</summary>
    public IReadOnlyList<VolumeSnapshotView>? Snapshots { get; init; }
}

/// <summary>A snapshot of a volume of any kind.</summary>
internal sealed record VolumeSnapshotView
{
    public string Name { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A snapshot of an instance.</summary>
internal sealed record SnapshotView
{
    /// <summary>Its name, unique among those of the instance.</summary>
    public string Name { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When Incus deletes it; the first day of all for never.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Bytes, or -1 if the pool does not report them.</summary>
    public long Size { get; init; }

    /// <summary>Whether it holds the memory of the running instance, too.</summary>
    public bool Stateful { get; init; }
}

/// <summary>A file in an instance.</summary>
/// <param name="Type"><c>file</c>, <c>symlink</c> or <c>directory</c>.</param>
/// <param name="Content">Its bytes; of a link where it leads.</param>
internal sealed record InstanceFile(string Type, byte[] Content)
{
    public const string TypeHeader = "X-Incus-type";
    public const string Regular = "file";

    public static IReadOnlyDictionary<string, string> HeadersOfNew { get; } = new Dictionary<string, string>
    {
        [TypeHeader] = Regular,
        ["X-Incus-mode"] = "0644",
        ["X-Incus-uid"] = "0",
        ["X-Incus-gid"] = "0",
    };
}

/// <summary>How a command in an instance ended.</summary>
internal sealed record ExecResult
{
    /// <summary>Its exit code; null while it runs.</summary>
    public int? Return { get; init; }

    /// <summary>URLs of what it wrote, by number of the stream.</summary>
    public Dictionary<string, string>? Output { get; init; }
}
