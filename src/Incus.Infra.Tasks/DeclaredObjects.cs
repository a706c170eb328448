using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Model;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Planning;
using Infrastructure = Incus.Infra.Core.Model.Infrastructure;

namespace Incus.Infra.Tasks;

/// <summary>Which objects infra.yml asks for; not with which values, as only their marks are compared.</summary>
internal static class DeclaredObjects
{
    public static EngineRequest Of((Infrastructure Infra, AddressPlan Addresses) declared) => new()
    {
        Project = declared.Infra.ProjectName,
        Id = declared.Addresses.Lock.Id!,
        Domains = [.. declared.Infra.Domains.Where(d => d.Enabled).Select(d => Of(d, declared.Addresses.Domains[d.Name.Value]))],
        Keep = declared.Infra.Domains.Where(d => !d.Enabled).Select(d => d.Name.Value).ToHashSet(),
    };

    private static DomainSpec Of(Domain domain, DomainAddresses addresses) => new()
    {
        Name = domain.Name.Value,
        IncusProject = domain.Name.Value,
        IncusNetwork = new NetworkSpec
        {
            Name = NetworkName.Of(domain.Name.Value),
            Subnet = addresses.Subnet,
            Gateway = addresses.Gateway,
            DhcpRange = addresses.DhcpRange,
        },
        IncusNetworkAcl = new AclSpec { Name = NetworkName.Of(domain.Name.Value), Ingress = [], Egress = [] },
        IncusProfiles = domain.Profiles.ToDictionary(p => p.Name.Value, _ => new ProfileSpec()),
        Machines =
        [
            .. domain.Machines.Select(m => new MachineSpec
            {
                InstanceName = m.Name.Value,
                InstanceStorageVolumes = m.StorageVolumes.ToDictionary(
                    v => v.Name.Value, v => new VolumeSpec { Path = v.Path.Value, Pool = v.Pool }),
            }),
        ],
    };
}
