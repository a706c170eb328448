using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Rendering;

/// <summary>The managed section of host_vars/&lt;machine&gt;.yml.</summary>
internal static class MachineVariables
{
    /// <summary>host_vars/&lt;machine&gt;.yml.</summary>
    public static YamlWriter Of(
        Infrastructure infra, Domain domain, Machine machine, AddressPlan addresses, ReachableMachines reachable)
    {
        var yaml = new YamlWriter();
        Write(yaml, infra, domain, machine, addresses.Domains[domain.Name.Value], reachable);
        return yaml;
    }

    /// <summary>The variables of a machine.</summary>
    public static void Write(
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
        yaml.OptionalText("instance_os_image", (machine.OsImage ?? infra.Global.DefaultOsImage)?.Value);
        if (infra.FollowsImage(domain, machine))
        {
            yaml.Word("instance_image_policy", InfraDialect.Follow);
        }

        yaml.Quoted("instance_ip", addresses.AddressOf(machine.Name.Value));
        yaml.Hosts(reachable.Of(domain, machine));
        yaml.Boolean("instance_ephemeral", machine.Ephemeral ?? domain.Ephemeral);
        if (machine.State != InfraDialect.Running)
        {
            yaml.Word("instance_state", machine.State);
        }

        yaml.OptionalText("instance_was", FormerOf(domain, machine));
        yaml.OptionalText("instance_target", (machine.Target ?? domain.Target)?.Value);
        yaml.OptionalText("instance_spread", machine.Spread?.Value);
        yaml.Boolean("instance_gpu", machine.Gpu is not null);
        yaml.List("instance_profiles", machine.Profiles is { } profiles ? [.. profiles.Select(p => p.Value)] : ["default"]);
        yaml.Settings("instance_config", machine.Config);
        yaml.Devices("instance_devices", machine.Devices);
        yaml.OptionalList("instance_created_folders", machine.CreatedFolders);
        Volumes(yaml, machine.StorageVolumes);
        Ports(yaml, [.. addresses.Ports[machine.Name.Value]]);
        yaml.List("instance_roles", [.. machine.Roles.Select(r => r.Value)]);
        if (machine.Provision.Count > 0)
        {
            yaml.Nodes("instance_provision", [.. machine.Provision.Select(s => LiteralNode.Of(s, InfraDialect.Provision.Item))]);
        }

        Health(yaml, machine);
        yaml.OptionalList("instance_needs", [.. machine.Needs.Select(n => n.Value)]);
        if (machine.BootAutostart is { } autostart)
        {
            yaml.Word("instance_boot_autostart", autostart.Value);
        }

        yaml.OptionalInteger("instance_boot_priority", machine.BootPriority);
        yaml.OptionalInteger("instance_weight", machine.Weight?.Value);
        yaml.Snapshots(machine.OwnSnapshots);
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

    private static void Health(IVariableWriter yaml, Machine machine)
    {
        if (machine.Health is not { } health)
        {
            return;
        }

        yaml.Open("instance_health");
        yaml.OptionalText("http", health.Http);
        yaml.OptionalInteger("tcp", health.Tcp);
        yaml.OptionalList("command", health.Command);
        yaml.Integer("within", health.Seconds);
        yaml.Boolean("provisioned", machine.IsProvisioned);
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
            yaml.OptionalText("size", volume.Size);
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
