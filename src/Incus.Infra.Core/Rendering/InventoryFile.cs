using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Rendering;

/// <summary>inventory/&lt;domain&gt;.yml: one group, its hosts, no variables.</summary>
internal static class InventoryFile
{
    /// <summary>The line of a domain without machines.</summary>
    public const string NoHosts = "      hosts: {}";

    public static string Of(Domain domain)
    {
        var yaml = new YamlWriter();
        yaml.Open("all");
        yaml.Open("children");
        yaml.Open(domain.Name.Value);
        if (domain.Machines.Count == 0)
        {
            yaml.Empty("hosts");
        }
        else
        {
            yaml.Open("hosts");
            foreach (var machine in domain.Machines)
            {
                yaml.Empty(machine.Name.Value);
            }
        }

        return yaml.ToString();
    }
}
