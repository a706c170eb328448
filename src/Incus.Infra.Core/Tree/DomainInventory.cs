using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Rendering;

namespace Incus.Infra.Core.Tree;

/// <summary>The inventory of a single domain.</summary>
internal static class DomainInventory
{
    /// <summary>
    /// The file, relative to the tree, of a domain without machines; null when <paramref name="limit"/> is anything
    /// else. Ansible rejects a limit to such a domain, but not an inventory with only this domain.
    /// </summary>
    public static string? WithoutMachines(string treeDirectory, string? limit)
    {
        if (limit is null || !Forms.DomainName.Accepts(limit))
        {
            return null;
        }

        var file = $"inventory/{limit}.yml";
        var path = Path.Join(treeDirectory, file);
        return File.Exists(path) && File.ReadLines(path).Contains(InventoryFile.NoHosts) ? file : null;
    }
}
