using Incus.Infra.Core.Files;

namespace Incus.Infra.Core.Tree;

/// <summary>
/// The tree as it would be after a Sync, for programs that read it: the project folder itself where Sync would change
/// nothing, else a temporary folder with the changed files, and links to all others. Disposing it deletes that folder.
/// </summary>
internal sealed class TreePreview : IDisposable
{
    private readonly DirectoryInfo? _temporary;

    private TreePreview(string directory, DirectoryInfo? temporary) => (Directory, _temporary) = (directory, temporary);

    /// <summary>Where the tree is, absolute.</summary>
    public string Directory { get; }

    public void Dispose() => _temporary?.Delete(recursive: true);

    internal static TreePreview Of(BuildOptions options, IReadOnlyList<PlannedFile> plan)
    {
        // Only builds read the lock file, and its folder may be one that is linked here as a whole.
        var lockFile = options.FullPath(options.LockFile);
        var changes = plan.Where(f => f.Kind != ChangeKind.Unchanged && options.FullPath(f.Path) != lockFile).ToList();
        if (changes.Count == 0)
        {
            return new TreePreview(options.ProjectDirectory, temporary: null);
        }

        var temporary = System.IO.Directory.CreateTempSubdirectory("infra-plan-");
        var preview = new TreePreview(temporary.FullName, temporary);
        try
        {
            preview.Fill(options.ProjectDirectory, changes);
            return preview;
        }
        catch
        {
            preview.Dispose();
            throw;
        }
    }

    private void Fill(string project, List<PlannedFile> changes)
    {
        var folders = changes.Select(f => Path.GetDirectoryName(f.Path)!).Append("").Distinct(StringComparer.Ordinal).ToList();
        var replaced = changes.Select(f => f.Path).Concat(folders).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            System.IO.Directory.CreateDirectory(Path.Join(Directory, folder));
            Link(project, folder, Directory, replaced);
        }

        foreach (var file in changes)
        {
            File.WriteAllBytes(Path.Join(Directory, file.Path), file.After);
        }
    }

    private static void Link(string project, string folder, string temporary, HashSet<string> replaced)
    {
        var source = new DirectoryInfo(Path.Join(project, folder));
        foreach (var entry in source.Exists ? source.EnumerateFileSystemInfos() : [])
        {
            var path = Path.Join(folder, entry.Name).TrimStart('/');
            if (!replaced.Contains(path))
            {
                File.CreateSymbolicLink(Path.Join(temporary, path), entry.FullName);
            }
        }
    }
}
