using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;

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
            new("site.yml", Ownership.Section, SitePlaybook.Of(infra)),
            new("snapshot.yml", Ownership.Section, ProjectFiles.Snapshot),
            new("requirements.yml", Ownership.Section, ProjectFiles.Requirements(
                [.. domains.SelectMany(d => d.Machines), .. infra.Images.Select(i => i.Builder)])),
            new("ansible.cfg", Ownership.Once, ProjectFiles.AnsibleCfg),
            new("group_vars/all.yml", Ownership.Section, GlobalVariables.Of(infra, domains, addresses.Lock)),
        };
        files.AddRange(RenderDomains(infra, addresses));
        return files;
    }

    /// <summary>The files of domains and machines alone.</summary>
    public static IEnumerable<GeneratedFile> RenderDomains(Infrastructure infra, AddressPlan addresses)
    {
        var lists = new AccessLists(infra, addresses);
        var reachable = new ReachableMachines(infra, addresses);
        var groups = infra.Domains.Where(d => d.Enabled)
            .GroupBy(d => d.Copy?.Template.Value ?? d.Name.Value, StringComparer.Ordinal).ToList();
        var rendered = new List<GeneratedFile>[groups.Count];
        Parallel.For(0, groups.Count, i => rendered[i] = groups[i].First().Copy is null
            ? Render(infra, groups[i].First(), addresses, lists, reachable)
            : CopiesRenderer.Render(infra, [.. groups[i]], addresses, lists, reachable));
        return rendered.SelectMany(f => f);
    }

    private static List<GeneratedFile> Render(
        Infrastructure infra, Domain domain, AddressPlan addresses, AccessLists lists, ReachableMachines reachable) =>
    [
        new($"inventory/{domain.Name.Value}.yml", Ownership.Section, InventoryFile.Of(domain))
        {
            FormerPath = domain.Was is { } was ? $"inventory/{was.Value}.yml" : null,
        },
        new(
            $"group_vars/{domain.Name.Value}.yml",
            Ownership.Section,
            DomainVariables.Of(infra, domain, addresses, lists, reachable).ToString())
        {
            FormerPath = domain.Was is { } former ? $"group_vars/{former.Value}.yml" : null,
        },
        .. domain.Machines.Select(machine => new GeneratedFile(
            $"host_vars/{machine.Name.Value}.yml",
            Ownership.Section,
            MachineVariables.Of(infra, domain, machine, addresses, reachable).ToString())
        {
            FormerPath = machine.Was is { } name ? $"host_vars/{name.Value.Name}.yml" : null,
        }),
    ];
}
