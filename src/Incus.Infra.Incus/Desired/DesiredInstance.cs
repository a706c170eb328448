using System.Collections.Immutable;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>A machine as an Incus instance.</summary>
internal static class DesiredInstance
{
    public static DesiredObject Of(
        DomainSpec domain, MachineSpec machine, DomainProfiles profiles, MachineVolumes volumes, string rootPool)
    {
        var project = domain.IncusProject;
        var devices = Devices(domain, machine, profiles, volumes, rootPool);
        var effective = Effective(profiles.DevicesOf(machine.InstanceProfiles), devices);
        var properties = new PropertyList()
            .Description(machine.InstanceDescription)
            .Profiles(machine.InstanceProfiles)
            .Config("boot.autostart", Autostart(domain, machine))
            .Config("boot.autostart.priority", machine.InstanceBootPriority)
            .Config("snapshots.schedule", machine.InstanceSnapshotsSchedule)
            .Config("snapshots.expiry", machine.InstanceSnapshotsExpiry)
            .Config("snapshots.pattern", machine.InstanceSnapshotsPattern)
            .Config(IncusObject.DeleteProtectionKey, machine.InstanceEphemeral ? null : "true")
            .Config(machine.InstanceConfig)
            .Devices(devices);
        return new DesiredObject(
            ObjectId.Instance(project, machine.InstanceName),
            domain.Name,
            !machine.InstanceEphemeral,
            properties.ToImmutable(),
            [
                ObjectId.Network(domain.IncusNetwork.Name),
                ObjectId.OfProject(project),
                .. machine.InstanceProfiles.Select(name => ObjectId.Profile(project, name)),
                .. volumes.All.Select(volume => volume.Id),
            ])
        {
            Machine = machine.InstanceName,
            Hosts = HostsBlock.Lines(machine.InstanceHosts),
            IsOfVirtualMachine = machine.IsVirtualMachine,
            IsRestricted = domain.IsOwn,
            Instance = new InstanceForm(
                machine.IsVirtualMachine ? InstanceForm.VirtualMachine : InstanceForm.Container,
                ImageReference.Normalise(machine.InstanceOsImage),
                RunStates.ByName[machine.InstanceState])
            {
                FollowsImage = machine.InstanceImagePolicy == MachineSpec.Follow,
            },
            Was = machine.FormerIn(project),
            Folders =
            [
                .. effective.Where(d => IsNeededFolder(d.Value))
                    .Select(d => new HostFolder(
                        d.Key, d.Value["source"], machine.InstanceCreatedFolders.Contains(d.Value["source"])))
                    .OrderBy(f => f.Path, StringComparer.Ordinal),
            ],
            Gpu = GpuNeeds.Of(
                machine,
                effective.Values,
                domain.ConfigOf(machine, "nvidia.runtime")),
        };
    }

    private static bool IsNeededFolder(IReadOnlyDictionary<string, string> device) => device.GetValueOrDefault("type") == "disk"
        && string.IsNullOrEmpty(device.GetValueOrDefault("pool")) && device.GetValueOrDefault("source")?.StartsWith('/') == true
        && device.GetValueOrDefault("required") is not ("false" or "0" or "no" or "off");

    // Without a value Incus does what last-state says, and before 6.0.6 it did not know that word; so it is only for a
    // machine whose profiles say something else.
    private static string? Autostart(DomainSpec domain, MachineSpec machine) =>
        machine.InstanceBootAutostart == "last-state" && domain.ProfilesGive(machine, "boot.autostart") is null
            ? null
            : machine.InstanceBootAutostart;

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Devices(
        DomainSpec domain, MachineSpec machine, DomainProfiles profiles, MachineVolumes volumes, string rootPool)
    {
        var inherited = profiles.DevicesOf(machine.InstanceProfiles);
        var own = new Dictionary<string, IReadOnlyDictionary<string, string>>(volumes.Devices, StringComparer.Ordinal);
        foreach (var (name, options) in RootDisk.InPool(machine.InstanceDevices, rootPool))
        {
            own[name] = options;
        }

        var all = Effective(inherited, own).Values;
        if (!all.Any(RootDisk.Is))
        {
            own.TryAdd(RootDisk.Name, RootDisk.In(rootPool));
        }

        if (machine.InstanceGpu && !all.Any(d => d.GetValueOrDefault("type") == "gpu"))
        {
            own["gpu"] = new Dictionary<string, string>(StringComparer.Ordinal) { ["type"] = "gpu" };
        }

        foreach (var (name, options) in MachinePorts.DevicesOf(machine))
        {
            own[name] = options;
        }

        if (StaticCard(domain, machine, inherited, own) is { } card)
        {
            own[NetworkCard.Name] = card;
        }

        foreach (var (name, options) in Effective(inherited, own).Where(d => NetworkCard.IsOn(domain.IncusNetwork.Name, d.Value)))
        {
            own[name] = NetworkCard.Filtered(options, domain.IncusNetwork);
        }

        return own;
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Effective(
        Dictionary<string, IReadOnlyDictionary<string, string>> inherited,
        Dictionary<string, IReadOnlyDictionary<string, string>> own)
    {
        var all = new Dictionary<string, IReadOnlyDictionary<string, string>>(inherited, StringComparer.Ordinal);
        foreach (var (name, options) in own)
        {
            all[name] = options;
        }

        return all;
    }

    // An instance that overrides a profile's device replaces it whole, so the copy holds all of the profile's options.
    private static Dictionary<string, string>? StaticCard(
        DomainSpec domain,
        MachineSpec machine,
        Dictionary<string, IReadOnlyDictionary<string, string>> inherited,
        Dictionary<string, IReadOnlyDictionary<string, string>> own)
    {
        const string addressKey = "ipv4.address";
        var network = domain.IncusNetwork.Name;
        var card = own.GetValueOrDefault(NetworkCard.Name)
            ?? inherited.GetValueOrDefault(NetworkCard.Name)
            ?? NetworkCard.On(network);
        if (string.IsNullOrEmpty(machine.InstanceIp)
            || (card.GetValueOrDefault("network") ?? card.GetValueOrDefault("parent")) != network
            || card.ContainsKey(addressKey))
        {
            return null;
        }

        return new Dictionary<string, string>(card, StringComparer.Ordinal) { [addressKey] = machine.InstanceIp };
    }
}
