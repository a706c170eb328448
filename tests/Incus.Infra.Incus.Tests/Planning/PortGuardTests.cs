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

    [TestCase("m1", true)]
    [TestCase("m2", false)]
    public void A_port_of_one_member_of_a_cluster_is_free_on_another(string target, bool isTaken)
    {
        string[] members = ["m1", "m2"];
        var incus = new MemoryIncus
        {
            Cluster = new Cluster([.. members.Select(m => new ClusterMember { ServerName = m, Status = "Online" })]),
        };
        Occupy(incus, "tcp:0.0.0.0:8080", "Running");
        incus.Edit(ObjectId.Instance("default", "other"), o => o with { Location = "m1" });

        var results = incus.Plan(Request(Domain("lab", 1, Web8080()).On(target)));

        results.Where(r => r.Error is not null).Select(r => r.Error!.Code).ShouldBe(isTaken ? ["INFRA4150"] : []);
    }

    [Test]
    public void A_port_that_moves_to_another_machine_is_given_up_before_that_gets_it()
    {
        var incus = new MemoryIncus().With(Request(Domain("lab", 1, Web8080(), Machine("new", "10.77.1.2"))));
        var moved = Request(Domain(
            "lab", 1, Machine("web", "10.77.1.1"), Web8080() with { InstanceName = "new", InstanceIp = "10.77.1.2" }));

        incus.Apply(moved).Lines().ShouldBe(Enumerable.Repeat("update instance 'web' in project 'lab': done", 2)
            .Append("update instance 'new' in project 'lab': done"));

        incus.Plan(moved).ShouldBeEmpty();
        incus[Web].Devices!.Keys.ShouldNotContain("port-http");
        incus[ObjectId.Instance("lab", "new")].Devices!["port-http"]["connect"].ShouldBe("tcp:10.77.1.2:80");
    }

    [Test]
    public void Machines_swap_their_ports_in_one_run_also_where_a_run_was_killed_in_the_midst([Range(1, 4)] int change)
    {
        var (web, other) = (Web8080(), WithPort("other", "10.77.1.2", 8081));
        var incus = new MemoryIncus().With(Request(Domain("lab", 1, web, other)));
        var swapped = Request(Domain("lab", 1, WithPort("web", "10.77.1.1", 8081), WithPort("other", "10.77.1.2", 8080)));
        var changes = 0;
        incus.BeforeChange = (_, _) =>
        {
            if (++changes == change)
            {
                throw new InvalidOperationException("killed");
            }
        };
        Should.Throw<InvalidOperationException>(() => incus.Apply(swapped));

        incus.With(swapped).Plan(swapped).ShouldBeEmpty();
    }

    [Test]
    public void A_machine_that_is_renamed_gives_its_port_up_by_its_former_name()
    {
        var incus = new MemoryIncus().With(Request(Domain("lab", 1, Web8080())));
        var renamed = Machine("page", "10.77.1.1") with { InstanceWas = "web" };
        var request = Request(Domain("lab", 1, renamed, WithPort("new", "10.77.1.2", 8080))) with { AllowMove = true };

        incus.Apply(request).ShouldAllBe(r => r.Error == null);

        incus.Plan(request).ShouldBeEmpty();
        incus.Objects.Keys.ShouldNotContain(Web);
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

    private static MachineSpec Web8080() => WithPort("web", "10.77.1.1", 8080);

    private static MachineSpec WithPort(string name, string address, int port) => Machine(name, address) with
    {
        InstancePorts = new Dictionary<string, PortSpec> { ["http"] = new() { HostPort = port, Port = 80 } },
    };

    private static void Occupy(MemoryIncus incus, string listen, string status) => incus.Put(
        ObjectId.Instance("default", "other"),
        new()
        {
            Status = status,
            Devices = new() { ["p"] = Map(("type", "proxy"), ("listen", listen)) },
        });
}
