using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Importing;
using Incus.Infra.Core.Model;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Importing;

namespace Incus.Infra.Tasks;

/// <summary>What the engine finds in Incus, in the words of the compiler.</summary>
internal static class ImportedModel
{
    /// <summary>What the compiler makes of every domain.</summary>
    public static DomainForm Form { get; } = new(
        domain => NetworkName.Of(domain, isLinked: false),
        octet => HostRange.WhyNotForMachines(octet) is null,
        (HostRange.FirstDhcp, HostRange.LastDhcp),
        HostRange.Gateway,
        ImportedPort.IsOfInfra);

    public static ImportedHost Of(string projectName, SurveyResult found) => new(
        projectName,
        [.. found.Domains.Select(d => new ImportedDomain(Of(d), Prefix(d.IncusNetwork)))],
        [.. found.Notes.Select(n => new Remark(Place(n.Project, n.Profile, n.Machine), n.Text))],
        [.. found.LeftOut.Select(l => new Remark(Place(l.Project, null, l.Machine), l.Reason))]);

    private static string Prefix(NetworkSpec network) => network.Subnet[..network.Subnet.LastIndexOf('.')];

    private static YamlPlace Place(string project, string? profile, string? machine) =>
        profile is not null ? new(project, "profiles", profile)
        : machine is not null ? new(project, "machines", machine)
        : new(project);

    private static Domain Of(DomainSpec domain) => new()
    {
        Name = At(domain.Name),
        Description = domain.Description,
        Access = domain.IsOwn ? new Access(default, [], InfraDialect.DefaultSshUser, OwnAt: default(SourceLocation)) : null,
        Profiles =
        [
            .. domain.IncusProfiles.Select(p => new Profile(
                At(p.Key), p.Value.Description, Settings(p.Value.Config), Devices(p.Value.Devices))),
        ],
        Machines = [.. domain.Machines.Select(Of)],
    };

    private static Machine Of(MachineSpec machine) => new()
    {
        Name = At(machine.InstanceName),
        Description = machine.InstanceDescription,
        IsVirtualMachine = machine.InstanceType == "vm",
        Ip = machine.InstanceIp is { } ip ? At(ip) : null,
        OsImage = machine.InstanceOsImage is { } image ? At(image) : null,
        Ephemeral = machine.InstanceEphemeral,
        Profiles = [.. machine.InstanceProfiles.Select(At)],
        Config = Settings(machine.InstanceConfig),
        Devices = Devices(machine.InstanceDevices),
        StorageVolumes = [.. machine.InstanceStorageVolumes.Select(v => new StorageVolume(
            At(v.Key), At(v.Value.Path), v.Value.Size, v.Value.Pool))],
        Ports = [.. machine.InstancePorts.Select(p => ImportedPort.Of(p.Key, p.Value))],
        State = machine.InstanceState,
        BootAutostart = machine.InstanceBootAutostart is { } autostart ? At(autostart) : null,
        BootPriority = machine.InstanceBootPriority is { } priority ? int.Parse(priority, null) : null,
        Snapshots = new SnapshotPolicy
        {
            Schedule = machine.InstanceSnapshotsSchedule is { } schedule ? At(schedule) : null,
            Expiry = machine.InstanceSnapshotsExpiry is { } expiry ? At(SnapshotPolicy.FromIncus(expiry)) : null,
            Pattern = machine.InstanceSnapshotsPattern,
        },
    };

    private static List<Setting> Settings(IReadOnlyDictionary<string, string> settings) =>
        [.. settings.Select(s => new Setting(At(s.Key), At(s.Value)))];

    private static List<Device> Devices(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> devices) =>
        [.. devices.Select(d => new Device(At(d.Key), Settings(d.Value)))];

    private static Located<string> At(string text) => new(text, default);
}
