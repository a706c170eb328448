using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Rendering;

/// <summary>The Ansible tree of an infrastructure.</summary>
internal static class TreeRenderer
{
    /// <summary>All files but the lock file. Disabled domains have none.</summary>
    public static List<GeneratedFile> Render(Infrastructure infra, AddressPlan addresses)
    {
        var domains = infra.Domains.Where(d => d.Enabled).ToList();
        var files = new List<GeneratedFile>
        {
            new("site.yml", Ownership.Section, ProjectFiles.Site),
            new("snapshot.yml", Ownership.Section, ProjectFiles.Snapshot),
            new("requirements.yml", Ownership.Section, ProjectFiles.Requirements),
            new("ansible.cfg", Ownership.Once, ProjectFiles.AnsibleCfg),
            new("group_vars/all.yml", Ownership.Section, VariableFiles.All(infra, domains, addresses.Lock)),
        };
        var lists = new AccessLists(new Policies(infra), addresses);
        var rendered = new List<GeneratedFile>[domains.Count];
        Parallel.For(0, domains.Count, i => rendered[i] = Render(infra, domains[i], addresses, lists));
        files.AddRange(rendered.SelectMany(f => f));
        return files;
    }

    private static List<GeneratedFile> Render(Infrastructure infra, Domain domain, AddressPlan addresses, AccessLists lists)
    {
        var (name, plan) = (domain.Name.Value, addresses.Domains[domain.Name.Value]);
        var variables = new YamlWriter();
        VariableFiles.Domain(variables, infra, domain, plan, lists.Of(domain));
        return
        [
            new($"inventory/{name}.yml", Ownership.Section, InventoryFile.Of(domain)),
            new($"group_vars/{name}.yml", Ownership.Section, variables.ToString()),
            .. domain.Machines.Select(machine => Render(infra, domain, machine, plan)),
        ];
    }

    private static GeneratedFile Render(Infrastructure infra, Domain domain, Machine machine, DomainAddresses addresses)
    {
        var variables = new YamlWriter();
        VariableFiles.Machine(variables, infra, domain, machine, addresses);
        return new($"host_vars/{machine.Name.Value}.yml", Ownership.Section, variables.ToString());
    }
}
