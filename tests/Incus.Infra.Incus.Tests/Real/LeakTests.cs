using System.Globalization;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Testing;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>Two domains stay apart at every moment, with packets that do not stop while all kinds of things happen.</summary>
[Category("Incus")]
[Category("OnOneHost")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LeakTests
{
    private const int Changes = 20;
    private const int ForbiddenPort = 17001;
    private const int AllowedPort = 17002;

    private readonly Lab _lab = new();
    private readonly List<string> _leaks = [];

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    // What gets to the host and the LAN is written down only: there is no rule at another end, and Plan tells it.
    [Test]
    public async Task Nothing_passes_between_domains_while_bridges_and_rules_change_and_Apply_and_incusd_are_killed()
    {
        await _lab.ConvergeAsync(Domains(0));
        using var packets = new Packets(SharedIncus.Daemon);
        foreach (var letter in "ab")
        {
            packets.Enter($"box{letter}", _lab.Domain(letter).Name, $"{_lab.Address(letter, 5)}/24", _lab.Address(letter, 254));
        }

        // While a bridge has no address, the host knows no way to its machines but that out of here.
        packets.Run("host", $"ip route add unreachable 10.{_lab.Number}.0.0/16");
        packets.AddNeighbour("lan", "192.168.50.2/24", "192.168.50.1/24");

        await FloodAsync("both bridges change", () => ConvergeAsync(1));
        await FloodAsync($"{Changes} changes of rules", async () =>
        {
            for (var change = 0; change < Changes; change++)
            {
                await ConvergeAsync(1, change % 2 == 0 ? [Opening(18000 + change)] : []);
            }
        });
        var kills = Kills.Or(2);
        await FloodAsync($"{kills} times Apply is killed while it changes both bridges", async () =>
        {
            for (var kill = 0; kill < kills; kill++)
            {
                using (var run = Reconciler.Apply(_lab, new(), Domains(2 + kill)))
                {
                    await run.FirstAsync("begin", "network");
                    await Task.Delay(TimeSpan.FromSeconds(0.3 + (1.2 * kill / kills)));
                    run.Process.Kill();
                    await run.Process.WaitForExitAsync();
                }

                // Incus may still be at the bridge that the killed one changed; then the error says what to do.
                Lab.Fix(Lab.Errors(await _lab.ApplyAsync(_lab.Request(Domains(2 + kill)))));
                await ConvergeAsync(2 + kill);
            }
        });
        await FloodAsync("incusd is killed", () => Task.Run(Lab.KillIncusd));
        await FloodAsync("a bridge cannot be set up again", async () =>
        {
            // Without its DHCP server, which Incus starts after it has taken the rules away.
            SharedIncus.Daemon.Exec("sh", "-euc", "mount --bind /bin/false $(command -v dnsmasq)");
            var results = await _lab.ApplyAsync(_lab.Request(Domains(99)));
            SharedIncus.Daemon.Exec("sh", "-euc", "umount $(command -v dnsmasq)");
            results.Select(r => r.Status).ShouldBe([ActionStatus.Failed, ActionStatus.Blocked]);
            await ConvergeAsync(99);
        });

        _leaks.ShouldBeEmpty();

        async Task ConvergeAsync(int number, params AclRuleSpec[] more) =>
            Lab.Errors(await _lab.ApplyAsync(_lab.Request(Domains(number, more)))).ShouldBeEmpty();

        async Task FloodAsync(string what, Func<Task> act)
        {
            (string Name, string From, string To, string Address, int Port)[] floods =
            [
                ("a -> b", "boxa", "boxb", _lab.Address('b', 5), ForbiddenPort),
                ("b -> a", "boxb", "boxa", _lab.Address('a', 5), ForbiddenPort),
                ("a -> b by a policy", "boxa", "boxb", _lab.Address('b', 5), AllowedPort),
                ("a -> host", "boxa", "host", _lab.Address('a', 254), 17003),
                ("b -> LAN", "boxb", "lan", "192.168.50.2", 17004),
            ];
            foreach (var (_, from, to, address, port) in floods)
            {
                packets.Flood(from, to, address, port);
            }

            await Task.Delay(TimeSpan.FromSeconds(0.3));
            await act();
            foreach (var (flood, (sent, passed)) in floods.Zip(packets.End()))
            {
                var line = $"{what}: {flood.Name}: {passed} of {sent} packets passed";
                TestContext.Out.WriteLine(line);
                if (flood.Port is ForbiddenPort ? passed > 0 : flood.Port is AllowedPort && passed == 0)
                {
                    _leaks.Add(line);
                }
            }
        }
    }

    // The number is of a range for DHCP: another one is a change of the bridges.
    private DomainSpec[] Domains(int number, params AclRuleSpec[] more)
    {
        AclRuleSpec[] rules = [Opening(AllowedPort), .. more];
        return [.. "ab".Select(letter =>
        {
            var domain = _lab.Domain(letter, Machine($"box{letter}", _lab.Address(letter, 5)));
            var (acl, network) = (domain.IncusNetworkAcl, domain.IncusNetwork);
            domain.IncusNetwork = network with
            {
                DhcpRange = $"{_lab.Address(letter, 100)}-{_lab.Address(letter, 120 + number)}",
            };
            domain.IncusNetworkAcl = letter == 'a'
                ? acl with { Egress = [.. acl.Egress, .. rules] }
                : acl with { Ingress = [.. acl.Ingress, .. rules] };
            return domain;
        })];
    }

    private AclRuleSpec Opening(int port) => new()
    {
        Source = _lab.Address('a', 5),
        Destination = _lab.Address('b', 5),
        Protocol = "udp",
        DestinationPort = port.ToString(CultureInfo.InvariantCulture),
    };
}
