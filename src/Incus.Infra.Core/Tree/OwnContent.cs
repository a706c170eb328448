using System.Text;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Rendering;
using Incus.Infra.Core.Sections;

namespace Incus.Infra.Core.Tree;

/// <summary>
/// Finds what in a project folder is the user's own and may change what Ansible makes of infra.yml. In doubt it may.
/// </summary>
internal static class OwnContent
{
    // The folders beside a playbook from which Ansible takes code.
    private static readonly string[] Code = ["library", "module_utils", "collections"];

    private static readonly string[] AlwaysRead = ["site.yml", "ansible.cfg"];

    /// <summary>A clause that names the first of it, or null.</summary>
    /// <param name="tree">The project folder.</param>
    /// <param name="files">The generated files.</param>
    /// <param name="plan">What a Sync would do about them.</param>
    public static string? Find(ProjectTree tree, IReadOnlyList<GeneratedFile> files, IReadOnlyList<PlannedFile> plan)
    {
        var wanted = files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var stranger = ProjectTree.AnsibleFolders
            .SelectMany(folder => tree.Folder(folder).Entries.Keys.Select(name => $"{folder}/{name}"))
            .Concat(tree.Folder("").Entries.Keys.Where(IsCode))
            .FirstOrDefault(path => !wanted.Contains(path));
        if (stranger is not null)
        {
            return $"'{Excerpt.Of(stranger)}' is not of the build";
        }

        var planned = plan.ToDictionary(f => f.Path, StringComparer.Ordinal);
        var changed = files.FirstOrDefault(f => IsRead(f.Path) && !IsAsGenerated(f, planned[f.Path]));
        return changed is not null ? $"'{Excerpt.Of(changed.Path)}' has text that is not of the build"
            : files.Any(f => f.Text.Contains("!vault", StringComparison.Ordinal)) ? "there are values of a vault"
            : null;
    }

    private static bool IsCode(string name) => Code.Contains(name) || name.EndsWith("_plugins", StringComparison.Ordinal);

    private static bool IsRead(string path) =>
        AlwaysRead.Contains(path) || ProjectTree.AnsibleFolders.Any(f => path.StartsWith($"{f}/", StringComparison.Ordinal));

    private static bool IsAsGenerated(GeneratedFile file, PlannedFile planned)
    {
        var content = planned.After;
        return (planned.Kind != ChangeKind.Unchanged
                || FileFault.Of(() => content = RegularFile.Read(planned.Place.RealPath)) is null)
            && content.AsSpan().SequenceEqual(
                file.Ownership == Ownership.Section ? ManagedSection.NewFile(file.Text) : Encoding.UTF8.GetBytes(file.Text));
    }
}
