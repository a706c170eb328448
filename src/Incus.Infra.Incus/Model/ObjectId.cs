namespace Incus.Infra.Incus.Model;

/// <summary>The kinds of objects that the engine makes, in the order in which they need each other.</summary>
internal enum ObjectKind
{
    /// <summary>A managed bridge; it belongs to no domain's project.</summary>
    Network,

    /// <summary>A project.</summary>
    Project,

    /// <summary>A profile, the project's own <c>default</c> among them.</summary>
    Profile,

    /// <summary>A custom storage volume.</summary>
    Volume,

    /// <summary>A container or virtual machine.</summary>
    Instance,
}

/// <summary>Names one object in Incus.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Project">The project it is in; a project's own is its name, a network's is <c>default</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Pool">The storage pool of a volume, else empty.</param>
internal readonly record struct ObjectId(ObjectKind Kind, string Project, string Name, string Pool = "")
{
    /// <summary>The project where networks and shared images are.</summary>
    public const string DefaultProject = "default";

    /// <summary>The profile that every project has.</summary>
    public const string DefaultProfile = "default";

    /// <summary>A network.</summary>
    public static ObjectId Network(string name) => new(ObjectKind.Network, DefaultProject, name);

    /// <summary>A project.</summary>
    public static ObjectId OfProject(string name) => new(ObjectKind.Project, name, name);

    /// <summary>A profile.</summary>
    public static ObjectId Profile(string project, string name) => new(ObjectKind.Profile, project, name);

    /// <summary>A custom volume.</summary>
    public static ObjectId Volume(string project, string pool, string name) => new(ObjectKind.Volume, project, name, pool);

    /// <summary>An instance.</summary>
    public static ObjectId Instance(string project, string name) => new(ObjectKind.Instance, project, name);

    /// <summary>The profile that Incus makes and deletes together with its project.</summary>
    public bool IsDefaultProfile => Kind == ObjectKind.Profile && Name == DefaultProfile;

    /// <summary>For people: <c>instance 'web' in project 'home'</c>.</summary>
    public override string ToString() => Kind is ObjectKind.Network or ObjectKind.Project
        ? $"{Word} '{Name}'"
        : $"{Word} '{Name}' in project '{Project}'{(Pool.Length == 0 ? "" : $", pool '{Pool}'")}";

    /// <summary>The kind as a word: <c>network</c>, <c>project</c>, <c>profile</c>, <c>volume</c>, <c>instance</c>.</summary>
    public string Word => Kind switch
    {
        ObjectKind.Network => "network",
        ObjectKind.Project => "project",
        ObjectKind.Profile => "profile",
        ObjectKind.Volume => "volume",
        _ => "instance",
    };
}
