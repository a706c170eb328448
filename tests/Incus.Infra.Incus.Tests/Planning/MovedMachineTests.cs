using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>A machine with <c>was: domain/name</c> is the one that another domain had, with its volumes and snapshots.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MovedMachineTests
{
    private static readonly ObjectId Old = ObjectId.Instance("lab", "old");
    private static readonly ObjectId New = ObjectId.Instance("home", "new");
    private static readonly ObjectId NewData = ObjectId.Volume("home", "default", "new-data");

    private readonly MemoryIncus _incus = new MemoryIncus().With(InLab());

    [Test]
    public void Nothing_happens_to_one_that_runs_until_its_stop_is_allowed()
    {
        _incus.With(InLab());

        var refused = _incus.Apply(InHome()).Where(r => r.Error is not null).ShouldHaveSingleItem();

        (refused.Id, refused.Error!.Code).ShouldBe((New, "INFRA4202"));
        refused.Error.Message.ShouldContain("instance 'old' in project 'lab' is to become instance 'new' in project 'home'");
        _incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void It_comes_with_its_volumes_and_snapshots_and_gets_an_address_of_its_new_domain()
    {
        var uuid = _incus[Old].Config!["volatile.uuid"];
        _incus.Snapshots.Add((Old, new SnapshotView { Name = "mine" }));

        var moved = _incus.Apply(Allowed()).ShouldHaveSingleItem();

        (moved.Id, moved.Action, moved.Reason).ShouldBe((New, ActionKind.Rename, "it was instance 'old' in project 'lab'"));
        ShouldBeMoved();
        _incus[New].Config!["volatile.uuid"].ShouldBe(uuid);
        _incus[New].Devices!["eth0"]["ipv4.address"].ShouldBe("10.77.2.9");
        _incus.Snapshots.ShouldHaveSingleItem().Id.ShouldBe(New);
        _incus.Changes.ShouldNotContain(c => c.StartsWith("delete") || c.StartsWith("create"));
    }

    [Test]
    public void It_may_keep_its_name()
    {
        var same = Request(Domain("lab", 1), Domain("home", 2, Box("old", "10.77.2.9", "lab/old"))) with { AllowMove = true };

        _incus.With(same);

        _incus.Objects.Keys.Where(o => o.Kind is ObjectKind.Instance or ObjectKind.Volume)
            .ShouldBe([ObjectId.Volume("home", "default", "old-data"), ObjectId.Instance("home", "old")], ignoreOrder: true);
    }

    [Test]
    public void It_comes_to_a_domain_that_is_made_for_it_when_its_own_goes()
    {
        var other = Request(Domain("den", 3, Box("old", "10.77.3.4", "lab/old")), Domain("home", 2));

        _incus.With(other with { AllowMove = true });

        _incus[ObjectId.Instance("den", "old")].Status.ShouldBe("Running");
        _incus.Plan(other).ShouldAllBe(r => r.Id.Kind != ObjectKind.Instance && r.Action == ActionKind.Protected);
    }

    [Test]
    public void In_a_project_that_somebody_may_use_it_is_still_known_what_it_was_made_from()
    {
        var own = Request(
            Domain("lab", 1), Domain("home", 2, Box("new", "10.77.2.9", "lab/old")) with { IncusAccess = DomainSpec.Own });

        _incus.With(own with { AllowMove = true });

        _incus[New].Config!["user.infra.image"].ShouldBe("busybox");
        _incus.Plan(own).ShouldBeEmpty();
    }

    [Test]
    public void What_somebody_added_by_hand_comes_along()
    {
        _incus.Edit(Old, o => o with
        {
            Config = new(o.Config!) { ["user.note"] = "mine" },
            Devices = new(o.Devices!) { ["tty"] = new() { ["type"] = "unix-char", ["path"] = "/dev/ttyS0" } },
        });

        _incus.With(Allowed());

        (_incus[New].Config!["user.note"], _incus[New].Devices!["tty"]["path"]).ShouldBe(("mine", "/dev/ttyS0"));
    }

    [Test]
    public void Once_done_the_field_can_go()
    {
        _incus.With(Allowed());

        _incus.Plan(Request(Domain("lab", 1), Domain("home", 2, Box("new", "10.77.2.9")))).ShouldBeEmpty();
    }

    [Test]
    public void A_run_that_is_killed_anywhere_is_completed_by_the_next_without_permission(
        [Range(1, 7)] int change, [Values("running", "any")] string state)
    {
        _incus.With(InLab(state));
        var count = 0;
        _incus.BeforeChange = (verb, _) =>
        {
            if (verb != "image" && (_incus.Changes.Contains($"stop {Old}") ? ++count : 0) == change)
            {
                throw new InvalidOperationException("killed");
            }
        };
        Should.Throw<InvalidOperationException>(() => _incus.Apply(Allowed(state)));
        _incus.BeforeChange = (_, _) => { };

        _incus.With(InHome(state));

        ShouldBeMoved(state);
    }

    [TestCase("rename")]
    [TestCase("move")]
    public void One_that_Incus_does_not_move_runs_on_and_the_next_run_goes_on(string step)
    {
        _incus.BeforeChange = (verb, id) => Refuse(verb == step && id.Kind == ObjectKind.Instance);

        var failed = _incus.Apply(Allowed()).ShouldHaveSingleItem();

        failed.Error!.Message.ShouldBe($"{New}: Rename failed. Incus says: no");
        var there = _incus.Objects.Single(o => o.Key.Kind == ObjectKind.Instance);
        (there.Key.Project, there.Value.Object.Status).ShouldBe(("lab", "Running"));
        there.Value.Object.Devices!["data"]["source"].ShouldBe("old-data");
        _incus.BeforeChange = (_, _) => { };
        _incus.With(Allowed());
        ShouldBeMoved();
    }

    [Test]
    public void One_whose_volumes_do_not_come_stays_stopped_and_the_next_run_goes_on()
    {
        _incus.BeforeChange = (verb, id) => Refuse(verb == "move" && id.Kind == ObjectKind.Volume);

        _incus.Apply(Allowed()).ShouldHaveSingleItem().Error!.Code.ShouldBe("INFRA4200");

        _incus[New].Status.ShouldBe("Stopped", "it would run without its data");
        _incus.BeforeChange = (_, _) => { };
        _incus.With(InHome());
        ShouldBeMoved();
    }

    [Test]
    public void If_both_are_there_nobody_guesses_which_one_is_meant()
    {
        _incus.With(Request(
            Domain("lab", 1, Box("old", "10.77.1.5")), Domain("home", 2, Box("new", "10.77.2.9"))));

        _incus.Plan(InHome()).Where(r => r.Error is not null).ShouldHaveSingleItem().Error!.Code.ShouldBe("INFRA4201");
    }

    [Test]
    public void Without_the_field_the_plan_says_what_it_looks_like() =>
        _incus.Plan(Request(Domain("lab", 1), Domain("home", 2, Box("new", "10.77.2.9")))).Single(r => r.Id == New).Reason
            .ShouldBe("looks like a rename of 'lab/old', whose data it gets with was: lab/old");

    private void ShouldBeMoved(string state = "running")
    {
        _incus.Objects.Keys.Where(o => o.Kind is ObjectKind.Instance or ObjectKind.Volume)
            .ShouldBe([NewData, New], ignoreOrder: true);
        _incus[New].Status.ShouldBe("Running");
        _incus[New].Devices!["data"]["source"].ShouldBe("new-data");
        _incus.Plan(InHome(state)).ShouldBeEmpty();
    }

    private static EngineRequest InLab(string state = "running") =>
        Request(Domain("lab", 1, Box("old", "10.77.1.5") with { InstanceState = state }), Domain("home", 2));

    private static EngineRequest InHome(string state = "running") =>
        Request(Domain("lab", 1), Domain("home", 2, Box("new", "10.77.2.9", "lab/old") with { InstanceState = state }));

    private static EngineRequest Allowed(string state = "running") => InHome(state) with { AllowMove = true };

    private static MachineSpec Box(string name, string address, string? was = null) => Machine(name, address) with
    {
        InstanceWas = was,
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
