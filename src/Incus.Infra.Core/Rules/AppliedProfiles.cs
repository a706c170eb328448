using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>What the machines of a domain get from its profiles.</summary>
internal sealed class AppliedProfiles(Domain domain)
{
    private const string Default = "default";

    private readonly ILookup<string, Profile> _profiles =
        domain.Profiles.ToLookup(p => p.Name.Value, StringComparer.Ordinal);

    /// <summary>
    /// All devices by name, with the place where the machine says so; later profiles win, and its own over them.
    /// </summary>
    public Dictionary<string, Located<Device>> DevicesOf(Machine machine)
    {
        var devices = new Dictionary<string, Located<Device>>(StringComparer.Ordinal);
        foreach (var (profile, at) in Of(machine))
        {
            foreach (var device in profile.Devices)
            {
                devices[device.Name.Value] = new(device, at);
            }
        }

        foreach (var device in machine.Devices)
        {
            devices[device.Name.Value] = new(device, device.Name.At);
        }

        return devices;
    }

    /// <summary>The network cards of a machine, first the one that every machine has.</summary>
    public IEnumerable<Located<Device>> CardsOf(Machine machine)
    {
        var at = machine.Name.At;
        var devices = DevicesOf(machine);
        devices.TryAdd(
            GivenDevices.Card, new(GivenDevices.Complete(new(new(GivenDevices.Card, at), []), domain.Bridge), at));
        return devices.Values
            .Where(d => d.Value.Option("type")?.Value == "nic")
            .OrderBy(d => d.Value.Name.Value != GivenDevices.Card);
    }

    /// <summary>Whether a machine gets the root disk that every project's own profile has.</summary>
    public bool GiveRootDisk(Machine machine) =>
        machine.Profiles?.Any(p => p.Value == Default) != false
        && !_profiles[Default].Any(p => p.Devices.Any(d => d.IsRootDisk));

    /// <summary>The value of an option of Incus, or null.</summary>
    public string? ConfigOf(Machine machine, string key) => Of(machine).SelectMany(p => p.Value.Config).Concat(machine.Config)
        .LastOrDefault(setting => setting.Key.Value == key)?.Value.Value;

    /// <summary>All options of Incus by key; later profiles win, and the machine's own over them.</summary>
    public IReadOnlyDictionary<string, string> ConfigOf(Machine machine)
    {
        var config = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in Of(machine).SelectMany(p => p.Value.Config).Concat(machine.Config))
        {
            config[key.Value] = value.Value;
        }

        return config;
    }

    // Without a list, Incus applies the profile called default, which a domain may define.
    private IEnumerable<Located<Profile>> Of(Machine machine) => (machine.Profiles ?? [new(Default, machine.Name.At)])
        .SelectMany(name => _profiles[name.Value], (name, profile) => new Located<Profile>(profile, name.At));
}
