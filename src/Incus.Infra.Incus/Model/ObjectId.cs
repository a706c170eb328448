using System.Diagnostics;

namespace Incus.Infra.Incus.Model;

/// <summary>Names one object in Incus.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Project">The project it is in; a project's own is its name, a network's is <c>default</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Pool">The storage pool of a volume, else empty.</param>
internal readonly record struct ObjectId(ObjectKind Kind, string Project, string Name, string Pool = "")
{
    /// <summary>The project where networks and shared images are.</summary>
    public const string DefaultProject = "default";

    public const string DefaultProfile = "default";

    public static ObjectId Acl(string name) => new(ObjectKind.Acl, DefaultProject, name);

    public static ObjectId Network(string name) => new(ObjectKind.Network, DefaultProject, name);

    public static ObjectId OfProject(string name) => new(ObjectKind.Project, name, name);

    public static ObjectId Profile(string project, string name) => new(ObjectKind.Profile, project, name);

    public static ObjectId Volume(string project, string pool, string name) => new(ObjectKind.Volume, project, name, pool);

    public static ObjectId Image(string name) => new(ObjectKind.Image, DefaultProject, name);

    public static ObjectId Instance(string project, string name) => new(ObjectKind.Instance, project, name);

    /// <summary>An object of any kind; what its kind has no use for is left out.</summary>
    public static ObjectId Of(ObjectKind kind, string? project, string name, string pool) => new(
        kind,
        KindTraits.Of(kind).Home switch
        {
            Home.Server => DefaultProject,
            Home.Itself => name,
            Home.Project => project ?? DefaultProject,
            _ => throw new UnreachableException(),
        },
        name,
        pool);

    /// <summary>The profile that Incus makes and deletes together with its project.</summary>
    public bool IsDefaultProfile => Kind == ObjectKind.Profile && Name == DefaultProfile;

    /// <summary>For people: <c>instance 'web' in project 'home'</c>.</summary>
    public override string ToString() => Traits.Home == Home.Project
        ? $"{Word} '{Name}' in project '{Project}'{(Pool.Length == 0 ? "" : $", pool '{Pool}'")}"
        : $"{Word} '{Name}'";

    public string Word => Traits.Word;

    public KindTraits Traits => KindTraits.Of(Kind);
}
