namespace Incus.Infra.Core.Files;

/// <summary>What a name in a folder leads to, links followed.</summary>
internal enum EntryKind
{
    /// <summary>Nothing, or a link to nothing inside the project.</summary>
    Missing,

    File,

    Folder,

    /// <summary>A link that leaves the project or goes round in a circle.</summary>
    Outside,
}

/// <summary>One name in a folder.</summary>
/// <param name="Kind">What it leads to.</param>
/// <param name="Stamp">Of a file.</param>
/// <param name="LinkTarget">Of a link inside the project: the final target, where reads and writes go.</param>
internal readonly record struct TreeEntry(EntryKind Kind, FileStamp Stamp = default, string? LinkTarget = null);

/// <summary>The place of one file in the project.</summary>
/// <param name="Folder">Its folder, which may not exist yet.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Entry">What the name leads to.</param>
internal readonly record struct TreePlace(ProjectFolder Folder, string Name, TreeEntry Entry)
{
    /// <summary>Where reads and writes go, absolute.</summary>
    public string RealPath => Entry.LinkTarget ?? Path.Join(Folder.RealPath, Name);
}
