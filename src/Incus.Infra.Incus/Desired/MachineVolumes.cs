using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>A machine's custom volumes: as objects, and as the devices that attach them.</summary>
internal sealed class MachineVolumes
{
    /// <param name="domain">The machine's domain.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="diskPools">Where volumes go.</param>
    public MachineVolumes(DomainSpec domain, MachineSpec machine, DiskPools diskPools)
    {
        var instance = ObjectId.Instance(domain.IncusProject, machine.InstanceName);
        foreach (var (name, volume) in machine.InstanceStorageVolumes.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            // The names of volumes are those of the whole project; two machines may both call one 'data'.
            var fullName = NameOf(machine.InstanceName, name);
            var id = ObjectId.Volume(domain.IncusProject, diskPools.OfVolume(instance, fullName, volume.Pool), fullName);
            All.Add(new DesiredObject(
                id,
                domain.Name,
                volume.Persistent || !machine.InstanceEphemeral,
                new PropertyList()
                    .Description($"Volume {name} of {machine.InstanceName}")
                    .Config("size", volume.Size)
                    .ToImmutable(),
                [ObjectId.OfProject(domain.IncusProject)])
            {
                Machine = machine.InstanceName,
                IsPersistent = volume.Persistent,
                Was = machine.FormerIn(domain.IncusProject) is { } former
                    ? id with { Project = former.Project, Name = NameOf(former.Name, name) }
                    : null,
                WantedPool = DiskPools.Named(volume.Pool) is { } wanted && wanted != id.Pool ? wanted : null,
            });
            var device = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["type"] = "disk",
                ["pool"] = id.Pool,
                ["source"] = id.Name,
                ["path"] = volume.Path,
            };
            if (volume.Readonly)
            {
                device["readonly"] = "true";
            }

            Devices[name] = device;
        }
    }

    /// <summary>What Incus calls a volume of a machine.</summary>
    public static string NameOf(string machine, string volume) => $"{machine}-{volume}";

    public List<DesiredObject> All { get; } = [];

    /// <summary>A disk device for each, under the name that infra.yml gives the volume.</summary>
    public Dictionary<string, IReadOnlyDictionary<string, string>> Devices { get; } = new(StringComparer.Ordinal);
}
