using System.Globalization;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Tasks.Tests.Importing;

/// <summary>What Ansible would ask of the engine for an infra.yml.</summary>
internal static class Requests
{
    public static EngineRequest Of(Compilation compilation)
    {
        var (infra, addresses) = (compilation.Infrastructure!, compilation.Addresses!);
        var lists = new AccessLists(new Policies(infra), addresses);
        return new EngineRequest
        {
            Project = infra.ProjectName,
            Id = addresses.Lock.Id!,
            Domains = [.. infra.Domains.Where(d => d.Enabled).Select(Domain)],
        };

        DomainSpec Domain(Domain domain)
        {
            var plan = addresses.Domains[domain.Name.Value];
            var list = lists.Of(domain);
            return new DomainSpec
            {
                Name = domain.Name.Value,
                Description = domain.Description,
                Ephemeral = domain.Ephemeral,
                IncusProject = domain.Name.Value,
                IncusNetwork = new NetworkSpec
                {
                    Name = NetworkName.Of(domain.Name.Value),
                    Subnet = plan.Subnet,
                    Gateway = plan.Gateway,
                    DhcpRange = plan.DhcpRange,
                },
                IncusNetworkAcl = new AclSpec
                {
                    Name = list.Name,
                    Partners = list.Partners,
                    Ingress = [.. list.Ingress.Select(Rule)],
                    Egress = [.. list.Egress.Select(Rule)],
                },
                IncusProfiles = domain.Profiles.ToDictionary(p => p.Name.Value, p => new ProfileSpec
                {
                    Description = p.Description,
                    Config = Map(p.Config),
                    Devices = Map(p.Devices),
                }),
                Machines = [.. domain.Machines.Select(m => Machine(infra, domain, m, plan.AddressOf(m.Name.Value)))],
            };
        }
    }

    private static MachineSpec Machine(Infrastructure infra, Domain domain, Machine machine, string address) => new()
    {
        InstanceName = machine.Name.Value,
        InstanceType = machine.IsVirtualMachine == true ? "vm" : "lxc",
        InstanceDescription = machine.Description,
        InstanceOsImage = machine.OsImage ?? infra.Global.DefaultOsImage,
        InstanceIp = address,
        InstanceEphemeral = machine.Ephemeral ?? domain.Ephemeral,
        InstanceGpu = machine.Gpu is not null,
        InstanceProfiles = machine.Profiles is { } profiles ? [.. profiles.Select(p => p.Value)] : ["default"],
        InstanceConfig = Map(machine.Config),
        InstanceDevices = Map(machine.Devices),
        InstanceStorageVolumes = machine.StorageVolumes.ToDictionary(
            v => v.Name.Value, v => new VolumeSpec { Path = v.Path.Value, Pool = v.Pool, Size = v.Size }),
        InstanceBootAutostart = machine.BootAutostart,
        InstanceBootPriority = machine.BootPriority?.ToString(CultureInfo.InvariantCulture),
        InstanceSnapshotsSchedule = machine.SnapshotsIn(domain)?.Schedule?.Value,
        InstanceSnapshotsExpiry = machine.SnapshotsIn(domain)?.IncusExpiry,
        InstanceSnapshotsPattern = machine.SnapshotsIn(domain)?.Pattern,
    };

    private static AclRuleSpec Rule(AccessRule rule)
    {
        var (source, destination, protocol, port, icmpType) = rule.Match;
        return new AclRuleSpec
        {
            Description = rule.Description,
            Source = source,
            Destination = destination,
            Protocol = protocol,
            DestinationPort = port,
            IcmpType = icmpType,
        };
    }

    private static Dictionary<string, string> Map(IReadOnlyList<Setting> settings) =>
        settings.ToDictionary(s => s.Key.Value, s => s.Value.Value);

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Map(IReadOnlyList<Device> devices) =>
        devices.ToDictionary(d => d.Name.Value, d => (IReadOnlyDictionary<string, string>)Map(d.Options));
}
