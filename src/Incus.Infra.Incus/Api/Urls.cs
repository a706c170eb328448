using System.Globalization;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Api;

/// <summary>Where objects are in the REST API.</summary>
internal static class Urls
{
    public const string StoragePools = "/1.0/storage-pools?recursion=1";
    public const string NetworkNames = "/1.0/networks";
    public const string Resources = "/1.0/resources";
    public const string Operations = "/1.0/operations?recursion=1&all-projects=true";
    public const string Instances = "/1.0/instances?recursion=2&all-projects=true";
    public const string Images = "/1.0/images?recursion=1&all-projects=true";

    /// <summary>All objects of a kind with their content.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="pool">The pool of volumes.</param>
    public static string All(ObjectKind kind, string pool = "") => kind switch
    {
        // Networks of domains are in the default project.
        ObjectKind.Network => "/1.0/networks?recursion=1",
        ObjectKind.Project => "/1.0/projects?recursion=1",
        _ => $"{Collection(kind, pool)}?recursion=1&all-projects=true",
    };

    /// <summary>Where an object of the same kind is made.</summary>
    public static string Collection(ObjectId id) => Collection(id.Kind, id.Pool) + InProject(id);

    /// <summary>The object.</summary>
    public static string Of(ObjectId id) => $"{Collection(id.Kind, id.Pool)}/{Escape(id.Name)}{InProject(id)}";

    /// <summary>Whether an instance runs.</summary>
    public static string State(ObjectId id) => $"{Collection(id.Kind, id.Pool)}/{Escape(id.Name)}/state{InProject(id)}";

    /// <summary>The end of an operation, or what it is after some seconds.</summary>
    /// <param name="operation">Its URL as the server gave it; that of another member of a cluster has a query.</param>
    /// <param name="seconds">How long the server may take to answer.</param>
    public static string Wait(string operation, int seconds)
    {
        var (path, query) = operation.Split('?', 2) is [var p, var q] ? (p, $"&{q}") : (operation, "");
        return string.Create(CultureInfo.InvariantCulture, $"{path}/wait?timeout={seconds}{query}");
    }

    /// <summary>A URL that the server gave, which has no project in it.</summary>
    public static string InProject(string url, string project) => $"{url}?project={Escape(project)}";

    /// <summary>Where commands in an instance begin.</summary>
    public static string Exec(ObjectId id) => $"{Collection(id.Kind, id.Pool)}/{Escape(id.Name)}/exec{InProject(id)}";

    /// <summary>Where snapshots of an instance are made.</summary>
    public static string Snapshots(ObjectId id) => $"{Collection(id.Kind, id.Pool)}/{Escape(id.Name)}/snapshots{InProject(id)}";

    /// <summary>A snapshot of an instance.</summary>
    public static string Snapshot(ObjectId id, string snapshot) =>
        $"{Collection(id.Kind, id.Pool)}/{Escape(id.Name)}/snapshots/{Escape(snapshot)}{InProject(id)}";

    /// <summary>The image store of a project.</summary>
    public static string ImagesOf(string project) => $"/1.0/images?project={Escape(project)}";

    /// <summary>One image of a project.</summary>
    public static string Image(string project, string fingerprint) =>
        $"/1.0/images/{fingerprint}?project={Escape(project)}";

    /// <summary>Addresses of an interface of the host.</summary>
    public static string InterfaceState(string name) => $"/1.0/networks/{Escape(name)}/state";

    /// <summary>Reads a URL as in <c>used_by</c>; null where it names a kind that the engine does not make.</summary>
    public static ObjectId? Parse(string url)
    {
        var (path, query) = url.Split('?', 2) is [var p, var q] ? (p, q) : (url, "");
        var project = Array.Find(query.Split('&'), part => part.StartsWith("project=", StringComparison.Ordinal)) is { } found
            ? Uri.UnescapeDataString(found["project=".Length..])
            : ObjectId.DefaultProject;
        return Array.ConvertAll(path.Trim('/').Split('/'), Uri.UnescapeDataString) switch
        {
            ["1.0", "networks", var name] => ObjectId.Network(name),
            ["1.0", "profiles", var name] => ObjectId.Profile(project, name),
            ["1.0", "instances", var name] => ObjectId.Instance(project, name),
            ["1.0", "storage-pools", var pool, "volumes", "custom", var name] => ObjectId.Volume(project, pool, name),
            _ => null,
        };
    }

    private static string Collection(ObjectKind kind, string pool) => kind switch
    {
        ObjectKind.Network => "/1.0/networks",
        ObjectKind.Project => "/1.0/projects",
        ObjectKind.Profile => "/1.0/profiles",
        ObjectKind.Volume => $"/1.0/storage-pools/{Escape(pool)}/volumes/custom",
        _ => "/1.0/instances",
    };

    private static string InProject(ObjectId id) => id.Kind == ObjectKind.Project ? "" : $"?project={Escape(id.Project)}";

    private static string Escape(string name) => Uri.EscapeDataString(name);
}
