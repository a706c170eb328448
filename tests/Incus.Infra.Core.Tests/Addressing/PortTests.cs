using CsCheck;
using Incus.Infra.Core.Addressing;
using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Addressing;

/// <summary>The numbers that the build gives to ports of the host.</summary>
public sealed class PortTests
{
    private static readonly Gen<string[]> Ports = Gen
        .OneOf("ssh: auto", "http: auto", "x: auto:1", "y: 30001:2", "z: auto:3/udp")
        .Array[0, 4]
        .Select(ports => ports.Distinct().ToArray());

    private static readonly Gen<(string Machine, string[] Ports)[]> Edits = Gen.Select(
        Gen.Int[0, 6].Array[0, 5],
        Ports.Array[5],
        (machines, ports) => machines.Distinct().Select((m, i) => ($"m{m}", ports[i])).ToArray());

    [Test]
    public void No_two_ports_listen_at_one_place_and_no_edit_moves_one_that_stays() => Edits.Array[1, 6].Sample(
        edits =>
        {
            string? addressLock = null;
            var before = new Dictionary<string, int>();
            foreach (var edit in edits)
            {
                var compilation = Compile(Yaml(edit), addressLock);
                if (!compilation.Succeeded)
                {
                    // Two machines want the same fixed one, or one that the lock has given away.
                    compilation.Diagnostics.Select(d => d.Code).Distinct().ShouldBe(["INFRA2334"]);
                    continue;
                }

                var now = compilation.Addresses!.Domains["lab"].Ports
                    .SelectMany(m => m, (m, port) => (Name: $"{m.Key}/{port.Name}", port))
                    .ToDictionary(p => p.Name, p => p.port);
                now.Values.Select(p => p.Listen).ShouldBeUnique();
                var chosen = now.Where(p => p.Value.Forward.HostPort is null).ToDictionary(p => p.Key, p => p.Value.Number);
                chosen.ShouldAllBe(p => before.GetValueOrDefault(p.Key, p.Value) == p.Value);
                before = chosen;
                addressLock = compilation.TextOf("infra.lock.yml");
            }
        },
        iter: 300);

    [Test]
    public void The_number_of_a_port_that_is_gone_is_not_given_to_a_new_one_and_stands_in_the_lock()
    {
        var first = Lock("a: { ports: { ssh: auto, http: auto } }, b: { ports: { ssh: auto } }");
        first.ShouldEndWith("""
            ports:
              a:
                http: 30001
                ssh: 30000
              b:
                ssh: 30002

            """);

        var second = Lock("c: { ports: { ssh: auto } }, a: { ports: { http: auto } }", first);
        second.ShouldEndWith("""
            ports:
              a:
                http: 30001
                ssh: 30000
              b:
                ssh: 30002
              c:
                ssh: 30003

            """);
        Lock("a: {}", second).ShouldBe(second);
    }

    [Test]
    public void A_number_that_a_proxy_or_another_port_has_is_not_chosen() => Lock(
        "a: { ports: { own: \"127.0.0.1:30000:1\", ssh: auto } }, "
        + "b: { devices: { p: { type: proxy, listen: \"tcp:127.0.0.1:30001-30002\", connect: \"tcp::80\" } } }")
        .ShouldEndWith("    ssh: 30003\n");

    [Test]
    public void A_lock_that_gives_one_port_twice_is_refused_at_its_line() => Codes(Infra("a: {}"), """
        version: 1
        domains: {}
        ports:
          a: { ssh: 30000 }
          b: { ssh: 30000 }

        """).ShouldBe(["INFRA2207 5:13"]);

    [Test]
    public void When_all_numbers_are_given_the_first_port_without_one_is_named()
    {
        const int count = PortAllocator.Last - PortAllocator.First + 1;
        var all = string.Join(", ", Enumerable.Range(0, count).Select(i => $"p{i}: auto:80"));

        Codes(Infra($"a: {{ ports: {{ {all} }} }}")).ShouldBeEmpty();
        Fault(Infra($"a: {{ ports: {{ {all} }} }}, b: {{ ports: {{ ssh: auto, http: auto }} }}")).Message.ShouldBe(
            "Machine 'b': there is no free number for port 'ssh' from 30000 to 32767. "
            + "Choose one yourself, or remove ports that nobody needs.");
    }

    private static string Infra(string machines) => $"{Head}  lab: {{ subnet_id: 1, machines: {{ {machines} }} }}\n";

    private static string Yaml((string Machine, string[] Ports)[] machines) => Infra(string.Join(
        ", ", machines.Select(m => $"{m.Machine}: {{ ports: {{ {string.Join(", ", m.Ports)} }} }}")));

    private static string Lock(string machines, string? before = null) => File("infra.lock.yml", Infra(machines), before);
}
