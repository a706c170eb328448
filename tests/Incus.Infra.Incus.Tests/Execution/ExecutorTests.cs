using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;

using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Execution;

/// <summary>How a plan is carried out when things go wrong.</summary>
internal sealed class ExecutorTests
{
    [Test]
    public void A_failure_stops_only_what_needs_the_failed_object_and_the_next_apply_completes()
    {
        var incus = new MemoryIncus { BeforeChange = Failing(ObjectId.OfProject("home"), 500, "disk on fire") };
        var request = Request(Domain("home", 1, Machine("web")), Domain("lab", 2, Machine("pc")));

        var results = incus.Apply(request);

        results.Single(r => r.Id == ObjectId.OfProject("home")).Error!.Message
            .ShouldBe("project 'home': Create failed. Incus says: disk on fire");
        results.Where(r => r.Status == ActionStatus.Blocked).Select(r => r.Id).ShouldBe(
            [ObjectId.Profile("home", "default"), ObjectId.Instance("home", "web")]);
        results.Where(r => r.Id.Project == "lab").ShouldAllBe(r => r.Status == ActionStatus.Done);

        incus.BeforeChange = (_, _) => { };
        incus.With(request).Plan(request).ShouldBeEmpty();
    }

    [Test]
    public void After_a_bridge_that_may_lack_its_rules_no_other_one_changes_so_that_rules_hold_at_one_end()
    {
        var incus = new MemoryIncus().With(Request(Domain("home", 1), Domain("lab", 2)));
        incus.BeforeChange = Failing(ObjectId.Network("net-home"), 500, "Failed to run: dnsmasq");

        incus.Apply(Request(Moved("home", 1), Moved("lab", 2), Domain("new", 3)))
            .Where(r => r.Id.Kind == ObjectKind.Network).Lines().ShouldBe(
            [
                "update network 'net-home': failed",
                "update network 'net-lab': blocked",
                "create network 'net-new': done",
            ]);
    }

    [Test]
    public void What_Incus_may_still_do_to_a_bridge_for_a_killed_run_is_waited_for_before_any_change()
    {
        var incus = new MemoryIncus().With(Request(Domain("home", 1), Domain("lab", 2)));
        var home = ObjectId.Network("net-home");
        incus.BeforeChange = (_, id) =>
        {
            if (incus[home].Config!["ipv4.dhcp.ranges"].EndsWith(".150", StringComparison.Ordinal))
            {
                // Killed before it takes its mark away.
                throw new InvalidOperationException("killed");
            }
        };
        Should.Throw<InvalidOperationException>(() => incus.Apply(Request(Moved("home", 1), Domain("lab", 2))));
        incus.BeforeChange = (_, _) => { };
        incus.Changes.Clear();
        var request = Request(Moved("home", 1), Moved("lab", 2));

        incus.Plan(request)[0].Reason.ShouldBe("its last change was interrupted");
        incus.Apply(request).Lines().ShouldBe(["update network 'net-home': done", "update network 'net-lab': done"]);

        incus.Changes[0].ShouldBe("wait for bridges");
        incus.Changes.Clear();
        incus.Apply(request).ShouldBeEmpty();
        incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void A_fault_of_the_server_is_told_with_the_object_that_met_it()
    {
        var incus = new MemoryIncus
        {
            BeforeChange = (_, id) => throw new ToolFaultException(ToolDiagnostics.NoImage("debian", "container")),
        };

        incus.Apply(Request(Domain("home", 1)))[0].Error!
            .Message.ShouldStartWith("acl 'net-home': There is no image 'debian'");
    }

    [Test]
    public void When_the_server_is_gone_nothing_new_is_asked_of_it()
    {
        var incus = new MemoryIncus
        {
            BeforeChange = (_, _) => throw new ConnectionFaultException(ToolDiagnostics.NotRunning("/socket"), new IOException()),
        };

        var results = incus.Apply(Request(Domain("home", 1), Domain("lab", 2)) with { Parallel = 1 });

        results[0].Status.ShouldBe(ActionStatus.Failed);
        results.Single(r => r.Id == ObjectId.Acl("net-lab")).Status.ShouldBe(ActionStatus.Stopped);
    }

    [Test]
    public void Somebody_who_writes_in_between_is_not_overwritten()
    {
        var web = ObjectId.Instance("home", "web");
        var incus = new MemoryIncus().With(Request(Domain("home", 1, Machine("web"))));
        var edited = Machine("web");
        edited.InstanceConfig = Map(("limits.cpu", "2"));
        var written = false;
        incus.BeforeChange = (_, _) =>
        {
            if (!written)
            {
                written = true;
                incus.Edit(web, o => o with { Config = new(o.Config!) { ["user.theirs"] = "kept" } });
            }
        };

        incus.With(Request(Domain("home", 1, edited)));

        incus[web].Config!["user.theirs"].ShouldBe("kept");
        incus[web].Config!["limits.cpu"].ShouldBe("2");
    }

    [Test]
    public void Somebody_who_keeps_writing_makes_the_object_fail_and_not_the_run_hang()
    {
        var web = ObjectId.Instance("home", "web");
        var incus = new MemoryIncus().With(Request(Domain("home", 1, Machine("web"))));
        var edited = Machine("web");
        edited.InstanceConfig = Map(("limits.cpu", "2"));
        incus.BeforeChange = (_, id) => incus.Edit(web, o => o);

        incus.Apply(Request(Domain("home", 1, edited))).Single().Error!.Code.ShouldBe("INFRA4020");
    }

    [Test]
    public void An_object_that_another_infrastructure_made_in_between_is_refused()
    {
        var network = ObjectId.Network("net-home");
        var incus = new MemoryIncus();
        incus.BeforeChange = (verb, id) =>
        {
            if (id == network && !incus.Objects.ContainsKey(network))
            {
                incus.Put(network, new IncusObject { Config = Map(("user.infra.project", "other")) });
            }
        };

        incus.Apply(Request(Domain("home", 1))).Single(r => r.Id == network).Error!.Code.ShouldBe("INFRA4023");
    }

    [Test]
    public void What_cannot_be_deleted_keeps_what_it_may_use()
    {
        var home = Domain("home", 1, Machine("web"));
        home.Ephemeral = true;
        var incus = new MemoryIncus().With(Request(home, Domain("lab", 2)));
        incus.BeforeChange = Failing(ObjectId.Instance("home", "web"), 400, "Failed to delete storage");

        var results = incus.Apply(Request(Domain("lab", 2)) with { AutoCleanup = true });

        results.Single(r => r.Id == ObjectId.OfProject("home")).Status.ShouldBe(ActionStatus.Blocked);
        results.Count(r => r.Status == ActionStatus.Failed && r.Id.Project == "home").ShouldBe(1);
    }

    [Test]
    public void What_a_killed_run_left_to_the_server_is_no_conflict()
    {
        var network = ObjectId.Network("net-home");
        var incus = new MemoryIncus();
        incus.BeforeChange = (verb, id) =>
        {
            if (id == network && verb == "create" && !incus.Objects.ContainsKey(network))
            {
                incus.Put(network, new IncusObject { Config = Map(("user.infra.project", Project)) });
            }
        };

        incus.With(Request(Domain("home", 1)));

        incus[network].Config!["ipv4.address"].ShouldBe("10.77.1.254/24");
    }

    [Test]
    public void What_somebody_else_deleted_first_is_deleted()
    {
        var home = Domain("home", 1, Machine("web"));
        var web = ObjectId.Instance("home", "web");
        var incus = new MemoryIncus().With(Request(home));
        incus.BeforeChange = (verb, id) =>
        {
            if (verb == "delete")
            {
                incus.Objects.Remove(id);
                throw new IncusErrorException(400, "A matching non-reusable operation has now succeeded");
            }
        };

        incus.Apply(Request(Domain("home", 1)) with { AutoCleanup = true }).Single().Status.ShouldBe(ActionStatus.Done);

        incus.Objects.Keys.ShouldNotContain(web);
    }

    [Test]
    public void A_stopped_run_reports_what_it_did_not_begin()
    {
        var incus = new MemoryIncus();
        using var stop = new CancellationTokenSource();
        incus.BeforeChange = (_, id) => stop.Cancel();

        var results = new Engine(incus)
            .ApplyAsync(Request(Domain("home", 1, Machine("web"))), _ => { }, _ => { }, stop.Token).GetAwaiter().GetResult();

        results[0].Status.ShouldBe(ActionStatus.Done);
        results.Skip(1).ShouldAllBe(r => r.Status == ActionStatus.Stopped || r.Status == ActionStatus.Blocked);
    }

    [Test]
    public void Progress_counts_every_piece_of_work_once()
    {
        var steps = new List<Progress>();

        new Engine(new MemoryIncus())
            .ApplyAsync(Request(Domain("home", 1, Machine("a"), Machine("b"))), _ => { }, steps.Add, CancellationToken.None)
            .GetAwaiter().GetResult();

        steps.Where(s => s.Result.Status == ActionStatus.Done).Select(s => s.Ended).ShouldBe([1, 2, 3, 4, 5, 6]);
        steps.ShouldAllBe(s => s.Total == 6);
        steps.Count.ShouldBe(12);
    }

    private static DomainSpec Moved(string name, int number)
    {
        var domain = Domain(name, number);
        domain.IncusNetwork = domain.IncusNetwork with { DhcpRange = $"10.77.{number}.100-10.77.{number}.150" };
        return domain;
    }

    private static Action<string, ObjectId> Failing(ObjectId broken, int status, string reason) => (_, id) =>
    {
        if (id == broken)
        {
            throw new IncusErrorException(status, reason);
        }
    };
}
