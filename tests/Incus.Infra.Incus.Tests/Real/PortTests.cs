using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>Ports of the host on a real Incus, with connections from its loopback.</summary>
[Category("Incus")]
[Category("EachRelease")]
internal sealed class PortTests
{
    private readonly Lab _lab = new();

    [OneTimeTearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    [Test]
    public async Task A_connection_to_a_port_of_the_host_arrives_and_one_that_is_taken_is_said_to_be_while_the_machine_runs_on()
    {
        var web = Machine("web", _lab.Address('a', 1)) with
        {
            InstancePorts = Ports(("http", new() { Address = "127.0.0.1", HostPort = 18080, Port = 80 })),
        };
        var domain = _lab.Domain('a', web);
        await _lab.ConvergeAsync(domain);
        // The image has no DHCP client.
        SharedIncus.Daemon.InInstance(domain.IncusProject, "web", "sh", "-c",
            $"ip addr add {web.InstanceIp}/24 dev eth0; mkdir /www; echo arrived >/www/index.html; httpd -h /www -p 80");

        Get(18080).ShouldBe("arrived");

        // Another instance has the one, a program of the host the other: incusd's own resolver at the gateway of the domain.
        var gateway = domain.IncusNetwork.Gateway;
        var taken = domain with
        {
            Machines =
            [
                web with { InstancePorts = Ports(("dns", new() { Address = gateway, HostPort = 53, Port = 80 }), web) },
                Machine("other", _lab.Address('a', 2)) with { InstancePorts = web.InstancePorts },
            ],
        };
        (await _lab.ApplyAsync(_lab.Request(taken))).Where(r => r.Error is not null)
            .Select(r => (r.Id.Name, r.Error!.Code, r.Status)).ShouldBe(
            [
                ("web", "INFRA4151", ActionStatus.Failed),
                ("other", "INFRA4150", ActionStatus.Failed),
            ]);
        Get(18080).ShouldBe("arrived");

        await _lab.ConvergeAsync(domain with { Machines = [web with { InstancePorts = Ports() }] });
        Should.Throw<InvalidOperationException>(() => Get(18080));
    }

    private static string Get(int port) => SharedIncus.Daemon.Exec("busybox", "wget", "-q", "-O", "-", $"http://127.0.0.1:{port}/").Trim();

    private static Dictionary<string, PortSpec> Ports(params (string Name, PortSpec Port)[] ports) =>
        ports.ToDictionary(p => p.Name, p => p.Port);

    private static Dictionary<string, PortSpec> Ports((string Name, PortSpec Port) port, MachineSpec machine) =>
        new(machine.InstancePorts) { [port.Name] = port.Port };
}
