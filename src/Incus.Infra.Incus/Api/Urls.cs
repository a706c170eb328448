using System.Globalization;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Api;

/// <summary>Where objects are in the REST API.</summary>
internal static class Urls
{
    public const string StoragePools = "/1.0/storage-pools?recursion=1";
    public const string Resources = "/1.0/resources";
    public const string Operations = "/1.0/operations?recursion=1&all-projects=true";
    public const string Instances = "/1.0/instances?recursion=2&all-projects=true";
    public const string ClusterMembers = "/1.0/cluster/members?recursion=1";
    public const string Certificates = "/1.0/certificates";
    public const string TrustedCertificates = "/1.0/certificates?recursion=1";
    public const string Images = "/1.0/images?recursion=1&all-projects=true";

    private const string InAllProjects = "&all-projects=true";

    /// <summary>All objects of a kind with their content.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="pool">The pool of volumes.</param>
    public static string All(ObjectKind kind, string pool = "") =>
        $"{KindTraits.Of(kind).Collection(pool)}?recursion=1"
        + (KindTraits.Of(kind).Home == Home.Project ? InAllProjects : "");

    /// <summary>
    /// All networks with what a restricted client may see of them. Without this detour it may not ask for them up to Incus
    /// 6.0.5, and gets none from 6.0.6 on.
    /// </summary>
    public static string NetworksOfAllProjects => All(ObjectKind.Network) + InAllProjects;

    /// <summary>All volumes of a pool, those of instances among them, and their snapshots.</summary>
    public static string Volumes(string pool) => $"/1.0/storage-pools/{Escape(pool)}/volumes?recursion=2&all-projects=true";

    /// <summary>Where an object of the same kind is made.</summary>
    public static string Collection(ObjectId id) => id.Traits.Collection(id.Pool) + InProject(id);

    /// <summary>The same on one member of a cluster; null leaves that to Incus.</summary>
    public static string On(string url, string? member) =>
        member is null ? url : $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}target={Escape(member)}";

    public static string Of(ObjectId id) => $"{Path(id)}{InProject(id)}";

    public static string State(ObjectId id) => $"{Path(id)}/state{InProject(id)}";

    /// <summary>The end of an operation, or what it is after some seconds.</summary>
    /// <param name="operation">Its URL as the server gave it; that of another member of a cluster has a query.</param>
    /// <param name="seconds">How long the server may take to answer.</param>
    public static string Wait(string operation, int seconds)
    {
        var (path, query) = operation.Split('?', 2) is [var p, var q] ? (p, $"&{q}") : (operation, "");
        return string.Create(CultureInfo.InvariantCulture, $"{path}/wait?timeout={seconds}{query}");
    }

    public static string Rebuild(ObjectId id) => $"{Path(id)}/rebuild{InProject(id)}";

    public static string InProject(string url, string project) => $"{url}?project={Escape(project)}";

    /// <summary>Where commands in an instance begin.</summary>
    public static string Exec(ObjectId id) => $"{Path(id)}/exec{InProject(id)}";

    /// <summary>A file in an instance.</summary>
    public static string File(ObjectId id, string path) => $"{Path(id)}/files{InProject(id)}&path={Escape(path)}";

    public static string Snapshots(ObjectId id) => $"{Path(id)}/snapshots{InProject(id)}";

    public static string Snapshot(ObjectId id, string snapshot) =>
        $"{Path(id)}/snapshots/{Escape(snapshot)}{InProject(id)}";

    public static string Backups(ObjectId id) => $"{Path(id)}/backups{InProject(id)}";

    public static string Backup(ObjectId id, string backup) => $"{Path(id)}/backups/{Escape(backup)}{InProject(id)}";

    /// <summary>The content of a backup.</summary>
    public static string BackupFile(ObjectId id, string backup) => $"{Path(id)}/backups/{Escape(backup)}/export{InProject(id)}";

    public static string ImagesOf(string project) => $"/1.0/images?project={Escape(project)}";

    /// <summary>A name of an image in the default project of a server.</summary>
    public static string ImageAlias(string alias) => $"/1.0/images/aliases/{Escape(alias)}";

    public static string Image(string project, string fingerprint) =>
        $"/1.0/images/{fingerprint}?project={Escape(project)}";

    public static string Certificate(string fingerprint) => $"/1.0/certificates/{Escape(fingerprint)}";

    public static string StoragePool(string name) => $"/1.0/storage-pools/{Escape(name)}";

    public static string InterfaceState(string name) => $"/1.0/networks/{Escape(name)}/state";

    /// <summary>Reads a URL as in <c>used_by</c>; null where it names a kind that the engine does not make.</summary>
    public static ObjectId? Parse(string url)
    {
        var (path, query) = url.Split('?', 2) is [var p, var q] ? (p, q) : (url, "");
        var project = Array.Find(query.Split('&'), part => part.StartsWith("project=", StringComparison.Ordinal)) is { } found
            ? Uri.UnescapeDataString(found["project=".Length..])
            : ObjectId.DefaultProject;
        return KindTraits.Find(path, project);
    }

    private static string Path(ObjectId id) => $"{id.Traits.Collection(id.Pool)}/{Escape(id.Name)}";

    private static string InProject(ObjectId id) => id.Traits.Home == Home.Itself ? "" : $"?project={Escape(id.Project)}";

    private static string Escape(string name) => Uri.EscapeDataString(name);
}
