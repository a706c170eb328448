using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Tests.Isolation;

/// <summary>A packet that begins a connection.</summary>
/// <param name="From">The domain whose bridge it comes from; null where it comes from outside or from the host.</param>
/// <param name="Port">The port at the far end, or null.</param>
internal sealed record Packet(string? From, uint Source, uint Destination, string Protocol, int? Port)
{
    public override string ToString() => $"{Protocol} {Port} from {Text(Source)} at {From} to {Text(Destination)}";

    private static IPAddress Text(uint address) => new(BinaryPrimitives.ReverseEndianness(address));
}

/// <summary>
/// What nftables does with the ACLs in the generated variables. Each bridge has chains of its own: what leaves a machine meets
/// the egress rules of its bridge, be it for the host or forwarded, and what comes to a machine the ingress rules of its
/// bridge.
/// </summary>
internal sealed class Filter
{
    private readonly Dictionary<string, Bridge> _bridges;

    public Filter(Compilation compilation) => _bridges = compilation.Files
        .Where(f => f.Path.StartsWith("group_vars/", StringComparison.Ordinal) && f.Path != "group_vars/all.yml")
        .ToDictionary(f => Path.GetFileNameWithoutExtension(f.Path), f => Read(f.Text));

    /// <summary>The enabled domains with their bridge.</summary>
    public IReadOnlyDictionary<string, Bridge> Bridges => _bridges;

    public bool Passes(Packet packet)
    {
        var target = _bridges.Values.FirstOrDefault(b => b.Contains(packet.Destination));
        var isForHost = _bridges.Values.Any(b => b.Gateway == packet.Destination);
        if (packet.From is { } from && _bridges[from] is var source)
        {
            return (source == target && !isForHost)
                || (source.Egress.Any(r => r.Matches(packet))
                    && (isForHost || target?.Ingress.Any(r => r.Matches(packet)) != false));
        }

        return isForHost || target?.Ingress.Any(r => r.Matches(packet)) != false;
    }

    private static Bridge Read(string text)
    {
        var diagnostics = new DiagnosticBag();
        var variables = (YamlMapping)YamlReader.Read("vars", Encoding.UTF8.GetBytes(text), diagnostics)!;
        diagnostics.ShouldBeEmpty();
        var network = (YamlMapping)variables.Find("incus_network")!;
        var list = (YamlMapping)variables.Find("incus_network_acl")!;
        return new Bridge(
            Range(network.Text("subnet")!.Value.Value),
            Number(network.Text("gateway")!.Value.Value),
            [.. list.Items("ingress").Cast<YamlMapping>().Select(Rule.Read)],
            [.. list.Items("egress").Cast<YamlMapping>().Select(Rule.Read)]);
    }

    public static uint Number(string address) => BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(address).GetAddressBytes());

    private static List<(uint First, uint Last)> Ranges(string text) => [.. text.Split(',').Select(Range)];

    private static (uint First, uint Last) Range(string text)
    {
        if (text.Contains('/'))
        {
            var network = IPNetwork.Parse(text);
            var first = Number($"{network.BaseAddress}");
            return (first, first + (uint)((1L << (32 - network.PrefixLength)) - 1));
        }

        var ends = text.Split('-');
        return (Number(ends[0]), Number(ends[^1]));
    }

    internal sealed record Bridge(
        (uint First, uint Last) Subnet, uint Gateway, IReadOnlyList<Rule> Ingress, IReadOnlyList<Rule> Egress)
    {
        public bool Contains(uint address) => Subnet.First <= address && address <= Subnet.Last;
    }

    internal sealed record Rule(
        IReadOnlyList<(uint First, uint Last)> Source, IReadOnlyList<(uint First, uint Last)>? Destination,
        string? Protocol, IReadOnlyList<int>? Ports)
    {
        public static Rule Read(YamlMapping rule) => new(
            Ranges(rule.Text("source")!.Value.Value),
            rule.Text("destination") is { } destination ? Ranges(destination.Value) : null,
            rule.Text("protocol")?.Value,
            rule.Text("destination_port") is { } ports
                ? [.. ports.Value.Split(',').Select(p => int.Parse(p, CultureInfo.InvariantCulture))]
                : null);

        // Packets of ICMP are those of a ping, which have the one type that a rule names.
        public bool Matches(Packet packet) =>
            Contains(Source, packet.Source)
            && (Destination is null || Contains(Destination, packet.Destination))
            && (Protocol is null || Protocol == (packet.Protocol == "icmp" ? "icmp4" : packet.Protocol))
            && (Ports is null || (packet.Port is { } port && Ports.Contains(port)));

        private static bool Contains(IReadOnlyList<(uint First, uint Last)> ranges, uint address) =>
            ranges.Any(r => r.First <= address && address <= r.Last);
    }
}
