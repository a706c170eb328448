using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Health;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Status;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Health;

/// <summary>Machines that need others start after them, and what is said of health is what the machines answered.</summary>
internal sealed class HealthTests
{
    private static readonly CommandOutcome Fails = new(1, "", "");
    private static readonly HealthSpec Postgres = new() { Tcp = 5432, Within = 1 };

    [Test]
    public void Machines_start_after_those_that_they_need_whatever_the_order_of_the_file()
    {
        var incus = new MemoryIncus();

        incus.With(Request(Domain("shop", 1, Web("db"), Machine("db")), Domain("lab", 2, Needing("front", "web"))));
        Created(incus).ShouldBe(["db", "web", "front"]);
    }

    [Test]
    public void A_machine_is_not_started_before_those_that_it_needs_have_started_well()
    {
        var incus = new MemoryIncus
        {
            BeforeChange = (change, id) =>
            {
                if (id.Name == "db" && change == "create")
                {
                    throw new IncusErrorException(500, "disk on fire");
                }
            },
        };

        incus.Apply(Request(Domain("shop", 1, Web("db"), Machine("db")))).Where(r => r.Id.Kind == ObjectKind.Instance)
            .Lines().ShouldBe(
            ["create instance 'db' in project 'shop': failed", "create instance 'web' in project 'shop': blocked"]);
    }

    [Test]
    public void A_machine_is_started_once_what_it_needs_is_healthy_which_is_asked_once_for_all()
    {
        var asked = 0;
        var incus = new MemoryIncus { Executes = (_, _) => ++asked < 3 ? Fails : new(0, "", "") };
        var request = Request(Domain("shop", 1, Web("db"), Needing("api", "db"), Db(Postgres)));

        incus.With(request);

        asked.ShouldBe(3);
        incus.Apply(request).ShouldBeEmpty();
        asked.ShouldBe(3);
    }

    [Test]
    public void A_machine_is_not_started_if_what_it_needs_is_not_healthy_in_time_and_the_next_Apply_starts_it()
    {
        var incus = new MemoryIncus { Executes = (_, _) => Fails };
        var request = Request(Domain("shop", 1, Web("db"), Db(Postgres)));

        var results = incus.Apply(request);

        results.Single(r => r.Id.Name == "web").ShouldSatisfyAllConditions(
            web => web.Status.ShouldBe(ActionStatus.Blocked),
            web => web.Error!.Message.ShouldBe(
                "instance 'web' in project 'shop' was not started, as instance 'db' in project 'shop', which it needs, is not "
                + "healthy: tcp 5432: nothing listens there at the machine's address. Mend that and apply again."));
        incus.Executes = (_, _) => new(0, "", "");
        incus.With(request);
        Created(incus).ShouldBe(["db", "web"]);
    }

    [Test]
    public void Nobody_waits_for_the_health_of_what_is_provisioned_later_nor_to_change_what_runs()
    {
        var incus = new MemoryIncus { Executes = (_, _) => throw new InvalidOperationException("asked") };
        incus.With(Request(Domain("shop", 1, Web("db"), Db(Postgres with { Provisioned = true }))));

        var web = Web("db");
        web.InstanceDescription = "new";
        incus.Apply(Request(Domain("shop", 1, web, Db(Postgres)))).Lines().ShouldBe(
            ["update instance 'web' in project 'shop': done"]);
    }

    [Test]
    public void Status_asks_machines_that_run_and_declare_how_to_tell_and_no_others()
    {
        var sick = Machine("sick");
        sick.InstanceHealth = new HealthSpec { Command = ["check", "secret"] };
        var down = Machine("down");
        down.InstanceHealth = Postgres;
        var request = Request(Domain("shop", 1, Db(Postgres), sick, down, Machine("plain")));
        var incus = new MemoryIncus().With(request);
        incus.Edit(ObjectId.Instance("shop", "down"), o => o with { Status = "Stopped" });
        incus.Executes = (id, _) => id.Name == "sick" ? new(3, "no\n", "") : new(0, "", "");

        var report = new StatusReader(request, incus).ReadAsync(CancellationToken.None).GetAwaiter().GetResult();

        report.Objects.Where(o => o.Id.Kind == ObjectKind.Instance)
            .Select(o => $"{o.Id.Name} {StatusTable.HealthOf(o) ?? "-"} {o.HealthAnswer}".TrimEnd()).ShouldBe(
            [
                "db healthy", "sick unhealthy command check: it ended with exit code 3, saying 'no'", "down -", "plain -",
            ]);
        new StatusTable(report, DateTimeOffset.UnixEpoch, inDetail: false).ToString().Split('\n')[0].ShouldContain("HEALTH");
    }

    [Test]
    public void What_a_machine_says_is_shown_without_the_secrets_that_its_configuration_gives_its_programs()
    {
        var machine = Db(Postgres with { Tcp = null, Command = ["check"] }) with { InstanceProfiles = ["default", "app"] };
        machine.InstanceConfig = Map(("environment.DB_PASSWORD", "hunter22"), ("limits.cpu", "2222"), ("user.x", "1"));
        var domain = Domain("shop", 1);
        domain.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["app"] = new() { Config = Map(("cloud-init.user-data", "#cloud-config\npassword: sesame\n")) },
        };
        var probe = HealthProbe.Of(domain, machine)!;

        probe.AnswerOf(new CommandOutcome(1, "", "login hunter22 failed 1 of 2222\n")).ShouldBe(
            "it ended with exit code 1, saying 'login (hidden) failed 1 of 2222'");
        probe.Shown("read password: sesame").ShouldBe("read (hidden)");
    }

    [TestCase(127, "", "there is no python3, or no timeout, in the machine", ":80/")]
    [TestCase(127, "timeout: can't execute 'python3'\n", "timeout: can't execute 'python3'", ":80/")]
    [TestCase(1, "HTTP status 503\n", "HTTP status 503", ":80/")]
    [TestCase(137, "", "it did not end within 10 seconds", ":80/")]
    [TestCase(-1, "Command not found", "there is no python3, or no timeout, in the machine", ":80/")]
    [TestCase(-1, "Instance is not running", "Incus says: Instance is not running", ":80/")]
    public void What_stands_against_the_health_is_said_in_words(int exitCode, string errors, string answer, string http) =>
        Probe(new HealthSpec { Http = http }).AnswerOf(new CommandOutcome(exitCode, "", errors)).ShouldBe(answer);

    [Test]
    public void A_program_that_is_not_in_the_machine_is_named()
    {
        var outcome = new CommandOutcome(-1, "", "Command not found");

        Probe(new HealthSpec { Command = ["systemctl is-active x"] }).AnswerOf(outcome)
            .ShouldBe("there is no systemctl is-active x, or no timeout, in the machine");
        Probe(new HealthSpec { Tcp = 80 }).AnswerOf(outcome).ShouldBe("there is no grep in the machine");
    }

    [TestCase("127.0.0.1", "127.0.0.1", true)]
    [TestCase("0.0.0.0", "127.0.0.1", true)]
    [TestCase("::", "127.0.0.1", true)]
    [TestCase("127.0.0.1", "10.77.1.1", false)]
    [TestCase("::1", "10.77.1.1", false)]
    public void A_port_is_open_where_something_listens_at_the_address_of_the_machine_and_not_on_its_loopback_alone(
        string listens, string machine, bool expected)
    {
        using var listener = new TcpListener(IPAddress.Parse(listens), 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        Runs(Probe(new HealthSpec { Tcp = port }, machine)).ShouldBe(expected);
        listener.Stop();
        Runs(Probe(new HealthSpec { Tcp = port }, machine)).ShouldBeFalse();
    }

    [TestCase("HTTP/1.0 204 No Content", true)]
    [TestCase("HTTP/1.0 302 Found\r\nLocation: http://127.0.0.1:1/", true)]
    [TestCase("HTTP/1.0 404 Not Found", false)]
    [TestCase("nonsense", false)]
    public async Task A_server_is_healthy_when_it_answers_with_a_status_from_200_to_399_and_is_not_followed_elsewhere(
        string reply, bool expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answer = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var stream = client.GetStream();
            var request = new byte[1024];
            await stream.ReadAtLeastAsync(request, 1);
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(reply + "\r\n\r\n"));
        });

        Runs(Probe(new HealthSpec { Http = $":{((IPEndPoint)listener.LocalEndpoint).Port}/ready" }, "127.0.0.1"))
            .ShouldBe(expected);
        await answer;
    }

    [Test]
    public void Variables_below_a_managed_section_that_cannot_be_carried_out_are_named()
    {
        var none = Machine("none");
        none.InstanceHealth = new HealthSpec();
        SpecCheck.FaultsOf([Domain("shop", 1, none)]).ShouldHaveSingleItem().ShouldBe(
            "Domain 'shop': machine 'none': instance_health needs exactly one of http, tcp and command.");
        SpecCheck.FaultsOf([Domain("shop", 1, Needing("a", "b"), Needing("b", "a"))]).ShouldBe(
            ["instance_needs: machines wait for each other."]);
    }

    private static MachineSpec Web(string need) => Needing("web", need);

    private static MachineSpec Needing(string name, string need)
    {
        var machine = Machine(name);
        machine.InstanceNeeds = [need];
        return machine;
    }

    private static MachineSpec Db(HealthSpec health)
    {
        var db = Machine("db");
        db.InstanceHealth = health;
        return db;
    }

    private static HealthProbe Probe(HealthSpec health, string? address = null)
    {
        var machine = Db(health);
        machine.InstanceIp = address;
        return HealthProbe.Of(Domain("shop", 1), machine)!;
    }

    // The commands themselves, on this machine.
    private static bool Runs(HealthProbe probe)
    {
        using var process = Process.Start(
            new ProcessStartInfo(probe.Command[0], probe.Command.Skip(1)) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static IEnumerable<string> Created(MemoryIncus incus) =>
        incus.StartedWith.Keys.OrderBy(id => incus[id].LastUsedAt).Select(id => id.Name);
}
