using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>
/// What variables may say that the engine cannot work with. The build writes none of it, but below a managed section
/// everything can stand.
/// </summary>
internal static partial class SpecCheck
{
    // The end of a tunnel is an interface, too: the name of the bridge, a hyphen and a letter.
    private const int LongestOfLinked = 13;

    private static readonly IPNetwork Multicast = IPNetwork.Parse("224.0.0.0/4");

    /// <summary>Each fault as a sentence that names its place.</summary>
    public static IEnumerable<string> FaultsOf(IReadOnlyList<DomainSpec> domains)
    {
        List<string> faults =
        [
            .. domains.SelectMany((domain, i) => domain is null
                ? [Empty($"domains[{i}]")]
                : FaultsOf(domain).Concat(FaultsOfShared(domain, domains))
                    .Select(fault => $"Domain '{Excerpt.Of(domain.Name)}': {fault}")),
        ];
        return faults.Count == 0 && MachineNeeds.DepthsOf(domains) is null
            ? ["instance_needs: machines wait for each other."]
            : faults;
    }

    // They have one bridge with one list of rules: which of them says how these are must not matter.
    private static IEnumerable<string> FaultsOfShared(DomainSpec domain, IReadOnlyList<DomainSpec> domains)
    {
        if (domain.IncusNetwork.SharedBy is not { } owner)
        {
            yield break;
        }

        var first = domains.First(d => d?.IncusNetwork.SharedBy == owner);
        var (rules, acl) = (first.IncusNetworkAcl, domain.IncusNetworkAcl);
        if (first.IncusNetwork != domain.IncusNetwork || first.Ephemeral != domain.Ephemeral || rules.Name != acl.Name
            || !rules.Ingress.SequenceEqual(acl.Ingress) || !rules.Egress.SequenceEqual(acl.Egress))
        {
            yield return $"it shares a network with '{Excerpt.Of(first.Name)}', so incus_network, incus_network_acl and "
                + "domain_ephemeral of both must be the same.";
        }
    }

    private static IEnumerable<string> FaultsOf(DomainSpec domain)
    {
        if (domain.IncusAccess is not (null or DomainSpec.Own))
        {
            yield return $"incus_access is '{Excerpt.Of(domain.IncusAccess)}', and only {DomainSpec.Own} is known.";
        }

        foreach (var fault in FaultsOf(domain.IncusNetwork))
        {
            yield return fault;
        }

        foreach (var (direction, rules) in new[]
        {
            ("ingress", domain.IncusNetworkAcl.Ingress), ("egress", domain.IncusNetworkAcl.Egress),
        })
        {
            foreach (var (_, i) in rules.Select((rule, i) => (rule, i)).Where(r => r.rule is null))
            {
                yield return Empty($"incus_network_acl.{direction}[{i}]");
            }

            foreach (var (rule, i) in rules.Select((rule, i) => (rule, i))
                .Where(r => r.rule is { Action: not (AclRule.Allow or AclRule.Reject) }))
            {
                yield return $"incus_network_acl.{direction}[{i}].action is '{Excerpt.Of(rule.Action)}', and only allow and "
                    + "reject are known.";
            }
        }

        foreach (var (name, profile) in domain.IncusProfiles)
        {
            var place = $"incus_profiles.{Excerpt.Of(name)}";
            IEnumerable<string> faults = profile is null
                ? [Empty(place)]
                : [.. Marks($"{place}.config", profile.Config), .. FaultsOf($"{place}.devices", profile.Devices)];
            foreach (var fault in faults)
            {
                yield return fault;
            }
        }

        foreach (var (machine, i) in domain.Machines.Select((m, i) => (m, i)))
        {
            var faults = machine is null
                ? [Empty($"machines[{i}]")]
                : FaultsOf(machine).Select(fault => $"machine '{Excerpt.Of(machine.InstanceName)}': {fault}");
            foreach (var fault in faults)
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> FaultsOf(NetworkSpec network)
    {
        if (!IPNetwork.TryParse(network.Subnet, out var subnet) || subnet.BaseAddress.AddressFamily != AddressFamily.InterNetwork)
        {
            yield return $"incus_network.subnet: '{Excerpt.Of(network.Subnet)}' is no subnet of IPv4.";
        }
        else if (!Contains(subnet, network.Gateway))
        {
            yield return $"incus_network.gateway: '{Excerpt.Of(network.Gateway)}' is no address in {subnet}.";
        }
        else if (network.DhcpRange.Split('-') is not [var first, var last] || !Contains(subnet, first) || !Contains(subnet, last))
        {
            yield return $"incus_network.dhcp_range: '{Excerpt.Of(network.DhcpRange)}' is not two addresses in {subnet} "
                + "with a hyphen between them.";
        }

        if (network.Tunnel is not { } tunnel)
        {
            yield break;
        }

        if (network.SharedBy is not null)
        {
            yield return "incus_network.tunnel: copies that share a network are cut off from each other at their bridge, and a "
                + "tunnel would lead around.";
        }

        if (network.Name.Length > LongestOfLinked)
        {
            yield return $"incus_network.name: '{Excerpt.Of(network.Name)}' has more than {LongestOfLinked} characters, so that "
                + "there is no room for the name of the tunnel.";
        }

        if (tunnel is { Id: < 1 or > 0xFFFFFF } or { Port: < 1 or > 65535 })
        {
            yield return "incus_network.tunnel: id must be from 1 to 16777215, and port from 1 to 65535.";
        }

        if (!IPAddress.TryParse(tunnel.Group, out var group) || !Multicast.Contains(group))
        {
            yield return $"incus_network.tunnel.group: '{Excerpt.Of(tunnel.Group)}' is no multicast address of IPv4.";
        }
    }

    private static bool Contains(IPNetwork subnet, string address) =>
        IPAddress.TryParse(address, out var parsed) && subnet.Contains(parsed);

    private static IEnumerable<string> FaultsOf(MachineSpec machine)
    {
        if (machine.InstanceType is not ("lxc" or "vm"))
        {
            yield return $"instance_type is '{Excerpt.Of(machine.InstanceType)}', and only lxc and vm are known.";
        }

        if (machine.InstanceImagePolicy is not (MachineSpec.Pin or MachineSpec.Follow))
        {
            yield return $"instance_image_policy is '{Excerpt.Of(machine.InstanceImagePolicy)}', and only {MachineSpec.Pin} and "
                + $"{MachineSpec.Follow} are known.";
        }

        if (!RunStates.ByName.ContainsKey(machine.InstanceState))
        {
            yield return $"instance_state is '{Excerpt.Of(machine.InstanceState)}', and only "
                + $"{string.Join(", ", RunStates.ByName.Keys)} are known.";
        }

        if (machine is { InstanceHealth: not null, InstanceIp: { } ip } && !IPAddress.TryParse(ip, out _))
        {
            yield return $"instance_ip: '{Excerpt.Of(ip)}' is no address.";
        }

        if (machine.InstanceTarget is "" or "@")
        {
            yield return "instance_target must be a member of the cluster, or @ and a group.";
        }

        IEnumerable<string> faults =
        [
            .. machine.InstanceProfiles.Where(p => p is null).Select(_ => "instance_profiles has an item without value."),
            .. machine.InstanceHosts.Select(h => HostsBlock.FaultOf(h.Key, h.Value ?? "")).OfType<string>()
                .Select(fault => $"instance_hosts: {fault}."),
            .. Marks("instance_config", machine.InstanceConfig),
            .. FaultsOf("instance_devices", machine.InstanceDevices),
            .. machine.InstanceCreatedFolders.Where(f => !IsFolder(f)).Select(f =>
                $"instance_created_folders: '{Excerpt.Of(f ?? "")}' is no absolute path without '..'."),
            .. machine.InstanceStorageVolumes.Where(v => v.Value is null)
                .Select(v => Empty($"instance_storage_volumes.{Excerpt.Of(v.Key)}")),
            .. machine.InstancePorts.SelectMany(p => FaultsOf($"instance_ports.{Excerpt.Of(p.Key)}", p.Value)),
            .. machine.InstanceHealth is { } health ? FaultsOf(health) : [],
            .. machine.InstanceNeeds.Where(n => n is null).Select(_ => "instance_needs has an item without value."),
            .. Commands("instance_snapshots_pre", machine.InstanceSnapshotsPre),
            .. Commands("instance_snapshots_post", machine.InstanceSnapshotsPost),
        ];
        foreach (var fault in faults)
        {
            yield return fault;
        }

        if (machine.InstanceWeight < 1)
        {
            yield return "instance_weight must be at least 1.";
        }

        if (machine.InstanceSnapshotsKeep < 1)
        {
            yield return "instance_snapshots_keep must be at least 1.";
        }

        if (!IncusExpiry.IsReadable(DateTimeOffset.UtcNow, machine.InstanceSnapshotsExpiry))
        {
            yield return $"instance_snapshots_expiry: '{Excerpt.Of(machine.InstanceSnapshotsExpiry!)}' is no duration of Incus, "
                + "such as 30d.";
        }
    }

    private static bool IsFolder(string? path) => path?.StartsWith('/') == true && !path.Split('/').Contains("..");

    private static IEnumerable<string> FaultsOf(HealthSpec health)
    {
        if (new object?[] { health.Http, health.Tcp, health.Command }.Count(probe => probe is not null) != 1)
        {
            yield return "instance_health needs exactly one of http, tcp and command.";
        }

        if (health.Http is { } http && !HttpPlace().IsMatch(http))
        {
            yield return $"instance_health.http: '{Excerpt.Of(http)}' is no port and path, such as ':80/'.";
        }

        if (health.Tcp is < 1 or > 65535)
        {
            yield return "instance_health.tcp must be from 1 to 65535.";
        }

        if (health.Within < 1)
        {
            yield return "instance_health.within must be at least 1.";
        }

        foreach (var fault in Commands("instance_health.command", health.Command is { } command ? [command] : null))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> FaultsOf(string place, PortSpec port) => port switch
    {
        null => [Empty(place)],
        { HostPort: < 1 or > 65535 } or { Port: < 1 or > 65535 } => [$"{place}: host_port and port must be from 1 to 65535."],
        { Protocol: not ("tcp" or "udp") } => [$"{place}: protocol must be tcp or udp."],
        _ => IPAddress.TryParse(port.Address, out var address) && address.AddressFamily == AddressFamily.InterNetwork
            ? []
            : [$"{place}: '{Excerpt.Of(port.Address)}' is no address of IPv4."],
    };

    private static IEnumerable<string> FaultsOf(
        string place, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> devices)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, options) in devices)
        {
            var device = $"{place}.{Excerpt.Of(name)}";
            if (options is null)
            {
                yield return Empty(device);
                continue;
            }

            foreach (var fault in Marks(device, options))
            {
                yield return fault;
            }

            // What is remembered of an object has one key for both.
            foreach (var option in options.Keys.Where(option => !keys.Add(Property.DeviceOption(name, option).ToString())))
            {
                yield return $"{device}.{Excerpt.Of(option)} stands twice: Apply joins the names of devices and options by dots.";
            }
        }
    }

    private static IEnumerable<string> Marks(string place, IReadOnlyDictionary<string, string> config) => config.Keys
        .Where(key => key.StartsWith(Ownership.Prefix, StringComparison.Ordinal))
        .Select(key => $"{place}.{Excerpt.Of(key)} is reserved for what Apply records.");

    private static IEnumerable<string> Commands(string place, IReadOnlyList<IReadOnlyList<string>>? commands) => (commands ?? [])
        .Where(command => command is null or [] || command.Contains(null))
        .Select(_ => $"{place} has a command without a program, or with an argument without value.");

    [GeneratedRegex(@"^:[0-9]{1,5}/[!-~]*\z")]
    private static partial Regex HttpPlace();

    private static string Empty(string place) => $"{place} has no value.";
}
