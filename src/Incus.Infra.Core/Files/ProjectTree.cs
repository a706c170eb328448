using System.Text;
using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.Files;

/// <summary>
/// The project folder as it was at one moment. Each folder is resolved, checked and listed once; this is the one
/// place where a path from the compilation becomes a path on disk, and the guard that it stays in the project.
/// </summary>
/// <remarks>Not safe for concurrent use.</remarks>
/// <param name="projectDirectory">Absolute; may itself be reached by symbolic links.</param>
internal sealed class ProjectTree(string projectDirectory)
{
    private const int MaxNameBytes = 255;

    private readonly string _root = RealPath.Of(projectDirectory);
    private readonly Dictionary<string, ProjectFolder> _folders = new(StringComparer.Ordinal);

    /// <summary>The folders where Ansible looks for what the build generates per domain and machine.</summary>
    public static IReadOnlyList<string> AnsibleFolders { get; } = ["group_vars", "host_vars", "inventory"];

    /// <summary>What killed builds left behind in the folders that were looked at, absolute.</summary>
    public IEnumerable<string> Leftovers => _folders.Values.SelectMany(f => f.Leftovers);

    /// <summary>The folder of a path relative to the project, with forward slashes; "" is the project itself.</summary>
    public ProjectFolder Folder(string path)
    {
        if (!_folders.TryGetValue(path, out var folder))
        {
            folder = ProjectFolder.Open(_root, path);
            _folders.Add(path, folder);
            // A file behind a link is replaced in the folder of its target, so left-overs may be there too.
            foreach (var target in folder.LinkTargetFolders)
            {
                Folder(target);
            }
        }

        return folder;
    }

    /// <summary>
    /// What excludes a generated file, or null: of a folder or file <c>web</c> and of files <c>web.yml</c>, <c>web.yaml</c>
    /// and <c>web.json</c> of variables, Ansible reads the first that is there.
    /// </summary>
    public string? RivalOf(string path) =>
        Path.GetDirectoryName(path) is ("group_vars" or "host_vars") and var folder
        && Path.GetFileNameWithoutExtension(path) is var name
        && new[] { name, $"{name}.yaml", $"{name}.json" }.FirstOrDefault(Folder(folder).Entries.ContainsKey) is { } rival
            ? $"{folder}/{rival}"
            : null;

    /// <summary>What a path relative to the project leads to, links followed.</summary>
    public EntryKind Look(string path)
    {
        var target = "";
        if (FileFault.Of(() => target = RealPath.Of(Path.Join(_root, path))) is not null)
        {
            return EntryKind.Outside;
        }

        return !ProjectFolder.IsInside(_root, target) ? EntryKind.Outside
            : Directory.Exists(target) ? EntryKind.Folder
            : File.Exists(target) ? EntryKind.File
            : EntryKind.Missing;
    }

    /// <summary>The place of a generated file, or null and the fault that keeps a file from being there.</summary>
    public TreePlace? Locate(string path, out Diagnostic? fault)
    {
        var slash = path.LastIndexOf('/');
        var name = path[(slash + 1)..];
        if (name is "" or "." or ".." || path.AsSpan().ContainsAnyInRange('\0', '\x1f'))
        {
            fault = GeneratingDiagnostics.LeavesProject(path);
            return null;
        }

        var folder = Folder(slash < 0 ? "" : path[..slash]);
        var entry = folder.Entries.GetValueOrDefault(name);
        fault = folder.Fault ?? entry.Kind switch
        {
            EntryKind.Folder => GeneratingDiagnostics.FolderInPlaceOfFile(path),
            EntryKind.Outside => GeneratingDiagnostics.LeavesProject(path),
            _ when Encoding.UTF8.GetByteCount(name) > MaxNameBytes =>
                GeneratingDiagnostics.CannotBeWritten(path, $"its name is longer than {MaxNameBytes} bytes"),
            _ => null,
        };
        return fault is null ? new TreePlace(folder, name, entry) : null;
    }
}
