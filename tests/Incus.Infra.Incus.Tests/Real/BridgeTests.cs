using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>Incus makes bridges with many steps that can be disturbed.</summary>
[Category("Incus")]
[Category("EachRelease")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BridgeTests
{
    private readonly Lab _lab = new();

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    [Test]
    public async Task Bridges_are_made_and_taken_away_while_other_interfaces_come_and_go()
    {
        using var stop = new CancellationTokenSource();
        var disturbance = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                SharedIncus.Daemon.Exec(
                    "sh", "-c", "for i in $(seq 50); do ip link add gone0 type veth peer name gone1; ip link delete gone0; done");
            }
        });

        try
        {
            for (var round = 0; round < 3; round++)
            {
                await _lab.ConvergeAsync(_lab.Domain('a'), _lab.Domain('b'));
                await _lab.RemoveAsync();
            }
        }
        finally
        {
            await stop.CancelAsync();
            await disturbance;
        }
    }

    [Test]
    [Category("OnOneHost")]
    public async Task A_bridge_whose_creation_was_interrupted_is_made_anew()
    {
        var domain = _lab.Domain('a');
        await InterruptAsync(domain.IncusNetwork);

        await _lab.ConvergeAsync(domain);

        SharedIncus.Daemon.Exec("ip", "-brief", "address", "show", domain.IncusNetwork.Name)
            .ShouldContain(domain.IncusNetwork.Gateway);
    }

    [Test]
    public async Task An_interface_of_the_host_with_the_name_of_the_bridge_is_refused_before_anything_is_made()
    {
        var domain = _lab.Domain('a');
        SharedIncus.Daemon.Exec("ip", "link", "add", domain.IncusNetwork.Name, "type", "bridge");

        (await _lab.PlanAsync(_lab.Request(domain)))[1].Error!.Code.ShouldBe("INFRA4053");
        (await _lab.ApplyAsync(_lab.Request(domain)))[1].Error!.Code.ShouldBe("INFRA4053");

        _lab.Requests.Keys.ShouldBe(["GET"]);
        SharedIncus.Daemon.Exec("ip", "link", "delete", domain.IncusNetwork.Name);
    }

    [Test]
    [Category("OnOneHost")]
    public async Task A_bridge_that_Incus_cannot_take_away_is_told_with_the_commands_that_do()
    {
        var domain = _lab.Domain('a');
        await InterruptAsync(domain.IncusNetwork);
        SharedIncus.Daemon.Exec("ip", "link", "add", domain.IncusNetwork.Name, "type", "bridge");

        await MendAsync(domain, "INFRA4027");

        await _lab.ConvergeAsync(domain);
    }

    [Test]
    public async Task An_address_that_a_forgotten_server_has_is_told_with_the_command_that_ends_it()
    {
        var domain = _lab.Domain('a');
        var (network, gateway) = (domain.IncusNetwork.Name, domain.IncusNetwork.Gateway);
        // As the dnsmasq of an incusd that was killed: without interface, and in nobody's records.
        var server = Task.Run(() => SharedIncus.Daemon.Exec("python3", "-c", $"""
            import socket, time
            server = socket.socket()
            server.setsockopt(socket.SOL_IP, 15, 1)  # IP_FREEBIND
            server.bind(("{gateway}", 53))
            server.listen()
            time.sleep(60)
            """, $"networks/{network}/dnsmasq"));
        await WaitForAsync(
            () => Task.FromResult(SharedIncus.Daemon.Exec("ss", "--listening", "--tcp", "--numeric")),
            listening => listening.Contains(gateway));

        await MendAsync(domain, "INFRA4029");

        await Should.ThrowAsync<InvalidOperationException>(server);
        await _lab.ConvergeAsync(domain);
    }

    // Does what the error says.
    private async Task MendAsync(DomainSpec domain, string code)
    {
        var failed = (await _lab.ApplyAsync(_lab.Request(domain))).First(r => r.Status == ActionStatus.Failed);
        failed.Error!.Code.ShouldBe(code);
        Lab.Fix([failed.Error.Message]);
    }

    // Asks for the bridge as a program would that is killed while it waits; anew where Incus was done before.
    private async Task InterruptAsync(NetworkSpec network)
    {
        var id = ObjectId.Network(network.Name);
        var body = $$$"""
            {"name":"{{{network.Name}}}","type":"bridge","config":{"ipv4.address":"{{{network.Gateway}}}/24",
             "ipv6.address":"none","user.infra.project":"{{{_lab.Project}}}"}}
            """;
        for (var attempt = 1; ; attempt++)
        {
            using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_lab.Target.Path));
                var request = $"POST /1.0/networks HTTP/1.1\r\nHost: incus\r\nContent-Length: {body.Length}\r\n\r\n{body}";
                await socket.SendAsync(Encoding.ASCII.GetBytes(request));
                await WaitForAsync(() => _lab.FindAsync(id), live => live is not null);
            }

            // Incus makes the bridge and takes it away by itself, and says nothing when it has.
            var absent = 0;
            await WaitForAsync(ReadAsync, status => status == "Created" || absent == 20);
            if (await ReadAsync() == "Pending")
            {
                return;
            }

            attempt.ShouldBeLessThan(5);
            SharedIncus.Daemon.Client("network", "delete", network.Name);

            async Task<string?> ReadAsync()
            {
                absent = SharedIncus.Daemon.Exec("ls", "/sys/class/net").Split('\n').Contains(network.Name) ? 0 : absent + 1;
                return (await _lab.GetAsync(id)).Status;
            }
        }
    }

    private static async Task WaitForAsync<T>(Func<Task<T>> read, Predicate<T> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition(await read()))
        {
            clock.Elapsed.ShouldBeLessThan(Tool.Patience);
        }
    }
}
