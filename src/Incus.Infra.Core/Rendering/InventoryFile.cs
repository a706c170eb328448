using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Rendering;

/// <summary>inventory/&lt;domain&gt;.yml: groups and hosts, no variables.</summary>
internal static class InventoryFile
{
    /// <summary>The line of a domain without machines.</summary>
    public const string NoHosts = "      hosts: {}";

    /// <summary>One group.</summary>
    public static string Of(Domain domain)
    {
        var yaml = new YamlWriter();
        yaml.Open("all");
        yaml.Open("children");
        Group(yaml, domain);
        return yaml.ToString();
    }

    /// <summary>A group of all copies with a group for each, and a group for each machine that they are made of.</summary>
    public static string Of(IReadOnlyList<Domain> copies)
    {
        var template = copies[0].Copy!.Template.Value;
        var yaml = new YamlWriter();
        yaml.Open("all");
        yaml.Open("children");
        yaml.Open(template);
        yaml.Open("children");
        foreach (var copy in copies)
        {
            Group(yaml, copy);
        }

        yaml.Close();
        yaml.Close();
        foreach (var machines in copies.SelectMany(c => c.Machines).GroupBy(m => m.TemplateName!, StringComparer.Ordinal))
        {
            yaml.Open(GroupOf(template, machines.Key));
            Hosts(yaml, [.. machines]);
            yaml.Close();
        }

        return yaml.ToString();
    }

    /// <summary>The group of a machine of all copies: with an underscore, which no domain or machine has in its name.</summary>
    public static string GroupOf(string template, string machine) => $"{template}_{machine}";

    private static void Group(YamlWriter yaml, Domain domain)
    {
        yaml.Open(domain.Name.Value);
        Hosts(yaml, domain.Machines);
        yaml.Close();
    }

    private static void Hosts(YamlWriter yaml, IReadOnlyList<Machine> machines)
    {
        if (machines.Count == 0)
        {
            yaml.Empty("hosts");
            return;
        }

        yaml.Open("hosts");
        foreach (var machine in machines)
        {
            yaml.Empty(machine.Name.Value);
        }

        yaml.Close();
    }
}
