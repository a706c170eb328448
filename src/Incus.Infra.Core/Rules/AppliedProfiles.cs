using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>What the machines of a domain get from its profiles.</summary>
internal sealed class AppliedProfiles(Domain domain)
{
    private readonly ILookup<string, Profile> _profiles =
        domain.Profiles.ToLookup(p => p.Name.Value, StringComparer.Ordinal);

    // Most machines of a domain have the profiles of the one before, and profiles may be long.
    private List<string> _names = [];
    private Dictionary<string, (Device Device, int Profile)> _devices = [];

    /// <summary>The devices from profiles by name, each with the number of its profile in the machine's list; the last one wins.</summary>
    public IReadOnlyDictionary<string, (Device Device, int Profile)> DevicesFor(Machine machine)
    {
        var names = NamesOf(machine).Select(p => p.Value).ToList();
        if (!names.SequenceEqual(_names, StringComparer.Ordinal))
        {
            _names = names;
            _devices = new(StringComparer.Ordinal);
            for (var i = 0; i < names.Count; i++)
            {
                foreach (var device in _profiles[names[i]].SelectMany(p => p.Devices))
                {
                    _devices[device.Name.Value] = (device, i);
                }
            }
        }

        return _devices;
    }

    /// <summary>All devices, with the place where the machine says so; its own come in place of those from profiles.</summary>
    public IEnumerable<Located<Device>> DevicesOf(Machine machine)
    {
        var own = machine.Devices.Select(d => d.Name.Value).ToHashSet(StringComparer.Ordinal);
        var profiles = NamesOf(machine);
        return DevicesFor(machine).Values
            .Where(d => !own.Contains(d.Device.Name.Value))
            .Select(d => new Located<Device>(d.Device, profiles[d.Profile].At))
            .Concat(machine.Devices.Select(d => new Located<Device>(d, d.Name.At)));
    }

    /// <summary>The value of an option of Incus, or null.</summary>
    public string? ConfigOf(Machine machine, string key) => NamesOf(machine)
        .SelectMany(name => _profiles[name.Value]).SelectMany(p => p.Config).Concat(machine.Config)
        .LastOrDefault(setting => setting.Key.Value == key)?.Value.Value;

    // Without a list, Incus applies the profile called default, which a domain may define.
    private static IReadOnlyList<Located<string>> NamesOf(Machine machine) =>
        machine.Profiles ?? [new("default", machine.Name.At)];
}
