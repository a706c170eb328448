using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Tree;

namespace Incus.Infra.Core.Ansible;

/// <summary>Finds tags that nothing has: Ansible would run nothing, and say nothing about it.</summary>
internal static class TagCheck
{
    private static readonly string[] Special = ["all", "always", "never", "tagged", "untagged"];

    /// <summary>A fault for each tag that no play, role or task has.</summary>
    /// <param name="projectFile">Path of the project file, which is next to the tree.</param>
    /// <param name="property">The property that names the tags.</param>
    /// <param name="value">Its value; null for none.</param>
    public static IReadOnlyList<Diagnostic> Check(string projectFile, string property, string? value)
    {
        var asked = CommandList.Of(value).Except(Special).Except(TreeTags.OfTheBuild).ToList();
        if (asked.Count == 0)
        {
            return [];
        }

        var tags = TreeTags.Of(Path.GetDirectoryName(projectFile)!);
        return tags.AreAll
            ? [.. asked.Where(t => !tags.Names.Contains(t))
                .Select(t => UseDiagnostics.UnknownTag(Path.GetFileName(projectFile), property, t, tags.Names))]
            : [];
    }
}
