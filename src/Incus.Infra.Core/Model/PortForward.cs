using System.Globalization;
using Incus.Infra.Core.Dialect;

namespace Incus.Infra.Core.Model;

/// <summary>A port of the Incus host that leads to one of a machine, as infra.yml has it.</summary>
/// <param name="Name">Its name, unique in the machine.</param>
/// <param name="At">Where its value is written.</param>
/// <param name="Address">The address of the host to listen at.</param>
/// <param name="HostPort">The port of the host; null leaves it to the build.</param>
/// <param name="Port">The port of the machine; null where neither the value nor the name says it.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
internal sealed record PortForward(
    Located<string> Name, SourceLocation At, string Address, int? HostPort, int? Port, string Protocol)
{
    /// <summary>All addresses of the host.</summary>
    public const string AnyAddress = "0.0.0.0";

    private const string Auto = "auto";
    private const string DefaultProtocol = "tcp";

    /// <summary>
    /// Whether the host forwards the packets, which is possible from a certain address in a network alone; else a process of
    /// Incus on the host passes the connections on.
    /// </summary>
    public bool HasNat => Address != AnyAddress && !Address.StartsWith("127.", StringComparison.Ordinal);

    /// <summary>The device in Incus.</summary>
    public string Device => $"port-{Name.Value}";

    /// <summary>The value of one whose ports are both known.</summary>
    public string Text =>
        $"{(Address == AnyAddress ? "" : $"{Address}:")}{HostPort}:{Port}{(Protocol == DefaultProtocol ? "" : $"/{Protocol}")}";

    /// <summary>Reads a value of the form <see cref="Forms.PortForward"/>.</summary>
    public static PortForward Of(Located<string> name, Located<string> value)
    {
        var (ends, protocol) = value.Value.Split('/') is [var head, var tail] ? (head, tail) : (value.Value, DefaultProtocol);
        var parts = ends.Split(':');
        var (address, ports) = parts[0].Contains('.', StringComparison.Ordinal)
            ? (parts[0], parts[1..])
            : (AnyAddress, parts);
        return new PortForward(
            name,
            value.At,
            address,
            ports[0] == Auto ? null : Number(ports[0]),
            ports.Length == 2 ? Number(ports[1])
                : WellKnownPorts.ByName.TryGetValue(name.Value, out var known) ? known
                : null,
            protocol);
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
