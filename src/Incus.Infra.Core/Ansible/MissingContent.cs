using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Tree;

namespace Incus.Infra.Core.Ansible;

/// <summary>The roles and collections that infra.yml needs and Ansible would not find.</summary>
internal static class MissingContent
{
    /// <summary>A fault for what one command installs.</summary>
    /// <param name="infra">What infra.yml says.</param>
    /// <param name="projectDirectory">The project folder, absolute.</param>
    /// <param name="projectFile">Where the faults are.</param>
    /// <param name="version">The answer to <c>ansible-playbook --version</c>; empty where there is none.</param>
    public static IEnumerable<Diagnostic> Of(Infrastructure infra, string projectDirectory, string projectFile, string version)
    {
        var roles = infra.Domains.Where(d => d.Enabled).SelectMany(d => d.Machines).Concat(infra.Images.Select(i => i.Builder))
            .SelectMany(m => m.Roles)
            .Select(r => r.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var tree = new ProjectTree(projectDirectory);
        var required = RequiredRoles.Read(tree, []);
        var missing = roles
            .Where(r => required.ContainsKey(r) && tree.Look(ReferenceCheck.FolderOf(r)) == EntryKind.Missing)
            .GroupBy(r => required[r], StringComparer.Ordinal)
            .Select(file => AnsibleDiagnostics.RolesMissing(projectFile, file, file.Key));
        var folders = Folders(version).Prepend(Path.Join(projectDirectory, "collections")).ToList();
        var collections = version.Length == 0 ? [] : roles
            .Select(CollectionRoles.CollectionOf)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Where(c => c != CollectionRoles.Collection && !folders.Exists(f => Has(f, c)))
            .Select(c => AnsibleDiagnostics.CollectionMissing(projectFile, c));
        return missing.Concat(collections);
    }

    private static bool Has(string folder, string collection) =>
        Directory.Exists(Path.Join(folder, "ansible_collections", collection.Replace('.', '/')));

    // The last one is where packages of distributions have them.
    private static IEnumerable<string> Folders(string version) =>
        Line("ansible collection location", version).Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Append(Path.GetDirectoryName(Line("ansible python module location", version)) ?? "");

    private static string Line(string name, string version) =>
        version.Split('\n').Select(l => l.Trim().Split(" = ", 2)).FirstOrDefault(l => l[0] == name)?[^1] ?? "";
}
