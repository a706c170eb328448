using System.Text.Json;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Tests.Planning;
using Incus.Infra.Incus.Tests.Real;
using static Incus.Infra.Incus.Tests.Clustered.SharedCluster;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Clustered;

/// <summary>Domains that the members of a cluster have together, and what gets from one member to another.</summary>
[Category("Incus")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LinkTests
{
    // A frame for the bridge with a number, as the members send it: to any machine, a datagram to its port 5000.
    private const string Inject = """
        import socket, struct, sys
        member, number, target = sys.argv[1], int(sys.argv[2]), sys.argv[3]
        data = b"injected"
        udp = struct.pack("!HHHH", 5000, 5000, 8 + len(data), 0) + data
        ip = struct.pack("!BBHHHBBH4s4s", 69, 0, 20 + len(udp), 1, 0, 64, 17, 0,
                         socket.inet_aton(target[:target.rindex(".")] + ".9"), socket.inet_aton(target))
        total = sum(struct.unpack("!10H", ip))
        total = (total >> 16) + (total & 65535)
        ip = ip[:10] + struct.pack("!H", ~(total + (total >> 16)) & 65535) + ip[12:]
        frame = b"\xff" * 6 + bytes.fromhex("020000000001") + b"\x08\x00" + ip + udp
        packet = struct.pack("!II", 1 << 27, number << 8) + frame
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(packet, (member, 14789))
        """;

    // What came until the second "end": between two, all was sent that may come.
    private const string Listen = """
        import socket
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listener.bind(("0.0.0.0", 5000))
        listener.settimeout(60)
        said = []
        while said.count("end") < 2:
            said.append(listener.recv(100).decode())
        print("injected" if "injected" in said else "nothing")
        """;

    private const string End = """
        import socket, sys
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"end", (sys.argv[1], 5000))
        """;

    private readonly Lab _lab = new(Daemons, "m2");
    private readonly Dictionary<string, (string Member, string Pid)> _places = [];

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    [Test]
    public async Task A_network_that_is_there_is_joined_packets_pass_within_a_domain_and_between_domains_nothing_gets_through()
    {
        var a = _lab.Domain('a', Machine("a1", _lab.Address('a', 1)) with { InstanceTarget = "m1" });
        await _lab.ConvergeAsync(a);
        var network = ObjectId.Network(a.IncusNetwork.Name);
        Daemons.Incus.Client("network", "set", network.Name, "raw.dnsmasq=log-dhcp");
        a.Machines = [.. a.Machines, Machine("a2", _lab.Address('a', 2)) with { InstanceTarget = "m2" }];
        var b = _lab.Domain(
            'b',
            Machine("b1", _lab.Address('b', 1)) with { InstanceTarget = "m1" },
            Machine("b2", _lab.Address('b', 2)) with { InstanceTarget = "m2" });
        // As the build writes it: all outside, without the tunnels, and a policy from a1 to b1.
        var outside = Rule('a', "1.0.0.0-9.255.255.255,11.0.0.0-223.255.255.255");
        var tunnels = new AclRuleSpec { Action = "reject", Source = outside.Source, Protocol = "udp", DestinationPort = "14789" };
        var policy = new AclRuleSpec { Source = _lab.Address('a', 1), Destination = _lab.Address('b', 1) };
        a = Open(a, b, [outside, tunnels, policy], []);
        b = Open(b, a, [], [policy]);

        await _lab.ConvergeAsync(a, b);

        (await _lab.GetAsync(network)).Config!["raw.dnsmasq"].ShouldBe("log-dhcp\ndhcp-ignore=tag:!known");
        foreach (var domain in new[] { a, b })
        {
            foreach (var machine in domain.Machines)
            {
                Lease(domain, machine).ShouldBe(machine.InstanceIp, "only its own member knows it");
            }
        }

        Ping("a1", _lab.Address('a', 2)).ShouldBeTrue("one domain");
        Ping("a1", _lab.Address('b', 1)).ShouldBeTrue("the policy");
        Ping("a1", _lab.Address('b', 2)).ShouldBeFalse();
        Ping("a2", _lab.Address('b', 1)).ShouldBeFalse();
        Ping("a2", _lab.Address('b', 2)).ShouldBeFalse();
        Ping("b2", _lab.Address('a', 1)).ShouldBeFalse();

        // Who sends as a member does would be on any bridge.
        Arrives("b2", inject => Daemons.Exec("m1", inject)).ShouldBe("injected", "the members themselves may");
        Arrives("b2", inject => In("a1", inject)).ShouldBe("nothing");
        Arrives("b1", inject => In("a2", inject)).ShouldBe("nothing");

        // What a machine claims to be stops at its own member.
        var other = _lab.Address('a', 77);
        In("a2", "ip", "address", "add", $"{other}/24", "dev", "eth0");
        Ping("a2", _lab.Address('a', 1), "-I", other).ShouldBeFalse();
        In("a2", "ip", "link", "set", "eth0", "address", "02:00:00:00:00:77");
        Ping("a2", _lab.Address('a', 1)).ShouldBeFalse();

        var apart = Alone(a);
        var refused = Lab.Errors(await _lab.ApplyAsync(_lab.Request(apart, b))).ToList();
        refused.ShouldHaveSingleItem().ShouldContain("would lose its link");
        apart.Machines = [.. apart.Machines.Select(m => m with { InstanceTarget = "m1" })];
        await _lab.ApplyAsync(_lab.Request(apart, b) with { AllowMove = true });
        await _lab.ConvergeAsync(apart, b);
        var config = (await _lab.GetAsync(network)).Config!;
        config.Keys.ShouldNotContain(key => key.StartsWith("tunnel."));
        config["raw.dnsmasq"].ShouldBe("log-dhcp");
        Daemons.Exec("m3", "ip", "-brief", "link").ShouldNotContain($"{network.Name}-v");
    }

    private static DomainSpec Alone(DomainSpec domain) =>
        domain with { IncusNetwork = domain.IncusNetwork with { Tunnel = null } };

    private static DomainSpec Open(DomainSpec domain, DomainSpec other, AclRuleSpec[] egress, AclRuleSpec[] ingress) =>
        domain.Linked("eth0") with
        {
            IncusNetworkAcl = domain.IncusNetworkAcl with
            {
                Partners = [other.Name],
                Egress = [.. domain.IncusNetworkAcl.Egress, .. egress],
                Ingress = [.. domain.IncusNetworkAcl.Ingress, .. ingress],
            },
        };

    private AclRuleSpec Rule(char letter, string destination) => new()
    {
        Source = $"{_lab.Address(letter, 0)}/24",
        Destination = destination,
    };

    // The image has no DHCP client that sets it.
    private string Lease(DomainSpec domain, MachineSpec machine)
    {
        var state = JsonSerializer.Deserialize<JsonElement>(Daemons.Incus.Client(
            "query", $"/1.0/instances/{machine.InstanceName}/state?project={domain.IncusProject}"));
        _places[machine.InstanceName] = (machine.InstanceTarget!, $"{state.GetProperty("pid").GetInt32()}");
        In(machine.InstanceName, "ip", "link", "set", "eth0", "up");
        var said = In(machine.InstanceName, "sh", "-c", "busybox udhcpc -i eth0 -n -q -s /bin/true 2>&1");
        var address = said.Split("lease of ")[1].Split(' ')[0];
        _lab.SetUpCard(domain, machine.InstanceName, address);
        return address;
    }

    private bool Ping(string machine, string address, params string[] options) => In(
        machine, "sh", "-c", $"busybox ping -c 1 -W 1 {string.Join(' ', options)} {address} >/dev/null 2>&1; echo $?")
        .Trim() == "0";

    private string Arrives(string machine, Func<string[], string> send)
    {
        var member = _places[machine].Member == "m1" ? "198.19.254.11" : "198.19.254.12";
        var number = _lab.Domain('b').Linked("eth0").IncusNetwork.Tunnel!.Id;
        var address = _lab.Address('b', machine[1] - '0');
        var listening = Task.Run(() => In(machine, "python3", "-c", Listen));
        while (!listening.IsCompleted)
        {
            send(["python3", "-c", Inject, member, $"{number}", address]);
            In(machine == "b1" ? "b2" : "b1", "python3", "-c", End, address);
        }

        return listening.GetAwaiter().GetResult().Trim();
    }

    // With the programs of the host, in the network of the machine.
    private string In(string machine, params string[] command) =>
        Daemons.Exec(_places[machine].Member, ["nsenter", "-t", _places[machine].Pid, "-n", .. command]);
}
