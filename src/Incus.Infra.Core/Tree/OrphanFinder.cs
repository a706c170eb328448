using System.Text;
using System.Text.RegularExpressions;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Rendering;
using Incus.Infra.Core.Sections;

namespace Incus.Infra.Core.Tree;

/// <summary>Finds generated files that are no longer wanted. A file without our markers is the user's own.</summary>
/// <param name="tree">The project folder.</param>
/// <param name="wanted">The generated files, relative to the project folder.</param>
internal sealed partial class OrphanFinder(ProjectTree tree, IEnumerable<string> wanted)
{
    /// <param name="tree">The project folder.</param>
    /// <param name="files">The generated files; one that is to get another name is none that is left.</param>
    public OrphanFinder(ProjectTree tree, IReadOnlyList<GeneratedFile> files)
        : this(tree, files.SelectMany(f => f.FormerPath is { } former && tree.Look(f.Path) == EntryKind.Missing
            ? new[] { f.Path, former }
            : [f.Path]))
    {
    }

    private readonly HashSet<string> _wanted = wanted.ToHashSet(StringComparer.Ordinal);

    /// <summary>A hash that changes whenever a stranger comes, goes or changes.</summary>
    public string Hash() =>
        ContentHash.Of(string.Concat(Strangers().Select(s => $"{s.Path}\n{s.Place.Entry.Stamp}\n")));

    public IReadOnlyList<Orphan> Find()
    {
        var orphans = Strangers().Select(s => Judge(s.Path, s.Place)).OfType<Orphan>().ToList();
        var protectedDomains = orphans
            .Where(o => o.Kind == OrphanKind.Protected && o.Path.StartsWith("group_vars/", StringComparison.Ordinal))
            .Select(o => $"inventory/{Path.GetFileName(o.Path)}")
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. orphans.Select(o => o.Kind != OrphanKind.Damaged && protectedDomains.Contains(o.Path)
                ? o with { Kind = OrphanKind.Protected }
                : o),
        ];
    }

    /// <summary>The YAML files in our folders that are not wanted, sorted.</summary>
    private IEnumerable<(string Path, TreePlace Place)> Strangers() => (
        from folder in ProjectTree.AnsibleFolders
        from entry in tree.Folder(folder).Entries
        where entry.Value.Kind == EntryKind.File && entry.Key.EndsWith(".yml", StringComparison.Ordinal)
        let path = $"{folder}/{entry.Key}"
        where !_wanted.Contains(path)
        select (Path: path, new TreePlace(tree.Folder(folder), entry.Key, entry.Value)))
        .OrderBy(s => s.Path, StringComparer.Ordinal);

    private static Orphan? Judge(string path, TreePlace place)
    {
        byte[] content = [];
        // What cannot be read is not known to be ours.
        if (FileFault.Of(() => content = RegularFile.Read(place.RealPath)) is not null)
        {
            return null;
        }

        var search = ManagedSection.Find(content);
        return search.Kind == SectionKind.Absent
            ? null
            : new Orphan(
                path, Path.Join(place.Folder.RealPath, place.Name), DomainOf(path, content, search), KindOf(content, search));
    }

    /// <summary>The files of a domain are named for it, and those of machines say it.</summary>
    private static string DomainOf(string path, ReadOnlySpan<byte> content, SectionSearch search) =>
        !path.StartsWith("host_vars/", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(path)
        : search.Kind != SectionKind.Found ? ""
        : InstanceDomain().Match(Encoding.UTF8.GetString(content[search.Start..search.End])).Groups["name"].Value;

    private static OrphanKind KindOf(ReadOnlySpan<byte> content, SectionSearch search)
    {
        if (search.Kind == SectionKind.Damaged)
        {
            return OrphanKind.Damaged;
        }

        if (NotEphemeral().IsMatch(Encoding.UTF8.GetString(content[search.Start..search.End])))
        {
            return OrphanKind.Protected;
        }

        return IsOurs(content[..search.Start]) && IsOurs(content[search.End..])
            ? OrphanKind.Removable
            : OrphanKind.HasUserContent;
    }

    private static bool IsOurs(ReadOnlySpan<byte> outside)
    {
        var lines = new ByteLines(outside);
        while (lines.MoveNext())
        {
            if (!lines.IsBlank && !lines.Is("---") && !lines.Is(ManagedSection.Hint))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex(@"^instance_domain: ""?(?<name>[a-z0-9-]+)""?\s*$", RegexOptions.Multiline)]
    private static partial Regex InstanceDomain();

    // Whatever is not plainly true protects: an edit by hand must not expose a machine.
    [GeneratedRegex(@"^\s*(instance|domain)_ephemeral:(?!\s*true\s*$)", RegexOptions.Multiline)]
    private static partial Regex NotEphemeral();
}
