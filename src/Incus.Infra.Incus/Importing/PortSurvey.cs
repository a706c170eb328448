using System.Globalization;
using Incus.Infra.Incus.Desired;

namespace Incus.Infra.Incus.Importing;

/// <summary>Which devices of a machine are ports of the host as infra.yml would make them.</summary>
internal static class PortSurvey
{
    /// <summary>
    /// Moves what is a port as infra.yml would open it from the devices to the result. Others stay devices, since Apply would
    /// give them another name or another end.
    /// </summary>
    /// <param name="form">What infra.yml can say.</param>
    /// <param name="ip">The address that infra.yml gives the machine; without one it leads no port there.</param>
    /// <param name="devices">Its devices.</param>
    public static Dictionary<string, PortSpec> Take(
        DomainForm form, string? ip, Dictionary<string, IReadOnlyDictionary<string, string>> devices)
    {
        var ports = new Dictionary<string, PortSpec>(StringComparer.Ordinal);
        foreach (var (device, options) in ip is null ? [] : devices.ToList())
        {
            if (MachinePorts.NameOf(device) is { } name && Read(options) is { } port && form.IsPort(name, port)
                && MachinePorts.OptionsOf(ip, port) is var made && made.Count == options.Count && !made.Except(options).Any())
            {
                ports[name] = port;
                devices.Remove(device);
            }
        }

        return ports;
    }

    private static PortSpec? Read(IReadOnlyDictionary<string, string> options) =>
        options.GetValueOrDefault("listen")?.Split(':') is [var protocol, var address, var hostPort]
        && options.GetValueOrDefault("connect")?.Split(':') is [_, _, var port]
        && Number(hostPort) is { } ofHost && Number(port) is { } ofMachine
            ? new PortSpec
            {
                Protocol = protocol,
                Address = address,
                HostPort = ofHost,
                Port = ofMachine,
                Nat = options.ContainsKey("nat"),
            }
            : null;

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
