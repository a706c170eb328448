using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

/// <summary>Who reaches whom, on a real Incus between a LAN, an Internet and a bridge that is not ours.</summary>
[Category("Slow")]
internal sealed class IsolationTests : IncusTest
{
    private const char Open = 'O';

    // A cell has a letter for each of Connections. Neighbours are asked for machines alone.
    private const string Declared = """
                 w1    w2    l1    l2    a1    gw-work gw-lab gw-admin lan   internet other host-lan host-internet
        w1       ----- OOOOO .O... .O... OOOOO ....O   .....  .....    OOOOO OOOOO    OOOOO OOOOO    OOOOO
        w2       OOOOO ----- .O... .O... ..... ....O   .....  .....    OOOOO OOOOO    OOOOO OOOOO    OOOOO
        l1       ..... ..... ----- OOOOO ..... .....   ..O.O  .....    ..... OOOOO    ..... .....    OOOOO
        l2       ..... ..... OOOOO ----- ..... .....   ..O.O  .....    ..... OOOOO    ..... .....    OOOOO
        a1       OOOOO ..... ..... ..... ----- .....   .....  ....O    ..... .....    ..... .....    .....
        host     OOOOO OOOOO OOOOO OOOOO OOOOO
        lan      ..... ..... ..... ..... .....
        internet ..... ..... ..... ..... .....
        other    ..... ..... ..... ..... .....
        """;

    private static readonly (string Protocol, int Port)[] Connections =
        [("tcp", 22), ("tcp", 8080), ("tcp", 9000), ("udp", 5000), ("icmp", 0)];

    private static readonly (string Name, string Domain, string Address, string Gateway)[] Machines =
    [
        ("w1", "work", "10.100.1.1", "10.100.1.254"),
        ("w2", "work", "10.100.1.2", "10.100.1.254"),
        ("l1", "lab", "10.100.2.1", "10.100.2.254"),
        ("l2", "lab", "10.100.2.2", "10.100.2.254"),
        ("a1", "admin", "10.100.3.1", "10.100.3.254"),
    ];

    private static readonly (string Name, string Address, string OfHost, string? Bridge)[] Neighbours =
    [
        ("lan", "192.168.50.2", "192.168.50.1", null),
        ("internet", "203.0.113.2", "203.0.113.1", null),
        ("other", "10.55.0.1", "10.55.0.254", "other"),
    ];

    private static readonly Dictionary<string, string> Addresses = Machines
        .SelectMany(m => new[] { (m.Name, m.Address), (Name: $"gw-{m.Domain}", Address: m.Gateway) })
        .Concat(Neighbours.SelectMany(n => new[] { (n.Name, n.Address), (Name: $"host-{n.Name}", Address: n.OfHost) }))
        .Distinct()
        .ToDictionary();

    [Test]
    public void All_is_open_or_closed_as_declared_whatever_else_the_host_filters_or_machines_claim_to_be()
    {
        Project.Write("infra.yml", """
            project_name: lab
            global: {base_subnet: "10.100", default_os_image: busybox}
            domains:
              work: {subnet_id: 1, ephemeral: true, machines: {w1: {}, w2: {}}}
              lab: {subnet_id: 2, ephemeral: true, outside: internet, machines: {l1: {}, l2: {}}}
              admin: {subnet_id: 3, ephemeral: true, outside: none, machines: {a1: {}}}
            network_policies:
              - {from: work, to: lab, ports: [8080, 9090]}
              - {from: a1, to: w1, ports: all, bidirectional: true}
              - {from: lab, to: host, ports: [9000]}
            """);
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed();
        // From here on there is no way out of this test.
        Incus.Exec("ip", "link", "set", "eth0", "down");
        using var packets = new Packets(Incus);
        foreach (var (name, domain, address, gateway) in Machines)
        {
            packets.Enter(name, domain, $"{address}/24", gateway);
        }

        foreach (var (name, address, ofHost, bridge) in Neighbours)
        {
            packets.AddNeighbour(name, $"{address}/24", $"{ofHost}/24", bridge);
        }

        packets.Listen([22, 8080, 9000], [5000]);

        FilterBridges(true);
        Table(packets).ShouldBe(Declared);
        Incus.Exec(
            "nft", "add table ip foreign; add chain ip foreign forward { type filter hook forward priority 0; policy drop; }");
        var cut = Table(packets, allOpen: false);
        cut.ShouldNotBe(Declared, "or that table did nothing");
        cut.Zip(Declared).Where(c => c.First == Open && c.Second != Open).ShouldBeEmpty(cut);
        Incus.Exec("nft", "delete", "table", "ip", "foreign");

        FilterBridges(false);
        Table(packets).ShouldBe(Declared);
        AddIpv6(packets);
        OpenByIpv6(packets).ShouldBe(["w1 -> w2 tcp", "w1 -> w2 udp", "w1 -> w2 icmp"]);
        FilterBridges(true);
        OpenByIpv6(packets).ShouldBeEmpty();

        // The policy is for w1 alone. What w1 is answered says nothing, as the answer to another one would get to w1, too.
        Claim(packets, "w2", "10.100.1.1/24", "10.100.1.254", MacOf(packets, "host", "net-work"));
        Claim(packets, "l1", "10.100.1.1/32", "10.100.2.254", MacOf(packets, "host", "net-lab"));
        ArrivingAtA1(packets, "w1", "w2", "l1").ShouldBe(["w1"]);
        packets.Run("w2", $"ip link set eth0 address {MacOf(packets, "w1", "eth0")}");
        ArrivingAtA1(packets, "w2").ShouldBeEmpty();
    }

    // As Docker sets it; nothing to set where br_netfilter is not loaded.
    private void FilterBridges(bool on) => Incus.Exec(
        "sh", "-euc",
        $"for f in /proc/sys/net/bridge/bridge-nf-call-ip*tables; do [ ! -e $f ] || echo {(on ? 1 : 0)} >$f; done");

    // The table above, as found.
    private static string Table(Packets packets, bool allOpen = true)
    {
        var lines = Declared.Split('\n');
        var cells = Addresses
            .Select(a => (a.Key, a.Value, Column: lines[0].IndexOf($" {a.Key}", StringComparison.Ordinal) + 1))
            .Where(a => a.Column > 0)
            .SelectMany(a => Connections.Select((connection, i) => (a.Key, a.Value, connection, Column: a.Column + i)))
            .SelectMany(c => Enumerable.Range(1, lines.Length - 1)
                .Where(row => lines[row].ElementAtOrDefault(c.Column) is Open or '.')
                .Select(row => (Row: row, c.Column, Probe: new PacketProbe(
                    lines[row].Split(' ')[0],
                    c.connection.Protocol,
                    c.Value,
                    c.connection.Port,
                    allOpen && lines[row][c.Column] == Open))))
            .ToList();
        var found = Array.ConvertAll(lines, line => line.ToCharArray());
        foreach (var (cell, isOpen) in cells.Zip(packets.Probe(cells.Select(c => c.Probe))))
        {
            found[cell.Row][cell.Column] = isOpen ? Open : '.';
        }

        return string.Join('\n', found.Select(line => new string(line)));
    }

    // Somebody gives the bridges and machines addresses of IPv6, and all of them know each other's hardware.
    private static void AddIpv6(Packets packets)
    {
        (string Name, int Number)[] networks = [("net-work", 1), ("net-lab", 2)];
        (string Name, int Network, int Host)[] machines = [("w1", 1, 1), ("w2", 1, 2), ("l1", 2, 1)];
        packets.Run("host", "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding");
        foreach (var (name, number) in networks)
        {
            packets.Run(
                "host",
                $"echo 0 >/proc/sys/net/ipv6/conf/{name}/disable_ipv6; ip address add fd00:{number}::fe/64 dev {name} nodad");
        }

        foreach (var (name, network, host) in machines)
        {
            var bridge = networks.Single(n => n.Number == network).Name;
            packets.Run(
                name,
                $"ip address add fd00:{network}::{host}/64 dev eth0 nodad; ip route replace default via fd00:{network}::fe; "
                + $"ip neighbour replace fd00:{network}::fe lladdr {MacOf(packets, "host", bridge)} dev eth0");
            packets.Run(
                "host", $"ip neighbour replace fd00:{network}::{host} lladdr {MacOf(packets, name, "eth0")} dev {bridge}");
        }
    }

    private static List<string> OpenByIpv6(Packets packets)
    {
        (string From, string To, string Address)[] pairs =
        [
            ("w1", "w2", "fd00:1::2"), ("w1", "l1", "fd00:2::1"), ("l1", "w1", "fd00:1::1"),
            ("w1", "its gateway", "fd00:1::fe"), ("w1", "gateway of lab", "fd00:2::fe"),
            ("w1", "link-local l1", $"{LinkLocalOf(packets, "l1", "eth0")}%eth0"),
        ];
        var tried = pairs.SelectMany(p => Connections.Where(c => c.Port is 22 or 5000 or 0)
            .Select(c => (Name: $"{p.From} -> {p.To} {c.Protocol}", Probe: new PacketProbe(
                p.From, c.Protocol, p.Address, c.Port, IsOpen: p.To == "w2")))).ToList();
        return [.. tried.Zip(packets.Probe(tried.Select(t => t.Probe))).Where(t => t.Second).Select(t => t.First.Name)];
    }

    private static void Claim(Packets packets, string machine, string address, string gateway, string mac) => packets.Run(
        machine,
        $"ip address flush dev eth0 scope global; ip address add {address} dev eth0; "
        + $"ip route replace default via {gateway} dev eth0 onlink; "
        + $"ip neighbour replace {gateway} lladdr {mac} dev eth0 nud permanent");

    // Those of some machines whose packets arrive, whoever gets the answers.
    private static List<string> ArrivingAtA1(Packets packets, params string[] machines)
    {
        foreach (var (i, machine) in machines.Index())
        {
            packets.Flood(machine, "a1", "10.100.3.1", 17000 + i);
        }

        Thread.Sleep(500);
        return [.. machines.Zip(packets.End()).Where(m => m.Second.Passed > 0).Select(m => m.First)];
    }

    private static string MacOf(Packets packets, string place, string link) =>
        packets.Run(place, $"ip -brief link show {link} | awk '{{ print $3 }}'");

    private static string LinkLocalOf(Packets packets, string place, string link) =>
        packets.Run(place, $"ip -brief -6 address show {link} scope link | awk '{{ print $3 }}'").Split('/')[0];
}
