using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>The ports of the Incus host that lead to a machine: proxy devices, known by their names.</summary>
internal static class MachinePorts
{
    private const string Prefix = "port-";
    private const string ListenKey = "listen";
    private const string BindKey = "bind";
    private const string Host = "host";
    private const string Loopback = "127.0.0.1";

    public static IEnumerable<(string Device, Dictionary<string, string> Options)> DevicesOf(MachineSpec machine) =>
        machine.InstancePorts.Select(p => (Prefix + p.Key, Options(machine, p.Value)));

    /// <summary>Where Incus listens on the host for an instance, such as <c>tcp:0.0.0.0:30000</c>, by name.</summary>
    public static IReadOnlyDictionary<string, string> Of(IncusObject instance) => (instance.ExpandedDevices ?? [])
        .Where(d => d.Key.StartsWith(Prefix, StringComparison.Ordinal) && ListenerOf(d.Value) is not null)
        .OrderBy(d => d.Key, StringComparer.Ordinal)
        .ToDictionary(d => d.Key[Prefix.Length..], d => ListenerOf(d.Value)!, StringComparer.Ordinal);

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

    // At the machine's own address, so that what it lets its loopback alone do stays closed.
    private static Dictionary<string, string> Options(MachineSpec machine, PortSpec port)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["type"] = "proxy",
            [ListenKey] = $"{port.Protocol}:{port.Address}:{port.HostPort}",
            ["connect"] = $"{port.Protocol}:{machine.InstanceIp ?? Loopback}:{port.Port}",
        };
        if (port.Nat)
        {
            options["nat"] = "true";
        }

        return options;
    }
}
