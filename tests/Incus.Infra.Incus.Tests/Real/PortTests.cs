using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>Ports of the host on a real Incus, with connections from its loopback.</summary>
[Category("Incus")]
[Category("OnOneHost")]
[Category("EachRelease")]
internal sealed class PortTests
{
    private readonly Lab _lab = new();

    [OneTimeTearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    [Test]
    public async Task A_connection_to_a_port_of_the_host_arrives_and_one_that_is_taken_is_said_to_be_while_the_machine_runs_on()
    {
        const string lan = "192.168.250.1";
        SharedIncus.Daemon.Exec("ip", "address", "add", lan, "dev", "lo");
        var web = Machine("web", _lab.Address('a', 1)) with
        {
            InstancePorts = Ports(
                ("http", new() { Address = "127.0.0.1", HostPort = 18080, Port = 80 }),
                ("forwarded", new() { Address = lan, HostPort = 18081, Port = 80, Nat = true })),
        };
        var domain = _lab.Domain('a', web);
        domain.IncusNetworkAcl = domain.IncusNetworkAcl.Opened(
            new() { Source = lan, Destination = web.InstanceIp, Protocol = "tcp", DestinationPort = "80" });
        await _lab.ConvergeAsync(domain);
        _lab.SetUpCard(domain, "web", web.InstanceIp!);
        SharedIncus.Daemon.InInstance(
            domain.IncusProject, "web", "sh", "-c", "mkdir /www; echo arrived >/www/index.html; httpd -h /www -p 80");

        Get("127.0.0.1:18080").ShouldBe("arrived");
        Get($"{lan}:18081").ShouldBe("arrived");

        // Another instance has the one, and a program of the host the other: the resolver at the gateway of the domain.
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
        Get("127.0.0.1:18080").ShouldBe("arrived");

        // It takes over both ports in one run.
        var heir = Machine("other", _lab.Address('a', 2)) with { InstancePorts = web.InstancePorts };
        await _lab.ConvergeAsync(domain with { Machines = [web with { InstancePorts = Ports() }, heir] });
        SharedIncus.Daemon.Exec("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/18080");
    }

    // By the shell, as not every release's host has a client of HTTP.
    private static string Get(string place) => SharedIncus.Daemon.Exec(
        "bash",
        "-c",
        $"exec 3<>/dev/tcp/{place.Replace(':', '/')} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && tail -n 1 <&3").Trim();

    private static Dictionary<string, PortSpec> Ports(params (string Name, PortSpec Port)[] ports) =>
        ports.ToDictionary(p => p.Name, p => p.Port);

    private static Dictionary<string, PortSpec> Ports((string Name, PortSpec Port) port, MachineSpec machine) =>
        new(machine.InstancePorts) { [port.Name] = port.Port };
}
