using System.Text.Json.Nodes;
using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rendering;

/// <summary>
/// The domains of a request to the engine, from the same variables as the tree: what <c>plugin_utils/desired.py</c> collects
/// where Ansible reads the tree.
/// </summary>
internal static class RequestDomains
{
    private const string OfMachine = "instance_";

    private static readonly (string Key, string Variable)[] OfDomain =
    [
        ("was", "domain_was"),
        ("description", "domain_description"),
        ("ephemeral", "domain_ephemeral"),
        ("incus_project", "incus_project"),
        ("incus_access", "incus_access"),
        ("incus_remote", "incus_remote"),
        ("incus_network", "incus_network"),
        ("incus_network_acl", "incus_network_acl"),
        ("incus_profiles", "incus_profiles"),
    ];

    // For roles alone.
    private static readonly string[] NotForIncus = ["instance_domain", "instance_roles"];

    /// <summary>These domains in this order, each with all of its machines.</summary>
    public static JsonArray Of(Infrastructure infra, AddressPlan addresses, IEnumerable<Domain> domains)
    {
        var lists = new AccessLists(infra, addresses);
        var reachable = new ReachableMachines(infra, addresses);
        return new JsonArray(
            [.. domains.Select(d => Of(infra, d, addresses.Domains[d.Name.Value], lists.Of(d), reachable))]);
    }

    /// <summary>How machines share what their servers have, or null.</summary>
    public static JsonNode? ResourcePolicyOf(Infrastructure infra)
    {
        if (infra.Global.ResourcePolicy is not { } policy)
        {
            return null;
        }

        var variables = new JsonVariables();
        GlobalVariables.ResourcePolicy(variables, policy);
        return variables.Root.Single().Value!.DeepClone();
    }

    private static JsonObject Of(
        Infrastructure infra, Domain domain, DomainAddresses addresses, AccessList list, ReachableMachines reachable)
    {
        var group = new JsonVariables();
        DomainVariables.Write(group, infra, domain, addresses, list, reachable);
        var result = new JsonObject { ["name"] = domain.Name.Value };
        foreach (var (key, variable) in OfDomain)
        {
            if (group.Root.Remove(variable, out var value))
            {
                result.Add(key, value);
            }
        }

        result.Add("machines", new JsonArray(
            [.. domain.Machines.Select(m => Of(infra, domain, m, addresses, reachable, group.Root))]));
        return result;
    }

    /// <summary>What the machine says itself goes before what its domain says for all of them.</summary>
    private static JsonObject Of(
        Infrastructure infra,
        Domain domain,
        Machine machine,
        DomainAddresses addresses,
        ReachableMachines reachable,
        JsonObject group)
    {
        var host = new JsonVariables();
        MachineVariables.Write(host, infra, domain, machine, addresses, reachable);
        foreach (var name in NotForIncus)
        {
            host.Root.Remove(name);
        }

        foreach (var (name, value) in group)
        {
            if (name.StartsWith(OfMachine, StringComparison.Ordinal) && !host.Root.ContainsKey(name))
            {
                host.Root.Add(name, value!.DeepClone());
            }
        }

        return host.Root;
    }
}
