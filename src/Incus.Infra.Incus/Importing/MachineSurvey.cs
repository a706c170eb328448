using System.Globalization;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Importing;

/// <summary>The instances of a project as machines, if Apply would leave them as they are.</summary>
/// <param name="host">What Incus has.</param>
/// <param name="form">What a domain is like.</param>
/// <param name="pools">Where disks are.</param>
/// <param name="domain">The project as a domain, still without machines.</param>
/// <param name="profiles">Its profiles as Apply would leave them, by name.</param>
internal sealed class MachineSurvey(
    LiveHost host, DomainForm form, DiskPools pools, DomainSpec domain, Dictionary<string, IncusObject> profiles)
{
    // Keys that have a field of their own.
    private static readonly string[] Fields =
    [
        "boot.autostart", "boot.autostart.priority", "security.protection.delete", "snapshots.expiry", "snapshots.pattern",
        "snapshots.schedule",
    ];

    private const string Protection = "security.protection.delete";
    private const int HighestPriority = 100;

    private readonly ImageName _images = new(host.Images);
    private readonly CardSurvey _cards = new(host, form, domain);

    /// <summary>Its description and remarks, or no description and why.</summary>
    public (MachineSpec? Machine, IReadOnlyList<string> Notes, IReadOnlyList<string> Broken) Run(IncusObject live)
    {
        if (live.Ephemeral == true)
        {
            return (null, [], ["Incus deletes it when it stops, and Apply would make it permanent."]);
        }

        var notes = new List<string>();
        var visible = new VisibleValues(notes.Add);
        var machine = Describe(live, visible, notes);
        var devices = visible.Devices(live);
        var volumes = VolumeSurvey.Take(host.State.Objects, domain.IncusProject, live.Name, devices, notes);
        var (ip, card) = _cards.Run(live, notes);
        machine = machine with
        {
            InstanceIp = ip,
            InstanceStorageVolumes = volumes,
            InstancePorts = PortSurvey.Take(form, ip, devices),
        };
        IReadOnlyList<string> broken = [];
        foreach (var choice in Choices(live, devices, card))
        {
            var candidate = machine with { InstanceDevices = choice };
            // Where infra.yml names no address, the build gives it one.
            broken = [.. Broken(candidate with { InstanceIp = ip ?? domain.IncusNetwork.Gateway }, live)];
            if (broken is [])
            {
                return (candidate, notes, []);
            }
        }

        return (null, [], broken);
    }

    private IEnumerable<string> Broken(MachineSpec machine, IncusObject live)
    {
        var id = ObjectId.Instance(domain.IncusProject, live.Name);
        foreach (var wanted in DesiredState.Of([domain with { Machines = [machine] }], pools).Where(d => d.Machine is not null))
        {
            if (!host.State.Objects.TryGetValue(wanted.Id, out var found))
            {
                yield return $"Apply would create {wanted.Id}.";
                continue;
            }

            var used = (live.Profiles ?? []).Where(profiles.ContainsKey).Select(p => profiles[p]);
            var changes = wanted.Id == id
                ? Promise.Broken(found, Promise.After(wanted, found), used)
                : Promise.Broken(wanted, found);
            foreach (var change in changes)
            {
                yield return Promise.Sentence(wanted.Id, change);
            }
        }
    }

    private MachineSpec Describe(IncusObject live, VisibleValues visible, List<string> notes)
    {
        var config = visible.Config(live);
        var image = _images.Of(domain.IncusProject, live.Config ?? []);
        if (image is null)
        {
            var known = live.Config?.GetValueOrDefault("image.description");
            notes.Add("The name of its image is unknown" + (known is null ? "" : $" ({Excerpt.Of(known)})")
                + ". If the machine is ever recreated, global.default_os_image is used.");
        }

        return new MachineSpec
        {
            InstanceName = live.Name,
            InstanceType = live.Type == InstanceForm.VirtualMachine ? "vm" : "lxc",
            InstanceState = live.IsStopped ? "stopped" : live.IsPaused ? "any" : "running",
            InstanceDescription = visible.Description(live),
            InstanceOsImage = image,
            InstanceEphemeral = !IncusBoolean.IsTrue(config.GetValueOrDefault(Protection)),
            InstanceProfiles = live.Profiles ?? [],
            InstanceBootAutostart = Field("boot.autostart", value => value is "true" or "false" or "last-state"),
            InstanceBootPriority = Field("boot.autostart.priority", IsPriority),
            InstanceSnapshotsSchedule = config.GetValueOrDefault("snapshots.schedule"),
            InstanceSnapshotsExpiry = Field("snapshots.expiry", IsExpiry),
            InstanceSnapshotsPattern = config.GetValueOrDefault("snapshots.pattern"),
            InstanceConfig = config.Where(c => !Fields.Contains(c.Key)).ToDictionary(StringComparer.Ordinal),
        };

        string? Field(string key, Func<string, bool> fits)
        {
            if (!config.TryGetValue(key, out var value) || fits(value))
            {
                return value;
            }

            notes.Add($"{key} is left out: infra.yml cannot express '{Excerpt.Of(value)}'. It stays unchanged in Incus.");
            return null;
        }
    }

    private static bool IsPriority(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= HighestPriority
        && number.ToString(CultureInfo.InvariantCulture) == value;

    // One number, and not in months, years or seconds, which infra.yml has not.
    private static bool IsExpiry(string value) =>
        value.Length > 1 && value[^1] is 'M' or 'H' or 'd' or 'w' && value[..^1].All(char.IsAsciiDigit) && value[0] != '0';

    // From the shortest: what every machine has, and what its address makes of its card, need not be written.
    private IEnumerable<Dictionary<string, IReadOnlyDictionary<string, string>>> Choices(
        IncusObject live, Dictionary<string, IReadOnlyDictionary<string, string>> devices, Dictionary<string, string>? card)
    {
        var full = new Dictionary<string, IReadOnlyDictionary<string, string>>(devices, StringComparer.Ordinal);
        if (card is not null)
        {
            full[NetworkCard.Name] = card;
        }

        var inherited = (live.Profiles ?? []).Where(profiles.ContainsKey).SelectMany(p => profiles[p].Devices ?? [])
            .LastOrDefault(d => d.Key == RootDisk.Name).Value;
        if (inherited is not null && full.TryGetValue(RootDisk.Name, out var root)
            && root.Count == inherited.Count && !root.Except(inherited).Any())
        {
            full.Remove(RootDisk.Name);
        }

        if (card is null)
        {
            var shorter = new Dictionary<string, IReadOnlyDictionary<string, string>>(full, StringComparer.Ordinal);
            shorter.Remove(NetworkCard.Name);
            yield return shorter;
        }

        yield return full;
    }
}
