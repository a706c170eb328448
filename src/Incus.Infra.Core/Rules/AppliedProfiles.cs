using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>What the machines of a domain get from its profiles.</summary>
internal sealed class AppliedProfiles(Domain domain)
{
    private readonly ILookup<string, Profile> _profiles =
        domain.Profiles.ToLookup(p => p.Name.Value, StringComparer.Ordinal);

    /// <summary>All devices by name, with the place where the machine says so; later profiles win, and its own over them.</summary>
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

    /// <summary>The value of an option of Incus, or null.</summary>
    public string? ConfigOf(Machine machine, string key) => Of(machine).SelectMany(p => p.Value.Config).Concat(machine.Config)
        .LastOrDefault(setting => setting.Key.Value == key)?.Value.Value;

    // Without a list, Incus applies the profile called default, which a domain may define.
    private IEnumerable<Located<Profile>> Of(Machine machine) => (machine.Profiles ?? [new("default", machine.Name.At)])
        .SelectMany(name => _profiles[name.Value], (name, profile) => new Located<Profile>(profile, name.At));
}
