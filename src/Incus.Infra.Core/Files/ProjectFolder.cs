using System.IO.Enumeration;
using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.Files;

/// <summary>One folder of the project, listed once. It need not exist.</summary>
internal sealed class ProjectFolder
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly string _root;
    private readonly Dictionary<string, TreeEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _leftovers = [];

    private ProjectFolder(string root, string realPath)
    {
        _root = root;
        RealPath = realPath;
    }

    /// <summary>Absolute, without links.</summary>
    public string RealPath { get; }

    /// <summary>Why nothing can be generated in it, or null.</summary>
    public Diagnostic? Fault { get; private set; }

    public IReadOnlyDictionary<string, TreeEntry> Entries => _entries;

    /// <summary>Temporary files of killed builds, absolute.</summary>
    public IReadOnlyList<string> Leftovers => _leftovers;

    /// <summary>The folders, relative to the project, where links in this one lead.</summary>
    public IEnumerable<string> LinkTargetFolders => _entries.Values
        .Where(e => e.LinkTarget is not null && e.Kind != EntryKind.Folder)
        .Select(e => RelativeTo(_root, Path.GetDirectoryName(e.LinkTarget)!))
        .Distinct();

    /// <summary>Resolves, checks and lists a folder.</summary>
    /// <param name="root">The project folder, absolute, without links.</param>
    /// <param name="path">Relative to the project folder, with forward slashes.</param>
    public static ProjectFolder Open(string root, string path)
    {
        var realPath = "";
        var fault = FileFault.Of(() => realPath = Files.RealPath.Of(Path.Join(root, path)));
        var folder = new ProjectFolder(root, realPath);
        if (fault is not null)
        {
            folder.Fault = GeneratingDiagnostics.CannotBeRead(path, fault.Reason);
        }
        else if (!IsInside(root, realPath))
        {
            folder.Fault = GeneratingDiagnostics.LeavesProject(path);
        }
        else if (Directory.Exists(realPath))
        {
            folder.List(path);
        }
        else if (NearestExisting(realPath) is var nearest && File.Exists(nearest))
        {
            folder.Fault = GeneratingDiagnostics.FileInPlaceOfFolder(RelativeTo(root, nearest));
        }

        return folder;
    }

    /// <summary>The path itself, or the first of its parents that exists.</summary>
    public static string NearestExisting(string path)
    {
        while (!Path.Exists(path) && Path.GetDirectoryName(path) is { } parent)
        {
            path = parent;
        }

        return path;
    }

    /// <summary>Whether a path without links is the root or below it.</summary>
    public static bool IsInside(string root, string realPath) =>
        realPath == root || realPath.StartsWith(Path.Join(root, "/"), StringComparison.Ordinal);

    private static string RelativeTo(string root, string realPath) =>
        realPath == root ? "" : Path.GetRelativePath(root, realPath);

    private void List(string path)
    {
        var fault = FileFault.Of(() =>
        {
            foreach (var (name, entry) in new FileSystemEnumerable<(string, TreeEntry)>(RealPath, Describe, Everything))
            {
                // Names that are not UTF-8 may look alike; the build has none such.
                _entries[name] = entry;
                if (entry is { Kind: EntryKind.File, LinkTarget: null } && AtomicFile.IsTemporary(name))
                {
                    _leftovers.Add(Path.Join(RealPath, name));
                }
            }
        });
        Fault = fault is null ? null : GeneratingDiagnostics.CannotBeRead(path, fault.Reason);
    }

    private (string Name, TreeEntry Entry) Describe(ref FileSystemEntry entry)
    {
        var name = entry.FileName.ToString();
        var attributes = entry.Attributes;
        if (attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            return (name, FollowLink(entry.ToFullPath()));
        }

        return (name, attributes.HasFlag(FileAttributes.Directory)
            ? new TreeEntry(EntryKind.Folder)
            : new TreeEntry(EntryKind.File, new FileStamp(entry.Length, entry.LastWriteTimeUtc.UtcTicks)));
    }

    private TreeEntry FollowLink(string path)
    {
        var target = "";
        var fault = FileFault.Of(() => target = Files.RealPath.Of(path));
        if (fault is not null || !IsInside(_root, target))
        {
            return new TreeEntry(EntryKind.Outside);
        }

        var file = new FileInfo(target);
        return Directory.Exists(target) ? new TreeEntry(EntryKind.Folder, LinkTarget: target)
            : file.Exists ? new TreeEntry(EntryKind.File, FileStamp.Of(file), target)
            : new TreeEntry(EntryKind.Missing, LinkTarget: target);
    }
}
