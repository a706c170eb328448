namespace Incus.Infra.Core.Model;

/// <summary>
/// The devices that every machine has: the root disk, and a card on its domain's bridge. What infra.yml says under their
/// names adds to them, so that a size is enough to give the root disk that size; the pool is left to Incus.
/// </summary>
internal static class GivenDevices
{
    public const string RootDisk = "root";
    public const string Card = "eth0";

    /// <summary>The domain with what its devices and those of its machines leave unsaid.</summary>
    public static Domain Complete(Domain domain) => domain with
    {
        Profiles = [.. domain.Profiles.Select(p => p with { Devices = Complete(p.Devices, domain.Bridge) })],
        Machines = [.. domain.Machines.Select(m => Complete(m, domain.Bridge))],
    };

    private static Machine Complete(Machine machine, string bridge)
    {
        var devices = Complete(machine.Devices, bridge);
        return ReferenceEquals(devices, machine.Devices) ? machine : machine with { Devices = devices };
    }

    // Copies of a domain share what is the same in all of them.
    private static IReadOnlyList<Device> Complete(IReadOnlyList<Device> devices, string bridge) =>
        devices.Any(d => d.Name.Value is RootDisk or Card) ? [.. devices.Select(d => Complete(d, bridge))] : devices;

    /// <summary>The device with what it leaves unsaid; one that is something of its own comes back as it is.</summary>
    public static Device Complete(Device device, string bridge) => device.Name.Value switch
    {
        RootDisk when Lacks(device, "disk", "source") && device.Given("path")?.Value is null or "/" =>
            With(device, [("type", "disk"), ("path", "/")]),
        Card when Lacks(device, "nic", "network", "nictype", "parent") =>
            With(device, [("type", "nic"), ("name", Card), ("network", bridge)]),
        _ => device,
    };

    /// <summary>
    /// The device without what <see cref="Complete(Device, string)"/> adds to it; as it is where nothing would be left.
    /// </summary>
    public static Device Shorten(Device device, string bridge)
    {
        var given = Complete(new Device(device.Name, []), bridge).Options;
        var rest = device with { Options = [.. device.Options.Where(o => !given.Any(g => IsSame(g, o)))] };
        var completed = Complete(rest, bridge).Options;
        return rest.Options is [_, ..] && completed.Count == device.Options.Count
            && device.Options.All(o => completed.Any(c => IsSame(c, o)))
            ? rest
            : device;
    }

    private static bool IsSame(Setting one, Setting other) =>
        (one.Key.Value, one.Value.Value) == (other.Key.Value, other.Value.Value);

    private static bool Lacks(Device device, string type, params string[] options) =>
        (device.Given("type")?.Value ?? type) == type && options.All(option => device.Given(option) is null);

    private static Device With(Device device, IEnumerable<(string Key, string Value)> options)
    {
        var added = options.Where(o => device.Given(o.Key) is null).ToList();
        return device with
        {
            Options =
            [
                .. added.Select(o => new Setting(new(o.Key, device.Name.At), new(o.Value, device.Name.At))),
                .. device.Options.Where(o => !added.Exists(a => a.Key == o.Key.Value)),
            ],
        };
    }
}
