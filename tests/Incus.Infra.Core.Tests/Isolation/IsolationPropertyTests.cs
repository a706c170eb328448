using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using CsCheck;
using Incus.Infra.Core.Compiler;
using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Isolation;

/// <summary>For any infrastructure, the ACLs let pass exactly what infra.yml says, which is read here once more.</summary>
internal sealed class IsolationPropertyTests
{
    private static readonly string[] Public = ["198.51.100.7", "203.0.113.9", "8.8.8.8"];

    // Of the LAN; of a network where a policy may be wider than the domains; of the ranges for domains, where none is.
    private static readonly string[] Private = ["192.168.1.7", "192.168.2.7", "10.99.255.255", "10.151.0.0", "172.16.0.1"];
    private static readonly string[] Unused = ["10.100.200.1", "10.150.255.255"];

    private static readonly string[] Networks = ["192.168.1.0/24", "192.168.1.7", "10.0.0.0/8", "0.0.0.0/0", "203.0.113.0/24"];

    private static readonly HashSet<uint> PublicNumbers = [.. Public.Select(Filter.Number)];

    private static readonly HashSet<uint> UnusedNumbers = [.. Unused.Select(Filter.Number)];

    private static readonly Dictionary<string, IPNetwork> NetworkOf =
        Networks.ToDictionary(n => n, n => IPNetwork.Parse(n.Contains('/') ? n : n + "/32"));

    private static readonly (string Protocol, int? Port)[] Traffic =
        [("tcp", 22), ("tcp", 8080), ("tcp", 9), ("udp", 22), ("udp", 9), ("icmp", null), ("gre", null)];

    private static readonly Gen<Domain> Domains = Gen.Select(
        Gen.OneOf("admin", "trusted", "untrusted", "disposable", null),
        Gen.OneOf("all", "internet", "none", null),
        Gen.Int[0, 9],
        Gen.Int[0, 2],
        (level, outside, off, machines) => new Domain("", level, outside, off > 0, machines));

    private static readonly Gen<Policy> Policies = Gen.Select(
        Gen.Int[0, 99],
        Gen.Int[0, 99],
        Gen.OneOf<int[]?>(null, [22], [8080, 22], [8080]),
        Gen.OneOf("tcp", "udp", "icmp", null),
        Gen.Bool,
        (from, to, ports, protocol, both) => new Policy($"{from}", $"{to}", protocol == "icmp" ? null : ports, protocol, both));

    private static readonly Gen<Scenario> Scenarios = Gen.Select(
        Gen.Bool, Domains.Array[1, 4], Policies.Array[0, 6], (isZoned, domains, policies) =>
        {
            domains = [.. domains.Select((d, i) => d with { Name = $"d{i}" })];
            string[] ends =
                [.. domains.Select(d => d.Name), .. domains.SelectMany(d => d.Machines), "host", "internet", .. Networks];
            return new Scenario(isZoned, domains,
            [
                .. policies
                    .Select(p => p with
                    {
                        From = ends[int.Parse(p.From, CultureInfo.InvariantCulture) % ends.Length],
                        To = ends[int.Parse(p.To, CultureInfo.InvariantCulture) % ends.Length],
                    })
                    .Where(IsWithoutFault),
            ]);

            bool IsWithoutFault(Policy p) =>
                (p.From != "host" && p.To != "host" ? p.From[..2] != p.To[..2] : !p.Both)
                && (p.From.StartsWith('d') || p.To.StartsWith('d'));
        });

    [Test]
    public void The_ACLs_let_pass_exactly_what_infra_yml_says()
    {
        var (byPolicies, rejected) = (0, 0);
        Scenarios.Sample(
            scenario =>
            {
                var compilation = Compile(scenario.Yaml);
                compilation.Succeeded.ShouldBeTrue(string.Join('\n', compilation.Diagnostics));
                var filter = new Filter(compilation);
                foreach (var (packet, from, to) in Packets(scenario, filter, compilation))
                {
                    var isAllowed = scenario.Allows(packet, from, to);
                    if (filter.Passes(packet) != isAllowed)
                    {
                        Assert.Fail($"{packet} {(isAllowed ? "is rejected" : "passes")}:\n{scenario.Yaml}");
                    }

                    if (!isAllowed)
                    {
                        Interlocked.Increment(ref rejected);
                        if (packet.From is { } domain && filter.Bridges.Keys.FirstOrDefault(d => d != domain) is { } other
                            && !filter.Bridges[domain].Contains(packet.Destination))
                        {
                            var claimed = filter.Bridges[other].Subnet.First + 1;
                            filter.Passes(packet with { Source = claimed }).ShouldBeFalse("A claimed address gets nowhere.");
                        }
                    }
                    else if (!(scenario with { Policies = [] }).Allows(packet, from, to))
                    {
                        Interlocked.Increment(ref byPolicies);
                    }
                }
            },
            iter: 100,
            print: scenario => scenario.Yaml);

        byPolicies.ShouldBeGreaterThan(1000);
        rejected.ShouldBeGreaterThan(10_000);
    }

    private static IEnumerable<(Packet Packet, End From, End To)> Packets(
        Scenario scenario, Filter filter, Compilation compilation)
    {
        List<End> inside =
        [
            .. scenario.Domains.Where(d => d.IsEnabled).SelectMany(d => d.Machines.Select(m =>
                new End(d, m, Filter.Number(
                    compilation.TextOf($"host_vars/{m}.yml").Split("instance_ip: \"")[1].Split('"')[0])))),
            // Addresses without a machine, the corners among them.
            .. scenario.Domains.Where(d => d.IsEnabled).SelectMany(d => new[] { 0, 77, 253, 255 }.Select(octet =>
                new End(d, null, filter.Bridges[d.Name].Subnet.First + (uint)octet))),
        ];
        List<End> gateways =
            [.. scenario.Domains.Where(d => d.IsEnabled).Select(d => new End(d, "host", filter.Bridges[d.Name].Gateway))];
        List<End> outside =
            [.. Public.Concat(Private).Concat(Unused).Select(address => new End(null, null, Filter.Number(address)))];

        var pairs = inside.SelectMany(from => inside.Concat(gateways).Concat(outside).Select(to => (from, to)))
            .Concat(outside.SelectMany(from => inside.Select(to => (from, to))))
            .Concat(inside.Select(to => (from: gateways.Single(g => g.Domain == to.Domain), to)));
        return pairs.SelectMany(pair => Traffic.Select(t => (
            new Packet(
                pair.from.Name == "host" ? null : pair.from.Domain?.Name,
                pair.from.Address, pair.to.Address, t.Protocol, t.Port),
            pair.from,
            pair.to)));
    }

    /// <summary>Who a packet is from or for. Without a domain, it is outside.</summary>
    private sealed record End(Domain? Domain, string? Name, uint Address);

    private sealed record Domain(string Name, string? Level, string? Outside, bool IsEnabled, int MachineCount)
    {
        public IEnumerable<string> Machines => Enumerable.Range(0, MachineCount).Select(i => $"{Name}-m{i}");

        public string OutsideOrDefault => Outside ?? (Level is "untrusted" or "disposable" ? "internet" : "all");
    }

    private sealed record Policy(string From, string To, int[]? Ports, string? Protocol, bool Both);

    private sealed record Scenario(bool IsZoned, Domain[] Domains, Policy[] Policies)
    {
        public string Yaml => (IsZoned ? ZonedHead : Head.Replace("10.1\"", "10.100\"", StringComparison.Ordinal))
            + string.Concat(Domains.Select((d, i) => string.Create(CultureInfo.InvariantCulture, $"  {d.Name}: {{ ")
                + (IsZoned ? "" : string.Create(CultureInfo.InvariantCulture, $"subnet_id: {i}, "))
                + (d.Level is null ? "" : $"trust_level: {d.Level}, ")
                + (d.Outside is null ? "" : $"outside: {d.Outside}, ")
                + (d.IsEnabled ? "" : "enabled: false, ")
                + $"machines: {{ {string.Join(", ", d.Machines.Select(m => $"{m}: {{}}"))} }} }}\n"))
            + (Policies.Length == 0 ? "" : "network_policies:\n")
            + string.Concat(Policies.Select(p => $"  - {{ from: {p.From}, to: {p.To}, "
                + (p.Ports is null ? "" : $"ports: [{string.Join(", ", p.Ports)}], ")
                + (p.Protocol is null ? "" : $"protocol: {p.Protocol}, ")
                + $"bidirectional: {(p.Both ? "true" : "false")} }}\n"));

        /// <summary>What the tables in docs/infra-yml.md say.</summary>
        public bool Allows(Packet packet, End from, End to) =>
            from.Name == "host"
            || (from.Domain is not null && from.Domain == to.Domain && (to.Name != "host" || packet.Protocol == "icmp"))
            || (from.Domain is { } domain && to.Domain is null && (domain.OutsideOrDefault, Place(to)) switch
            {
                ("all", "public" or "private") => true,
                ("internet", "public") => true,
                _ => false,
            })
            || Policies.Any(p => Allows(p, packet)
                && ((Is(p.From, from, to) && Is(p.To, to, from)) || (p.Both && Is(p.To, from, to) && Is(p.From, to, from))));

        private static bool Allows(Policy policy, Packet packet) => (policy.Protocol, policy.Ports) switch
        {
            (null, null) => true,
            (var protocol, null) => packet.Protocol == protocol,
            (var protocol, var ports) =>
                packet.Protocol == (protocol ?? "tcp") && packet.Port is { } port && ports.Contains(port),
        };

        private bool Is(string party, End end, End other) => party switch
        {
            "host" => end.Name == "host" && end.Domain == other.Domain,
            _ when end.Name == "host" => false,
            "internet" => end.Domain is null && Place(end) == "public",
            _ when char.IsAsciiDigit(party[0]) => end.Domain is null && Place(end) != "unused"
                && NetworkOf[party].Contains(new IPAddress(BinaryPrimitives.ReverseEndianness(end.Address))),
            _ => end.Domain is { IsEnabled: true } domain && (party == domain.Name || party == end.Name),
        };

        // With base_subnet, the domains can have addresses of 10.100 only.
        private string Place(End outside) => PublicNumbers.Contains(outside.Address) ? "public"
            : UnusedNumbers.Contains(outside.Address) && (IsZoned || outside.Address >> 16 == (10 << 8 | 100)) ? "unused"
            : "private";
    }
}
