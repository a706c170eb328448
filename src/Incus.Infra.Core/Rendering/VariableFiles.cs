using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Rendering;

/// <summary>The managed sections of group_vars and host_vars.</summary>
internal static class VariableFiles
{
    /// <summary>group_vars/all.yml.</summary>
    public static string All(Infrastructure infra, IReadOnlyList<Domain> domains, AddressLock addressLock)
    {
        var yaml = new YamlWriter();
        var global = infra.Global;
        yaml.Text("project_name", infra.ProjectName);
        // In quotes whatever it begins with, so that all trees look alike.
        yaml.Quoted("infra_id", addressLock.Id!);
        if (global.Addressing is { Value: var addressing })
        {
            yaml.Open("addressing");
            yaml.Integer("base_octet", InfraDialect.BaseOctet);
            yaml.Integer("zone_base", addressing.ZoneBase);
            yaml.Integer("zone_step", InfraDialect.ZoneStep);
            yaml.Close();
        }
        else
        {
            yaml.Quoted("base_subnet", global.BaseSubnet?.Value ?? AddressAllocator.DefaultBase);
        }

        OptionalText(yaml, "default_os_image", global.DefaultOsImage?.Value);
        OptionalText(yaml, "default_connection", global.DefaultConnection);
        OptionalText(yaml, "default_user", global.DefaultUser);
        if (infra.NetworkPolicies.Count > 0)
        {
            yaml.Mappings("network_policies", [.. infra.NetworkPolicies.Select(Policy)]);
        }

        if (global.ResourcePolicy is { } policy)
        {
            ResourcePolicy(yaml, policy);
        }

        yaml.List("infra_domains", [.. domains.Select(d => d.Name.Value)]);
        yaml.List("infra_disabled_domains", [.. infra.Disabled]);
        if (infra.Images.Count > 0)
        {
            yaml.Mappings("infra_images", [.. infra.Images.Select(Image)]);
        }

        yaml.List("incus_all_images",
        [
            .. domains.SelectMany(d => d.Machines)
                .Select(m => (m.OsImage ?? global.DefaultOsImage)?.Value)
                .OfType<string>()
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ]);
        return yaml.ToString();
    }

    /// <summary>How machines share what their servers have.</summary>
    public static void ResourcePolicy(IVariableWriter yaml, ResourcePolicy policy)
    {
        yaml.Open("infra_resource_policy");
        yaml.Open("host_reserve");
        yaml.Quoted("cpu", policy.ReservedCpu);
        yaml.Quoted("memory", policy.ReservedMemory);
        yaml.Close();
        yaml.Word("mode", policy.Mode);
        yaml.Word("cpu_mode", policy.CpuMode);
        yaml.Word("memory_enforce", policy.MemoryEnforce);
        yaml.Boolean("overcommit", policy.Overcommit);
        yaml.Close();
    }

    /// <summary>group_vars/&lt;domain&gt;.yml.</summary>
    public static YamlWriter Domain(
        Infrastructure infra, Domain domain, AddressPlan addresses, AccessLists lists, ReachableMachines reachable)
    {
        var yaml = new YamlWriter();
        Domain(yaml, infra, domain, addresses.Domains[domain.Name.Value], lists.Of(domain), reachable);
        return yaml;
    }

    /// <summary>The variables of a domain.</summary>
    public static void Domain(
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

        OptionalText(yaml, "domain_was", domain.Was?.Value);
        yaml.Text("domain_description", domain.Description);
        yaml.Boolean("domain_ephemeral", domain.Ephemeral);
        OptionalText(yaml, "domain_trust_level", TrustLevelOf(infra, domain));
        yaml.Text("incus_project", domain.Name.Value);
        if (domain.Access?.OwnAt is not null)
        {
            yaml.Word("incus_access", "own");
        }

        OptionalText(yaml, "incus_remote", domain.Remote?.Value);
        yaml.Open("incus_network");
        yaml.Text("name", domain.Bridge);
        yaml.Quoted("subnet", addresses.Subnet);
        yaml.Quoted("gateway", addresses.Gateway);
        yaml.Quoted("dhcp_range", addresses.DhcpRange);
        OptionalText(yaml, "shared_by", domain.SharedNetwork is null ? null : domain.NetworkOwner.Value);
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
        Hosts(yaml, reachable.Of(domain));
        Snapshots(yaml, domain.Snapshots);
        if (domain.Profiles.Count > 0)
        {
            yaml.Open("incus_profiles");
            foreach (var profile in domain.Profiles)
            {
                yaml.Open(profile.Name.Value);
                yaml.Text("description", profile.Description);
                Settings(yaml, "config", profile.Config);
                Devices(yaml, "devices", profile.Devices);
                yaml.Close();
            }

            yaml.Close();
        }
    }

    /// <summary>host_vars/&lt;machine&gt;.yml.</summary>
    public static YamlWriter Machine(
        Infrastructure infra, Domain domain, Machine machine, AddressPlan addresses, ReachableMachines reachable)
    {
        var yaml = new YamlWriter();
        Machine(yaml, infra, domain, machine, addresses.Domains[domain.Name.Value], reachable);
        return yaml;
    }

    /// <summary>The variables of a machine.</summary>
    public static void Machine(
        IVariableWriter yaml,
        Infrastructure infra,
        Domain domain,
        Machine machine,
        DomainAddresses addresses,
        ReachableMachines reachable)
    {
        yaml.Text("instance_name", machine.Name.Value);
        yaml.Text("instance_type", TypeOf(machine));
        yaml.Text("instance_description", machine.Description);
        yaml.Text("instance_domain", domain.Name.Value);
        OptionalText(yaml, "instance_os_image", (machine.OsImage ?? infra.Global.DefaultOsImage)?.Value);
        if (infra.FollowsImage(domain, machine))
        {
            yaml.Word("instance_image_policy", InfraDialect.Follow);
        }

        yaml.Quoted("instance_ip", addresses.AddressOf(machine.Name.Value));
        Hosts(yaml, reachable.Of(domain, machine));
        yaml.Boolean("instance_ephemeral", machine.Ephemeral ?? domain.Ephemeral);
        if (machine.State != InfraDialect.Running)
        {
            yaml.Word("instance_state", machine.State);
        }

        OptionalText(yaml, "instance_was", FormerOf(domain, machine));
        OptionalText(yaml, "instance_target", (machine.Target ?? domain.Target)?.Value);
        OptionalText(yaml, "instance_spread", machine.Spread?.Value);
        yaml.Boolean("instance_gpu", machine.Gpu is not null);
        yaml.List("instance_profiles", machine.Profiles is { } profiles ? [.. profiles.Select(p => p.Value)] : ["default"]);
        Settings(yaml, "instance_config", machine.Config);
        Devices(yaml, "instance_devices", machine.Devices);
        if (machine.CreatedFolders.Count > 0)
        {
            yaml.List("instance_created_folders", machine.CreatedFolders);
        }

        Volumes(yaml, machine.StorageVolumes);
        Ports(yaml, [.. addresses.Ports[machine.Name.Value]]);
        yaml.List("instance_roles", [.. machine.Roles.Select(r => r.Value)]);
        if (machine.Provision.Count > 0)
        {
            yaml.Nodes("instance_provision", [.. machine.Provision.Select(s => LiteralNode.Of(s, InfraDialect.Provision.Item))]);
        }

        Health(yaml, machine);
        if (machine.Needs.Count > 0)
        {
            yaml.List("instance_needs", [.. machine.Needs.Select(n => n.Value)]);
        }

        if (machine.BootAutostart is { } autostart)
        {
            yaml.Word("instance_boot_autostart", autostart.Value);
        }

        if (machine.BootPriority is { } priority)
        {
            yaml.Integer("instance_boot_priority", priority);
        }

        if (machine.Weight is { } weight)
        {
            yaml.Integer("instance_weight", weight.Value);
        }

        Snapshots(yaml, machine.OwnSnapshots);
        foreach (var (name, value) in machine.Vars)
        {
            yaml.Node(name.Value, value);
        }
    }

    /// <summary><c>lxc</c> or <c>vm</c>.</summary>
    public static string TypeOf(Machine machine) => machine.IsVirtualMachine == true ? "vm" : "lxc";

    // As its project's, where that was another one.
    private static string? FormerOf(Domain domain, Machine machine) => domain.FormerOf(machine) is { } former
        ? (former.Domain == domain.Name.Value ? former.Name : former.ToString())
        : null;

    /// <summary>With addressing the default counts, since it selected the subnet.</summary>
    public static string? TrustLevelOf(Infrastructure infra, Domain domain) =>
        domain.TrustLevel?.Value ?? (infra.Global.Addressing is null ? null : InfraDialect.DefaultTrustLevel);

    // With its defaults, for roles.
    private static IEnumerable<(string Key, string Text, string Yaml)> Policy(NetworkPolicy policy)
    {
        if (policy.Description is { } description)
        {
            yield return ("description", description, YamlText.QuotedLiteral(description));
        }

        var (from, to) = (policy.From!.Value.Value, policy.To!.Value.Value);
        yield return ("from", from, YamlText.Literal(from));
        yield return ("to", to, YamlText.Literal(to));
        yield return Word("ports", policy.Traffic.Ports is { } ports ? $"[{string.Join(", ", ports)}]" : "all");
        if (policy.Traffic.Protocol is { } protocol)
        {
            yield return Word("protocol", protocol);
        }

        yield return Word("bidirectional", policy.BidirectionalAt is null ? "false" : "true");

        static (string Key, string Text, string Yaml) Word(string key, string word) => (key, word, word);
    }

    private static IEnumerable<(string Key, string Text, string Yaml)> Image(OwnImage image)
    {
        yield return ("name", image.Name.Value, YamlText.Literal(image.Name.Value));
        yield return ("type", TypeOf(image.Builder), TypeOf(image.Builder));
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

    private static void Health(IVariableWriter yaml, Machine machine)
    {
        if (machine.Health is not { } health)
        {
            return;
        }

        yaml.Open("instance_health");
        OptionalText(yaml, "http", health.Http);
        if (health.Tcp is { } port)
        {
            yaml.Integer("tcp", port);
        }

        if (health.Command is { } command)
        {
            yaml.List("command", command);
        }

        yaml.Integer("within", health.Seconds);
        yaml.Boolean("provisioned", machine.IsProvisioned);
        yaml.Close();
    }

    private static void Snapshots(IVariableWriter yaml, SnapshotPolicy? policy)
    {
        if (policy?.Schedule is { } schedule)
        {
            yaml.Quoted("instance_snapshots_schedule", schedule.Value);
        }

        if (policy?.IncusExpiry is { } expiry)
        {
            yaml.Quoted("instance_snapshots_expiry", expiry);
        }

        if (policy?.Pattern is { } pattern)
        {
            yaml.Quoted("instance_snapshots_pattern", pattern);
        }

        if (policy?.Keep is { } keep)
        {
            yaml.Integer("instance_snapshots_keep", keep);
        }

        if (policy?.Pre is { } pre)
        {
            yaml.Lists("instance_snapshots_pre", pre);
        }

        if (policy?.Post is { } post)
        {
            yaml.Lists("instance_snapshots_post", post);
        }
    }

    private static void OptionalText(IVariableWriter yaml, string key, string? value)
    {
        if (value is not null)
        {
            yaml.Text(key, value);
        }
    }

    private static void Settings(IVariableWriter yaml, string key, IReadOnlyList<Setting> settings)
    {
        if (settings.Count == 0)
        {
            yaml.Empty(key);
            return;
        }

        yaml.Open(key);
        foreach (var (name, value) in settings)
        {
            yaml.Quoted(name.Value, value.Value);
        }

        yaml.Close();
    }

    private static void Devices(IVariableWriter yaml, string key, IReadOnlyList<Device> devices)
    {
        if (devices.Count == 0)
        {
            yaml.Empty(key);
            return;
        }

        yaml.Open(key);
        foreach (var device in devices)
        {
            Settings(yaml, device.Name.Value, device.Options);
        }

        yaml.Close();
    }

    private static void Hosts(IVariableWriter yaml, IReadOnlyDictionary<string, string> addresses)
    {
        if (addresses.Count == 0)
        {
            return;
        }

        yaml.Open("instance_hosts");
        foreach (var (name, address) in addresses)
        {
            yaml.Quoted(name, address);
        }

        yaml.Close();
    }

    private static void Ports(IVariableWriter yaml, IReadOnlyList<HostPort> ports)
    {
        if (ports.Count == 0)
        {
            return;
        }

        yaml.Open("instance_ports");
        foreach (var port in ports)
        {
            yaml.Open(port.Name);
            yaml.Quoted("address", port.Forward.Address);
            yaml.Integer("host_port", port.Number);
            yaml.Integer("port", port.Port);
            yaml.Text("protocol", port.Forward.Protocol);
            yaml.Boolean("nat", port.Forward.HasNat);
            yaml.Close();
        }

        yaml.Close();
    }

    private static void Volumes(IVariableWriter yaml, IReadOnlyList<StorageVolume> volumes)
    {
        if (volumes.Count == 0)
        {
            yaml.Empty("instance_storage_volumes");
            return;
        }

        yaml.Open("instance_storage_volumes");
        foreach (var volume in volumes)
        {
            yaml.Open(volume.Name.Value);
            OptionalText(yaml, "size", volume.Size);
            yaml.Text("path", volume.Path.Value);
            yaml.Text("pool", volume.Pool);
            if (volume.IsPersistent)
            {
                yaml.Boolean("persistent", value: true);
            }

            if (volume.IsReadOnly)
            {
                yaml.Boolean("readonly", value: true);
            }

            yaml.Close();
        }

        yaml.Close();
    }
}
