namespace Incus.Infra.Core.Files;

/// <summary>Where one project keeps its files, and what besides their contents decides the output.</summary>
internal sealed record BuildOptions
{
    /// <summary>The project folder, absolute. Nothing outside it is generated.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary>The source of truth, relative to the project folder or absolute.</summary>
    public string InfraFile { get; init; } = "infra.yml";

    /// <summary>The addresses that were given out, relative to the project folder or absolute.</summary>
    public string LockFile { get; init; } = "infra.lock.yml";

    /// <summary>
    /// Folder of the incremental state and of the build lock, relative to the project folder or absolute; since no
    /// content of infra.yml decides it, it may be outside.
    /// </summary>
    public string IntermediateDirectory { get; init; } = "obj";

    /// <summary>SDK version and rendering options; a change of it forces a full check. One line.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Whether the project has no other purpose than infra.yml, so that its terminal may show what Apply does.</summary>
    public bool MakesResponseFile { get; init; }

    /// <summary>Whether each build draws the infrastructure, too.</summary>
    public bool MakesPicture { get; init; }

    internal string IntermediateFolder => FullPath(IntermediateDirectory);

    internal string FullPath(string path) => Path.GetFullPath(path, ProjectDirectory);

    internal string RelativePath(string fullPath) =>
        Path.GetRelativePath(ProjectDirectory, fullPath).Replace(Path.DirectorySeparatorChar, '/');
}
