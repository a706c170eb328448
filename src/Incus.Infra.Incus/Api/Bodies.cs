using System.Text.Json.Serialization;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Api;

/// <summary>POST of an ACL, network, project, profile or volume.</summary>
internal sealed record NewObject
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public string? Type { get; init; }

    public string? ContentType { get; init; }

    public required IReadOnlyDictionary<string, string> Config { get; init; }

    public Dictionary<string, Dictionary<string, string>>? Devices { get; init; }

    public IReadOnlyList<AclRule>? Ingress { get; init; }

    public IReadOnlyList<AclRule>? Egress { get; init; }
}

/// <summary>POST of an instance: its whole description; it is started afterwards.</summary>
internal sealed record NewInstance
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    public required ImageSource Source { get; init; }

    public required string? Description { get; init; }

    public required IReadOnlyDictionary<string, string> Config { get; init; }

    public required Dictionary<string, Dictionary<string, string>> Devices { get; init; }

    public required IReadOnlyList<string> Profiles { get; init; }

    public required bool Start { get; init; }
}

/// <summary>Which image or instance an instance is made from, or where an image comes from.</summary>
internal sealed record ImageSource
{
    public string Type { get; init; } = "image";

    public string? Fingerprint { get; init; }

    /// <summary>The instance that is copied.</summary>
    public string? Source { get; init; }

    public string? Alias { get; init; }

    public string? Mode { get; init; }

    public string? Server { get; init; }

    public string? Protocol { get; init; }

    public string? Certificate { get; init; }

    public string? ImageType { get; init; }
}

/// <summary>POST of an image that the server fetches itself, or of one that an instance is rebuilt from.</summary>
internal sealed record NewImage(ImageSource Source);

/// <summary>POST of an image that is made of an instance.</summary>
internal sealed record PublishedImage(PublishedInstance Source, IReadOnlyDictionary<string, string> Properties);

/// <summary>The instance.</summary>
internal sealed record PublishedInstance(string Name)
{
    public string Type { get; init; } = "instance";
}

/// <summary>PUT of what is said of an image.</summary>
internal sealed record ImageContent(IReadOnlyDictionary<string, string> Properties);

/// <summary>POST and PUT of the name of an image.</summary>
/// <param name="Name">The name; a PUT takes no notice of it.</param>
/// <param name="Target">The fingerprint.</param>
/// <param name="Description">For people.</param>
internal sealed record ImageName(string Name, string Target, string Description);

/// <summary>POST to an instance that gives it another name.</summary>
internal sealed record NewName(string Name);

/// <summary>POST to an instance that brings it to another member of a cluster, or to a volume, with all of this.</summary>
internal sealed record Migration
{
    public string? Name { get; init; }

    public string? Pool { get; init; }

    [JsonPropertyName("migration")]
    public bool IsMigration { get; init; } = true;

    public MigrationSource? Source { get; init; }
}

/// <summary>POST to an instance or a volume that brings it to another project.</summary>
internal sealed record ProjectChange
{
    public required string Name { get; init; }

    public required string Project { get; init; }

    public string? Pool { get; init; }

    [JsonPropertyName("migration")]
    public bool IsMigration { get; init; }

    public Dictionary<string, string>? Config { get; init; }

    public Dictionary<string, Dictionary<string, string>>? Devices { get; init; }

    public IReadOnlyList<string>? Profiles { get; init; }
}

/// <summary>The member that a volume is on.</summary>
internal sealed record MigrationSource(string Location);

/// <summary>PUT of an instance's state.</summary>
/// <param name="Action"><c>start</c>, <c>stop</c> or <c>unfreeze</c>.</param>
/// <param name="Timeout">Seconds that a stop may take before it fails.</param>
/// <param name="Force">Stop at once.</param>
internal sealed record StateChange(string Action, int Timeout, bool Force);

/// <summary>POST of a snapshot.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ExpiresAt">When Incus deletes it; the first day of all for never. Left out, Incus would decide.</param>
internal sealed record NewSnapshot(string Name, DateTimeOffset ExpiresAt);

/// <summary>POST of a backup of an instance or a volume with its snapshots, as any pool can take it back.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ExpiresAt">When Incus deletes it.</param>
/// <param name="CompressionAlgorithm"><c>gzip</c>; left out, the server would decide.</param>
internal sealed record NewBackup(string Name, DateTimeOffset ExpiresAt, string CompressionAlgorithm);

/// <summary>POST of a command in an instance, whose output Incus keeps in files or nowhere.</summary>
internal sealed record NewExec(
    IReadOnlyList<string> Command, [property: JsonPropertyName("record-output")] bool RecordOutput);

/// <summary>POST of a token for a certificate that sees some projects and nothing else.</summary>
internal sealed record TokenRequest
{
    public required string Name { get; init; }

    public string Type { get; init; } = "client";

    public bool Token { get; init; } = true;

    public bool Restricted { get; init; } = true;

    public required IReadOnlyList<string> Projects { get; init; }
}

/// <summary>A token as the incus client takes it, in base64.</summary>
internal sealed record ClientToken(
    string ClientName, string Fingerprint, IReadOnlyList<string> Addresses, string Secret, DateTimeOffset ExpiresAt);

/// <summary>PUT of an instance that brings a snapshot back.</summary>
/// <param name="Restore">Name of the snapshot.</param>
/// <param name="Stateful">Whether its memory comes back, too.</param>
internal sealed record SnapshotRestore(string Restore, bool Stateful);
