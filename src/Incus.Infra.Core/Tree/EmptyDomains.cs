using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Rendering;

namespace Incus.Infra.Core.Tree;

/// <summary>
/// Domains without machines. Ansible rejects a limit to nothing else, but not an inventory with nothing else.
/// </summary>
internal static class EmptyDomains
{
    /// <summary>The domains that a limit names, where none of them has a machine and nothing else is named; else none.</summary>
    public static IReadOnlyList<string> In(string treeDirectory, string? limit)
    {
        var parts = CommandList.Of(limit);
        return parts.All(p => Forms.DomainName.Accepts(p) && IsEmpty(Path.Join(treeDirectory, InventoryOf(p)))) ? parts : [];
    }

    /// <summary>The inventory of a domain, relative to the tree.</summary>
    public static string InventoryOf(string domain) => $"inventory/{domain}.yml";

    private static bool IsEmpty(string inventory) =>
        File.Exists(inventory) && File.ReadLines(inventory).Contains(InventoryFile.NoHosts);
}
