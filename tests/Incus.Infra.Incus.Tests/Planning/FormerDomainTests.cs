using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>A domain with <c>was</c> is the one that had that name, with its subnet, machines and volumes.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FormerDomainTests
{
    private static readonly ObjectId OldNetwork = ObjectId.Network("net-old");
    private static readonly ObjectId NewNetwork = ObjectId.Network("net-new");

    private readonly MemoryIncus _incus = new MemoryIncus().With(Old());

    [Test]
    public void Nothing_happens_until_the_stop_of_its_machines_is_allowed()
    {
        var results = _incus.Apply(New());

        results.Where(r => r.Error?.Code == "INFRA4202").Select(r => r.Id.Name).ShouldBe(["db", "web"], ignoreOrder: true);
        results.Where(r => r.Status == ActionStatus.Done).ShouldBeEmpty();
        _incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void All_of_it_has_the_new_name_and_nothing_the_old_one()
    {
        _incus.Apply(Allowed()).Where(r => r.Error is not null).ShouldBeEmpty();

        ShouldBeRenamed();
        _incus.Changes.ShouldNotContain(c => c.StartsWith("create instance") || c.StartsWith("create volume")
            || c.StartsWith("delete instance") || c.StartsWith("delete volume"));
    }

    [Test]
    public void The_plan_says_what_becomes_of_all_of_it()
    {
        var plan = _incus.Plan(Allowed()).ToLookup(r => r.Id);

        plan[OldNetwork].Select(r => r.Reason).ShouldBe(
        [
            "gives its subnet to network 'net-new' first, and its machines are stopped for that",
            "its domain 'old' is 'new' now",
        ]);
        plan[ObjectId.OfProject("old")].ShouldHaveSingleItem().Action.ShouldBe(ActionKind.Delete);
        plan[ObjectId.Instance("new", "web")].ShouldHaveSingleItem().Reason.ShouldBe("it was instance 'web' in project 'old'");
    }

    [Test]
    public void In_a_cluster_its_tunnel_is_given_up_too()
    {
        _incus.Edit(OldNetwork, o => o with { Config = new(o.Config!) { ["tunnel.v.id"] = "7" } });

        _incus.Plan(Allowed()).First(r => r.Id == OldNetwork).Changes.Select(c => c.Key).ShouldContain("config.tunnel.v.id");
    }

    [Test]
    public void A_look_at_this_domain_alone_is_enough()
    {
        _incus.Apply(Allowed() with { Scope = new HashSet<string> { "new" } }).Where(r => r.Error is not null).ShouldBeEmpty();

        ShouldBeRenamed();
    }

    [Test]
    public void A_machine_of_it_may_get_another_name_or_go_elsewhere_at_the_same_time()
    {
        var other = Request(
            Renamed(Box("shop", 5, "old/web")), Domain("home", 2, Box("db", 6, "old/db") with { InstanceIp = "10.77.2.6" }));

        _incus.With(other with { AllowMove = true });

        _incus.Objects.Keys.Where(o => o.Kind == ObjectKind.Instance)
            .ShouldBe([ObjectId.Instance("home", "db"), ObjectId.Instance("new", "shop")], ignoreOrder: true);
        _incus.Objects.Keys.ShouldNotContain(OldNetwork);
        _incus.Plan(other).ShouldBeEmpty();
    }

    [Test]
    public void With_another_subnet_nothing_is_given_up()
    {
        var other = Request(Domain("new", 3, Moved("web", "10.77.3.5"), Moved("db", "10.77.3.6")) with { Was = "old" });

        _incus.With(other with { AllowMove = true });

        _incus.Changes.ShouldNotContain($"update {OldNetwork}");
        _incus.Objects.Keys.ShouldNotContain(OldNetwork);

        static MachineSpec Moved(string name, string address) => Box(name, 5, $"old/{name}") with { InstanceIp = address };
    }

    [Test]
    public void A_machine_that_would_stay_behind_keeps_its_network_and_nothing_is_begun()
    {
        var without = Request(Renamed(Box("web", 5, "old/web"))) with { AllowMove = true };

        var refused = _incus.Apply(without).Single(r => r.Error?.Code == "INFRA4203");

        refused.Id.ShouldBe(NewNetwork);
        refused.Error!.Message.ShouldContain("instance 'db' in project 'old'");
        _incus.Objects.Keys.ShouldNotContain(NewNetwork);
        _incus[ObjectId.Instance("old", "web")].Status.ShouldBe("Running");
    }

    [Test]
    public void A_machine_that_may_not_be_changed_holds_all_of_them_back()
    {
        _incus.Folders = [];
        var request = Request(Renamed(
            Box("web", 5, "old/web"),
            Box("db", 6, "old/db") with
            {
                InstanceDevices = Device("papers", ("type", "disk"), ("source", "/papers"), ("path", "/papers")),
            }));

        _incus.Apply(request with { AllowMove = true });

        _incus.Changes.ShouldNotContain(c => c.StartsWith("stop"));
        _incus[OldNetwork].Config!["ipv4.address"].ShouldBe("10.77.1.254/24");
    }

    [Test]
    public void A_subnet_that_is_not_given_up_leaves_the_machines_running()
    {
        _incus.BeforeChange = (verb, id) =>
            Refuse(verb == "update" && id == OldNetwork && _incus.Changes.Exists(c => c.StartsWith("stop")));

        _incus.Apply(Allowed()).ShouldContain(r => r.Error != null);

        _incus[ObjectId.Instance("old", "web")].Status.ShouldBe("Running");
        _incus.BeforeChange = (_, _) => { };
        _incus.With(Allowed());
        ShouldBeRenamed();
    }

    [TestCase("running")]
    [TestCase("any")]
    public void A_run_that_is_killed_anywhere_is_completed_by_the_next(string state)
    {
        var killed = 0;
        for (var isKilled = true; isKilled; killed++)
        {
            var incus = new MemoryIncus().With(Old(state));
            incus.Changes.Clear();
            incus.BeforeChange = (_, _) =>
            {
                if (incus.Changes.Count == killed)
                {
                    throw new InvalidOperationException("killed");
                }
            };
            isKilled = false;
            try
            {
                incus.Apply(New(state) with { AllowMove = true, Parallel = 1 });
            }
            catch (InvalidOperationException)
            {
                isKilled = true;
            }

            incus.BeforeChange = (_, _) => { };
            incus.With(New(state) with { AllowMove = true });
            ShouldBeRenamed(incus, state);
        }

        killed.ShouldBeGreaterThan(20);
    }

    private void ShouldBeRenamed() => ShouldBeRenamed(_incus, "running");

    private static void ShouldBeRenamed(MemoryIncus incus, string state)
    {
        incus.Objects.Keys.Where(o => o.Project == "old" || o.Name is "net-old").ShouldBeEmpty();
        foreach (var name in new[] { "web", "db" })
        {
            var machine = incus[ObjectId.Instance("new", name)];
            machine.Status.ShouldBe("Running");
            machine.Devices!["data"]["source"].ShouldBe($"{name}-data");
            machine.Devices["eth0"]["network"].ShouldBe("net-new");
            incus.Objects.ShouldContainKey(ObjectId.Volume("new", "default", $"{name}-data"));
        }

        incus.Plan(New(state)).ShouldBeEmpty();
        incus.Plan(Request(Domain("new", 1, Box("web", 5, null, state), Box("db", 6, null, state)) with
        {
            Description = "Domain old",
        })).ShouldBeEmpty("the field can go");
    }

    private static EngineRequest Old(string state = "running") =>
        Request(Domain("old", 1, Box("web", 5, null, state), Box("db", 6, null, state)));

    private static EngineRequest New(string state = "running") =>
        Request(Renamed(Box("web", 5, "old/web", state), Box("db", 6, "old/db", state)));

    private static EngineRequest Allowed() => New() with { AllowMove = true };

    private static DomainSpec Renamed(params MachineSpec[] machines) =>
        Domain("new", 1, machines) with { Was = "old", Description = "Domain old" };

    private static MachineSpec Box(string name, int host, string? was, string state = "running") =>
        Machine(name, $"10.77.1.{host}") with
        {
            InstanceWas = was,
            InstanceState = state,
            InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/srv" } },
        };

    private static void Refuse(bool condition)
    {
        if (condition)
        {
            throw new IncusErrorException(400, "no");
        }
    }
}
