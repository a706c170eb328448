using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>Ports of the host as devices, and what already listens there.</summary>
internal sealed class PortGuardTests
{
    private static readonly ObjectId Web = ObjectId.Instance("lab", "web");

    [Test]
    public void A_port_becomes_a_proxy_to_the_machines_own_address()
    {
        var incus = new MemoryIncus().With(Request(Domain("lab", 1, Web8080())));

        incus.Objects[Web].Object.Devices!["port-http"].ShouldBe(
            Map(("type", "proxy"), ("listen", "tcp:0.0.0.0:8080"), ("connect", "tcp:10.77.1.1:80")), ignoreOrder: true);
        incus.Plan(Request(Domain("lab", 1, Machine("web", "10.77.1.1")))).Single(r => r.Id == Web).Changes
            .Select(c => $"{c.Key}: {c.New}").ShouldBe(
                ["devices.port-http.connect: ", "devices.port-http.listen: ", "devices.port-http.type: "]);
    }

    [TestCase("tcp:0.0.0.0:8080", true)]
    [TestCase("tcp:[::]:8080", true)]
    [TestCase("tcp:127.0.0.1:80,8000-8100", true)]
    [TestCase("udp:0.0.0.0:8080", false)]
    [TestCase("tcp:0.0.0.0:8081", false)]
    [TestCase("unix:/run/x", false)]
    public void A_port_on_which_Incus_listens_for_a_running_instance_of_anybody_is_refused_before_anything_is_made(
        string listen, bool isTaken)
    {
        var incus = new MemoryIncus();
        Occupy(incus, listen, "Running");

        var result = incus.Plan(Request(Domain("lab", 1, Web8080()))).Single(r => r.Id == Web);

        result.Error?.ToString().ShouldBe(isTaken
            ? "incus: error INFRA4150: instance 'web' in project 'lab': tcp:0.0.0.0:8080 on the Incus host leads to instance "
                + "'other' in project 'default'. Give one of them another port."
            : null);
        Occupy(incus, listen, "Stopped");
        incus.Plan(Request(Domain("lab", 1, Web8080()))).ShouldAllBe(r => r.Error == null);
    }

    [Test]
    public void A_port_that_moves_to_another_machine_is_there_with_the_second_Apply_and_the_first_says_so()
    {
        var incus = new MemoryIncus().With(Request(Domain("lab", 1, Web8080(), Machine("new", "10.77.1.2"))));
        var moved = Request(Domain(
            "lab", 1, Machine("web", "10.77.1.1"), Web8080() with { InstanceName = "new", InstanceIp = "10.77.1.2" }));

        incus.Apply(moved).Single(r => r.Error is not null).Error!.Message.ShouldEndWith(
            "leads to instance 'web' in project 'lab'. This run takes it from there: apply again.");

        incus.Apply(moved).ShouldAllBe(r => r.Error == null);
        incus.Plan(moved).ShouldBeEmpty();
    }

    [Test]
    public void A_machine_that_goes_leaves_its_port_to_one_that_comes_in_the_same_run()
    {
        var incus = new MemoryIncus().With(Request(Domain("lab", 1, Web8080())));
        var request = Request(Domain("lab", 1, Web8080() with { InstanceName = "new" })) with { AutoCleanup = true };

        incus.Apply(request).ShouldAllBe(r => r.Error == null);
    }

    [TestCase(0, "tcp", "0.0.0.0", "host_port and port must be from 1 to 65535.")]
    [TestCase(80, "sctp", "0.0.0.0", "protocol must be tcp or udp.")]
    [TestCase(80, "tcp", "localhost", "'localhost' is no address of IPv4.")]
    public void What_stands_below_a_managed_section_is_checked(int hostPort, string protocol, string address, string fault)
    {
        var port = new PortSpec { HostPort = hostPort, Port = 80, Protocol = protocol, Address = address };
        var machine = Machine("web") with { InstancePorts = new Dictionary<string, PortSpec> { ["x"] = port } };

        SpecCheck.FaultsOf([Domain("lab", 1, machine)])
            .ShouldBe([$"Domain 'lab': machine 'web': instance_ports.x: {fault}"]);
    }

    private static MachineSpec Web8080() => Machine("web", "10.77.1.1") with
    {
        InstancePorts = new Dictionary<string, PortSpec> { ["http"] = new() { HostPort = 8080, Port = 80 } },
    };

    private static void Occupy(MemoryIncus incus, string listen, string status) => incus.Put(
        ObjectId.Instance("default", "other"),
        new()
        {
            Status = status,
            Devices = new() { ["p"] = Map(("type", "proxy"), ("listen", listen)) },
        });
}
