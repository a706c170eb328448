using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>The ports of the Incus host that lead to a machine: proxy devices, known by their names.</summary>
internal static class MachinePorts
{
    public const string ListenKey = "listen";

    /// <summary>The side that listens; no value is the <see cref="Host"/>.</summary>
    public const string BindKey = "bind";
    public const string Host = "host";

    private const string Prefix = "port-";
    private const string Loopback = "127.0.0.1";

    public static IEnumerable<(string Device, Dictionary<string, string> Options)> DevicesOf(MachineSpec machine) =>
        machine.InstancePorts.Select(p => (Prefix + p.Key, OptionsOf(machine.InstanceIp, p.Value)));

    /// <summary>The name of the port that a device is, or null.</summary>
    public static string? NameOf(string device) =>
        device.StartsWith(Prefix, StringComparison.Ordinal) ? device[Prefix.Length..] : null;

    /// <summary>Where Incus listens on the host for an instance, such as <c>tcp:0.0.0.0:30000</c>, by name.</summary>
    public static IReadOnlyDictionary<string, string> Of(IncusObject instance) => (instance.ExpandedDevices ?? [])
        .Where(d => NameOf(d.Key) is not null && ListenerOf(d.Value) is not null)
        .OrderBy(d => d.Key, StringComparer.Ordinal)
        .ToDictionary(d => NameOf(d.Key)!, d => ListenerOf(d.Value)!, StringComparer.Ordinal);

    /// <summary>Where Incus is to listen on the host for an instance.</summary>
    public static IEnumerable<string> ListenersOf(DesiredObject instance) => instance.Properties
        .Where(p => p.Key is { Section: Section.Devices, Key: ListenKey }
            && instance.Properties.GetValueOrDefault(Property.DeviceOption(p.Key.Device, BindKey)) is null or "" or Host)
        .Select(p => p.Value);

    /// <summary>Where a device listens on the host, or null.</summary>
    public static string? ListenerOf(IReadOnlyDictionary<string, string> device) =>
        device.GetValueOrDefault("type") == "proxy" && device.GetValueOrDefault(BindKey) is null or "" or Host
            ? device.GetValueOrDefault(ListenKey)
            : null;

    /// <summary>
    /// What the device of a port says. It leads to the machine's own address, so that what it lets its loopback alone do stays
    /// closed.
    /// </summary>
    public static Dictionary<string, string> OptionsOf(string? ip, PortSpec port)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["type"] = "proxy",
            [ListenKey] = $"{port.Protocol}:{port.Address}:{port.HostPort}",
            ["connect"] = $"{port.Protocol}:{ip ?? Loopback}:{port.Port}",
        };
        if (port.Nat)
        {
            options["nat"] = "true";
        }

        return options;
    }
}
