using System.Collections.Immutable;
using System.Net;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>Turns domains into the objects that they want in Incus.</summary>
internal static class DesiredState
{
    /// <summary>All objects of some domains, each after those it needs.</summary>
    /// <param name="domains">The domains.</param>
    /// <param name="diskPools">Where disks and volumes go.</param>
    public static IEnumerable<DesiredObject> Of(IEnumerable<DomainSpec> domains, DiskPools diskPools)
    {
        var owners = new HashSet<string>(StringComparer.Ordinal);
        foreach (var domain in domains)
        {
            if (owners.Add(domain.NetworkOwner))
            {
                yield return Acl(domain);
                yield return Network(domain);
            }

            foreach (var other in Of(domain, diskPools))
            {
                yield return other;
            }
        }
    }

    private static IEnumerable<DesiredObject> Of(DomainSpec domain, DiskPools diskPools)
    {
        var profiles = new DomainProfiles(domain, diskPools);
        List<DesiredObject> inProject =
            [.. profiles.All, .. domain.Machines.SelectMany(machine => Of(domain, machine, profiles, diskPools))];
        return [Project(domain, inProject), .. inProject];
    }

    private static IEnumerable<DesiredObject> Of(
        DomainSpec domain, MachineSpec machine, DomainProfiles profiles, DiskPools diskPools)
    {
        var rootPool = diskPools.OfRoot(
            ObjectId.Instance(domain.IncusProject, machine.InstanceName), profiles.RootPoolOf(machine.InstanceProfiles));
        var volumes = new MachineVolumes(domain, machine, diskPools);
        return [.. volumes.All, DesiredInstance.Of(domain, machine, profiles, volumes, rootPool)];
    }

    /// <summary>The rules of a domain's bridge.</summary>
    public static DesiredObject Acl(DomainSpec domain) => new(
        ObjectId.Acl(domain.IncusNetworkAcl.Name),
        domain.NetworkOwner,
        !domain.Ephemeral,
        new PropertyList()
            .Description(NetworkDescription(domain))
            .Ingress(domain.IncusNetworkAcl.Ingress.Select(Rule))
            .Egress(domain.IncusNetworkAcl.Egress.Select(Rule))
            .ToImmutable(),
        []);

    // As Incus keeps it, which leaves out what is empty, and spaces beside the commas of a list.
    private static AclRule Rule(AclRuleSpec rule) => new()
    {
        Description = Text(rule.Description),
        Action = rule.Action,
        State = AclRule.Enabled,
        Source = List(rule.Source),
        Destination = List(rule.Destination),
        Protocol = Text(rule.Protocol),
        DestinationPort = List(rule.DestinationPort),
        IcmpType = Text(rule.IcmpType),
    };

    private static string? List(string? value) =>
        Text(value) is { } text ? string.Join(',', text.Split(',', StringSplitOptions.TrimEntries)) : null;

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    // Every key is given: an address that Incus chooses itself can cut the host off.
    private static DesiredObject Network(DomainSpec domain)
    {
        var network = domain.IncusNetwork;
        var subnet = IPNetwork.Parse(network.Subnet);
        return new DesiredObject(
            ObjectId.Network(network.Name),
            domain.NetworkOwner,
            !domain.Ephemeral,
            new PropertyList()
                .Description(NetworkDescription(domain))
                .Config("ipv4.address", $"{network.Gateway}/{subnet.PrefixLength}")
                .Config("ipv4.nat", "true")
                .Config("ipv4.dhcp.ranges", network.DhcpRange)
                .Config("ipv6.address", "none")
                .Config("security.acls", domain.IncusNetworkAcl.Name)
                .Config("security.acls.default.egress.action", "reject")
                .Config("security.acls.default.ingress.action", "reject")
                .ToImmutable(),
            [ObjectId.Acl(domain.IncusNetworkAcl.Name)])
        {
            IsShared = network.SharedBy is not null,
            Tunnel = network.Tunnel,
        };
    }

    // The description of a copy may name it.
    private static string NetworkDescription(DomainSpec domain) =>
        domain.IncusNetwork.SharedBy is { } owner ? $"Shared by the copies of {owner}" : domain.Description;

    private static DesiredObject Project(DomainSpec domain, List<DesiredObject> inProject) => new(
        ObjectId.OfProject(domain.IncusProject),
        domain.Name,
        !domain.Ephemeral,
        new PropertyList()
            .Description(domain.Description)
            .Config("features.images", "true")
            .Config("features.profiles", "true")
            .Config("features.storage.volumes", "true")
            .Config("features.networks", "false")
            .Config(domain.IsOwn ? OwnProject.KeysOf(domain, inProject) : [])
            .ToImmutable(),
        ImmutableArray.Create(ObjectId.Network(domain.IncusNetwork.Name)));
}
