namespace Incus.Infra.Incus.Model;

/// <summary>The kinds of objects that the engine makes, in the order in which they need each other.</summary>
internal enum ObjectKind
{
    /// <summary>The rules of a bridge, named as it; like the bridge it belongs to no domain's project.</summary>
    Acl,

    /// <summary>A managed bridge; it belongs to no domain's project.</summary>
    Network,

    Project,

    /// <summary>A profile, the project's own <c>default</c> among them.</summary>
    Profile,

    Volume,

    /// <summary>An image of the project's own, by its alias; all projects share it.</summary>
    Image,

    /// <summary>A container or virtual machine.</summary>
    Instance,

    /// <summary>What lets somebody into a project; it is taken away here, and handed out by the target Access.</summary>
    Certificate,

    /// <summary>What somebody gets a certificate with, once: for Incus an operation.</summary>
    Token,
}

/// <summary>The project that objects of a kind are in.</summary>
internal enum Home
{
    /// <summary>The project <c>default</c>, whose objects all projects share.</summary>
    Server,

    Itself,

    Project,
}

/// <summary>What tells the kinds apart, once for each; what a domain wants of a kind is in <c>Desired</c>.</summary>
/// <param name="Word">One of them in messages and results.</param>
/// <param name="Plural">All of them in requests, tags and the names of roles; two kinds may share it.</param>
/// <param name="Path">Where its objects are in the REST API; <c>{pool}</c> stands for a storage pool.</param>
/// <param name="Home">The project they are in.</param>
internal sealed record KindTraits(string Word, string Plural, string Path, Home Home)
{
    private const string PoolPart = "{pool}";

    private readonly string[] _parts = Split(Path);

    private static readonly Dictionary<ObjectKind, KindTraits> ByKind = new()
    {
        [ObjectKind.Acl] = new("acl", "networks", "/1.0/network-acls", Home.Server),
        [ObjectKind.Network] = new("network", "networks", "/1.0/networks", Home.Server) { Type = "bridge" },
        [ObjectKind.Project] = new("project", "projects", "/1.0/projects", Home.Itself),
        [ObjectKind.Profile] = new("profile", "profiles", "/1.0/profiles", Home.Project) { HasDevices = true },
        [ObjectKind.Volume] = new("volume", "storage", $"/1.0/storage-pools/{PoolPart}/volumes/custom", Home.Project)
        {
            ContentType = "filesystem",
        },
        // One name for all versions of it, of which the newest has the alias.
        [ObjectKind.Image] = new("image", "instances", "/1.0/images/aliases", Home.Server),
        [ObjectKind.Instance] = new("instance", "instances", "/1.0/instances", Home.Project)
        {
            HasDevices = true,
            HasUuid = true,
        },
        [ObjectKind.Certificate] = new("certificate", "projects", "/1.0/certificates", Home.Project),
        [ObjectKind.Token] = new("token", "projects", "/1.0/operations", Home.Project),
    };

    /// <summary>All kinds that infra.yml declares objects of, in the order in which they need each other.</summary>
    public static IReadOnlyList<ObjectKind> Kinds { get; } =
        [.. Enum.GetValues<ObjectKind>().Where(kind => kind is not (ObjectKind.Certificate or ObjectKind.Token))];

    /// <summary>The <c>type</c> that a new object is given, or null.</summary>
    public string? Type { get; init; }

    /// <summary>The <c>content_type</c> that a new object is given, or null.</summary>
    public string? ContentType { get; init; }

    public bool HasDevices { get; init; }

    /// <summary>Whether Incus tells an object from its copies.</summary>
    public bool HasUuid { get; init; }

    public bool IsInPool => Path.Contains(PoolPart, StringComparison.Ordinal);

    public static KindTraits Of(ObjectKind kind) => ByKind[kind];

    /// <summary>Where objects of the kind are made and listed.</summary>
    public string Collection(string pool) => Path.Replace(PoolPart, Uri.EscapeDataString(pool), StringComparison.Ordinal);

    /// <summary>An object of a kind by the path of its URL; null where it is none of a kind that the engine makes.</summary>
    public static ObjectId? Find(string path, string project)
    {
        var parts = Array.ConvertAll(Split(path), Uri.UnescapeDataString);
        foreach (var (kind, traits) in ByKind)
        {
            var pattern = traits._parts;
            if (parts.Length == pattern.Length + 1 && pattern.Zip(parts).All(p => p.First == PoolPart || p.First == p.Second))
            {
                var pool = Array.IndexOf(pattern, PoolPart);
                return ObjectId.Of(kind, project, parts[^1], pool < 0 ? "" : parts[pool]);
            }
        }

        return null;
    }

    private static string[] Split(string path) => path.Trim('/').Split('/');
}
