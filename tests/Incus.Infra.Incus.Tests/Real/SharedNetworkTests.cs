using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using Incus.Infra.Testing;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>Copies that share a network, on a real Incus: what they reach of each other, and the way there and back.</summary>
[Category("Incus")]
[Category("EachRelease")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SharedNetworkTests
{
    private const int Port = 17001;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(0.6);

    private readonly Lab _lab = new();

    private string Owner => $"{_lab.Project}s";

    private string Gateway => _lab.Address('s', 254);

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    [Test]
    [Category("OnOneHost")]
    public async Task No_packet_passes_from_one_seat_to_another_directly_by_the_gateway_or_with_a_claimed_address()
    {
        await _lab.ConvergeAsync(Shared(1), Shared(2), Shared(3));
        // With br_netfilter the rules of the bridge would reject what stays on it, whether or not the cards are isolated.
        FilterBridges(false);
        using var packets = new Packets(SharedIncus.Daemon);
        try
        {
            for (var i = 1; i <= 3; i++)
            {
                packets.Enter(Box(i), $"{Owner}-{i}", $"{Address(i)}/24", Gateway);
            }

            var (own, target, other) = (HardwareOf(Box(1), "eth0"), HardwareOf(Box(2), "eth0"), HardwareOf(Box(3), "eth0"));
            var gateway = HardwareOf("host", $"net-{Owner}");
            // Nobody is asked where they are, as a claimed address may not ask either.
            var direct = $"ip route replace {Address(2)} dev eth0; ip neighbour replace {Address(2)} lladdr {target} dev eth0";
            var routed = $"ip neighbour replace {Gateway} lladdr {gateway} dev eth0; ip route replace {Gateway} dev eth0; "
                + $"ip route replace {Address(2)} via {Gateway}";
            (string Way, string As, string Script)[] ways =
            [
                ("as itself, directly", Address(1), direct),
                ("as itself, by the gateway", Address(1), routed),
                ("as another seat, directly", Address(3), direct),
                ("as another seat, by the gateway", Address(3), routed),
                ("as the gateway, directly", Gateway, direct),
                ("as another seat with its card, directly", Address(3), $"ip link set eth0 address {other}; {direct}"),
                ("as another seat with its card, by the gateway", Address(3), routed),
            ];
            var passed = new List<string>();
            foreach (var (way, claimed, script) in ways)
            {
                packets.Run(Box(1), $"ip address flush dev eth0; ip address add {claimed}/32 dev eth0; {script}");
                packets.Flood(Box(1), Box(2), Address(2), Port);
                packets.Flood("host", Box(2), Address(2), Port + 1);
                await Task.Delay(Long);
                var flows = packets.End();
                TestContext.Out.WriteLine(
                    $"{way}: {flows[0].Passed} of {flows[0].Sent} packets pass, {flows[1].Passed} of the host's");
                flows[0].Sent.ShouldBeGreaterThan(500);
                flows[1].Passed.ShouldBeGreaterThan(500);
                passed.AddRange(flows[0].Passed > 0 ? [way] : []);
            }

            passed.ShouldBeEmpty();
            packets.Run(Box(1), $"ip link set eth0 address {own}; ip address flush dev eth0; "
                + $"ip address add {Address(1)}/24 dev eth0; ip route replace default via {Gateway}");
            packets.Probe([new(Box(1), "icmp", Gateway, 0, IsOpen: true)]).ShouldBe([true], "It can send.");
        }
        finally
        {
            FilterBridges(true);
        }

        string HardwareOf(string place, string card) =>
            packets.Run(place, $"ip -o link show {card}").Split("ether ")[1].Split(' ')[0];
    }

    [Test]
    public async Task A_class_gets_a_shared_network_and_its_own_ones_back_and_the_last_seat_takes_the_bridge_along()
    {
        var bridge = ObjectId.Network($"net-{Owner}");
        await _lab.ConvergeAsync(Own(1, 'a'), Own(2, 'b'));
        var uuids = await Uuids();

        Lab.Errors(await _lab.ApplyAsync(_lab.Request(Shared(1), Shared(2)) with { AutoCleanup = true })).ShouldBeEmpty();
        await _lab.ConvergeAsync(Shared(1), Shared(2));
        (await _lab.FindAsync(ObjectId.Network(Own(1, 'a').IncusNetwork.Name))).ShouldBeNull();
        Lab.Errors(await _lab.ApplyAsync(_lab.Request(Own(1, 'a'), Own(2, 'b')) with { AutoCleanup = true })).ShouldBeEmpty();
        await _lab.ConvergeAsync(Own(1, 'a'), Own(2, 'b'));
        (await _lab.FindAsync(bridge)).ShouldBeNull();
        (await Uuids()).ShouldBe(uuids);

        Lab.Errors(await _lab.ApplyAsync(_lab.Request(Shared(1), Shared(2)) with { AutoCleanup = true })).ShouldBeEmpty();
        (await _lab.DestroyAsync(_lab.Removal($"{Owner}-1", Owner))).Single(r => r.Id == bridge).Action.ShouldBe(ActionKind.Keep);
        (await _lab.DestroyAsync(_lab.Removal($"{Owner}-2", Owner))).ShouldAllBe(r => r.Status == ActionStatus.Done);
        (await _lab.FindAsync(bridge)).ShouldBeNull();

        async Task<List<string>> Uuids() =>
        [
            (await _lab.GetAsync(ObjectId.Instance($"{Owner}-1", Box(1)))).Config!["volatile.uuid"],
            (await _lab.GetAsync(ObjectId.Instance($"{Owner}-2", Box(2)))).Config!["volatile.uuid"],
        ];
    }

    private static void FilterBridges(bool on) => SharedIncus.Daemon.Exec(
        "sh", "-euc",
        $"for f in /proc/sys/net/bridge/bridge-nf-call-ip*tables; do [ ! -e $f ] || echo {(on ? 1 : 0)} >$f; done");

    private static string Box(int number) => $"box{number}";

    private string Address(int number) => _lab.Address('s', number);

    private DomainSpec Shared(int number)
    {
        var domain = Own(number, 's', Address(number));
        domain.IncusNetwork = domain.IncusNetwork with { SharedBy = Owner };
        domain.IncusNetworkAcl = domain.IncusNetworkAcl with
        {
            Egress = [.. domain.IncusNetworkAcl.Egress.Where(r => r.Description != "machines of the domain")],
        };
        return domain;
    }

    private DomainSpec Own(int number, char letter, string? address = null)
    {
        var name = $"{Owner}-{number}";
        var box = Machine(Box(number), address ?? _lab.Address(letter, 1));
        return _lab.Domain(letter, box) with { Name = name, IncusProject = name };
    }
}
