using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rendering;

/// <summary>
/// The files of all copies of a domain. A variable that has one value in all of them stands once, in a group; Ansible prefers
/// those of the inner groups and of hosts, so each machine has the same as if everything stood with each.
/// </summary>
internal static class CopiesRenderer
{
    private static readonly string[] OwnOfDomain = ["domain_name", "copy_name", "copy_index", "incus_project"];

    private static readonly string[] OfNetwork = ["incus_network", "incus_network_acl", "subnet_id"];

    private static readonly string[] OwnOfMachine = ["instance_name", "instance_domain", "instance_ip"];

    // Repeated, so that each file says by itself whether CleanOrphans may delete it.
    private static readonly string[] Repeated = ["domain_ephemeral", "instance_ephemeral"];

    public static List<GeneratedFile> Render(
        Infrastructure infra,
        IReadOnlyList<Domain> copies,
        AddressPlan addresses,
        AccessLists lists,
        ReachableMachines reachable)
    {
        var template = copies[0].Copy!.Template.Value;
        var machines = copies.SelectMany(c => c.Machines.Select(m => (Domain: c, Machine: m)))
            .GroupBy(m => m.Machine.TemplateName!, StringComparer.Ordinal);
        return
        [
            new($"inventory/{template}.yml", Ownership.Section, InventoryFile.Of(copies)),
            .. Split(
                $"group_vars/{template}.yml",
                copies[0].SharedNetwork is null ? [.. OwnOfDomain, .. OfNetwork] : OwnOfDomain,
                [.. copies.Select(c => (
                    $"group_vars/{c.Name.Value}.yml",
                    DomainVariables.Of(infra, c, addresses, lists, reachable).Variables.ToList()))]),
            .. machines.SelectMany(group => Split(
                $"group_vars/{InventoryFile.GroupOf(template, group.Key)}.yml",
                OwnOfMachine,
                [.. group.Select(m => (
                    $"host_vars/{m.Machine.Name.Value}.yml",
                    MachineVariables.Of(infra, m.Domain, m.Machine, addresses, reachable).Variables.ToList()))])),
        ];
    }

    /// <summary>A file of what all have in common, and one for each with the rest.</summary>
    private static IEnumerable<GeneratedFile> Split(
        string common, string[] own, IReadOnlyList<(string Path, List<(string Key, string Text)> Variables)> files)
    {
        var shared = files[0].Variables.Where(v => !own.Contains(v.Key)).ToHashSet();
        foreach (var (_, variables) in files)
        {
            shared.IntersectWith(variables);
        }

        yield return File(common, files[0].Variables.Where(shared.Contains));
        foreach (var (path, variables) in files)
        {
            yield return File(path, variables.Where(v => !shared.Contains(v) || Repeated.Contains(v.Key)));
        }
    }

    private static GeneratedFile File(string path, IEnumerable<(string Key, string Text)> variables) =>
        new(path, Ownership.Section, string.Concat(variables.Select(v => v.Text)));
}
