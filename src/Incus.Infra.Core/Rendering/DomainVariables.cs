using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Rendering;

/// <summary>The managed section of group_vars/&lt;domain&gt;.yml.</summary>
internal static class DomainVariables
{
    /// <summary>group_vars/&lt;domain&gt;.yml.</summary>
    public static YamlWriter Of(
        Infrastructure infra, Domain domain, AddressPlan addresses, AccessLists lists, ReachableMachines reachable)
    {
        var yaml = new YamlWriter();
        Write(yaml, infra, domain, addresses.Domains[domain.Name.Value], lists.Of(domain), reachable);
        return yaml;
    }

    /// <summary>The variables of a domain.</summary>
    public static void Write(
        IVariableWriter yaml,
        Infrastructure infra,
        Domain domain,
        DomainAddresses addresses,
        AccessList list,
        ReachableMachines reachable)
    {
        yaml.Text("domain_name", domain.Name.Value);
        if (domain.Copy is { } copy)
        {
            yaml.Quoted("copy_name", copy.Name.Value);
            yaml.Integer("copy_index", copy.Index);
        }

        yaml.OptionalText("domain_was", domain.Was?.Value);
        yaml.Text("domain_description", domain.Description);
        yaml.Boolean("domain_ephemeral", domain.Ephemeral);
        yaml.OptionalText("domain_trust_level", infra.TrustLevelOf(domain));
        yaml.Text("incus_project", domain.Name.Value);
        if (domain.Access?.OwnAt is not null)
        {
            yaml.Word("incus_access", "own");
        }

        yaml.OptionalText("incus_remote", domain.Remote?.Value);
        yaml.Open("incus_network");
        yaml.Text("name", domain.Bridge);
        yaml.Quoted("subnet", addresses.Subnet);
        yaml.Quoted("gateway", addresses.Gateway);
        yaml.Quoted("dhcp_range", addresses.DhcpRange);
        yaml.OptionalText("shared_by", domain.SharedNetwork is null ? null : domain.NetworkOwner.Value);
        if (addresses.Tunnel is { } tunnel)
        {
            yaml.Open("tunnel");
            yaml.Text("interface", tunnel.Interface);
            yaml.Integer("id", tunnel.Id);
            yaml.Quoted("group", tunnel.Group);
            yaml.Integer("port", Tunnel.Port);
            yaml.Close();
        }

        yaml.Close();
        yaml.Open("incus_network_acl");
        yaml.Text("name", list.Name);
        yaml.List("partners", list.Partners);
        yaml.Mappings("ingress", [.. list.Ingress.Select(Rule)]);
        yaml.Mappings("egress", [.. list.Egress.Select(Rule)]);
        yaml.Close();
        yaml.Integer("subnet_id", addresses.SubnetId);
        // Once, not for each machine: the names may be many, and the commands long.
        yaml.Hosts(reachable.Of(domain));
        yaml.Snapshots(domain.Snapshots);
        if (domain.Profiles.Count > 0)
        {
            yaml.Open("incus_profiles");
            foreach (var profile in domain.Profiles)
            {
                yaml.Open(profile.Name.Value);
                yaml.Text("description", profile.Description);
                yaml.Settings("config", profile.Config);
                yaml.Devices("devices", profile.Devices);
                yaml.Close();
            }

            yaml.Close();
        }
    }

    private static IEnumerable<(string Key, string Text, string Yaml)> Rule(AccessRule rule)
    {
        yield return ("description", rule.Description, YamlText.QuotedLiteral(rule.Description));
        if (rule.Rejects)
        {
            yield return ("action", "reject", "\"reject\"");
        }

        var (source, destination, protocol, port, icmpType) = rule.Match;
        foreach (var (key, value) in new (string, string?)[]
        {
            ("source", source), ("destination", destination), ("protocol", protocol), ("destination_port", port),
            ("icmp_type", icmpType),
        })
        {
            if (value is not null)
            {
                yield return (key, value, YamlText.QuotedNumbers(value));
            }
        }
    }
}
