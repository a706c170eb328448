using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>A machine with <c>was</c> is the one that had that name, with its volumes and snapshots.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RenameTests
{
    private static readonly ObjectId Old = ObjectId.Instance("home", "old");
    private static readonly ObjectId New = ObjectId.Instance("home", "new");
    private static readonly ObjectId NewData = ObjectId.Volume("home", "default", "new-data");

    private readonly MemoryIncus _incus = new MemoryIncus().With(Home(Box("old")));

    [Test]
    public void Nothing_happens_to_one_that_runs_until_its_stop_is_allowed()
    {
        var request = Home(Box("new", "old", size: "2GiB"));
        var planned = _incus.Plan(request).ShouldHaveSingleItem();

        (planned.Id, planned.Action, planned.Error!.Code).ShouldBe((New, ActionKind.Rename, "INFRA4202"));
        _incus.Apply(request).ShouldHaveSingleItem().Error!.Message.ShouldContain("AllowMove=true");
        _incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void Where_only_volumes_are_looked_at_no_empty_one_takes_the_name()
    {
        var request = Home(Box("new", "old")) with { Kinds = new HashSet<ObjectKind> { ObjectKind.Volume } };

        _incus.Apply(request).ShouldAllBe(r => r.Status == ActionStatus.Skipped);

        _incus.Objects.ShouldNotContainKey(NewData);
    }

    [Test]
    public void An_empty_volume_that_has_the_name_is_not_attached_in_place_of_the_data()
    {
        _incus.Put(NewData, new IncusObject { Type = "custom", Config = [] });

        _incus.Apply(Allowed("new", "old")).Where(r => r.Id == New).ShouldHaveSingleItem().Error!.Code.ShouldBe("INFRA4201");

        _incus[Old].Devices!["data"]["source"].ShouldBe("old-data");
    }

    [Test]
    public void It_is_renamed_with_its_volumes_and_keeps_what_it_is()
    {
        var uuid = _incus[Old].Config!["volatile.uuid"];
        _incus.Snapshots.Add((Old, new SnapshotView { Name = "mine" }));

        _incus.Apply(Allowed("new", "old")).Lines().ShouldBe([$"rename {New}: done"]);

        ShouldBeRenamed();
        _incus[New].Config!["volatile.uuid"].ShouldBe(uuid);
        _incus.Snapshots.ShouldHaveSingleItem().Id.ShouldBe(New);
        _incus.Changes.ShouldNotContain(c => c.StartsWith("delete") || c.StartsWith("create"));
    }

    [Test]
    public void What_changes_besides_takes_no_second_stop()
    {
        _incus.With(Allowed("new", "old", "2GiB", "lxc.a = 2"));

        ShouldBeRenamed("2GiB", "lxc.a = 2");
        _incus[NewData].Config!["size"].ShouldBe("2GiB");
    }

    [Test]
    public void One_that_is_stopped_needs_no_permission()
    {
        _incus.Edit(Old, o => o with { Status = "Stopped" });

        _incus.With(Home(Box("new", "old")));

        ShouldBeRenamed();
    }

    [Test]
    public void One_that_is_to_be_stopped_needs_no_permission()
    {
        _incus.With(Request(Domain("home", 1, Box("new", "old") with { InstanceState = "stopped" })));

        _incus[New].Status.ShouldBe("Stopped");
    }

    [Test]
    public void Its_marks_are_those_of_its_new_name_and_the_field_can_go()
    {
        _incus.With(Allowed("new", "old"));

        _incus.Plan(Home(Box("new"))).ShouldBeEmpty();
        var changed = Box("new") with { InstanceOsImage = "alpine" };
        _incus.Plan(Home(changed)).ShouldHaveSingleItem().Action.ShouldBe(ActionKind.Replace, "its image is still known");
    }

    [TestCase("running", "Running")]
    [TestCase("any", "Running")]
    [TestCase("stopped", "Stopped")]
    public void Afterwards_it_runs_if_it_is_to(string state, string status)
    {
        _incus.With(Request(Domain("home", 1, Box("new", "old") with { InstanceState = state })) with { AllowMove = true });

        _incus[New].Status.ShouldBe(status);
    }

    [Test]
    public void A_run_that_is_killed_anywhere_is_completed_by_the_next_without_permission(
        [Range(1, 7)] int change, [Values("running", "any")] string state)
    {
        var request = Request(Domain("home", 1, Box("new", "old") with { InstanceState = state }));
        _incus.With(Request(Domain("home", 1, Box("old") with { InstanceState = state })));
        var count = 0;
        _incus.BeforeChange = (verb, _) =>
        {
            if (verb != "image" && (_incus.Changes.Contains($"stop {Old}") ? ++count : 0) == change)
            {
                throw new InvalidOperationException("killed");
            }
        };
        Should.Throw<InvalidOperationException>(() => _incus.Apply(request with { AllowMove = true }));
        _incus.BeforeChange = (_, _) => { };

        _incus.With(request);

        ShouldBeRenamed(state: state);
    }

    [TestCase("rename instance")]
    [TestCase("rename volume")]
    public void One_that_Incus_does_not_rename_runs_on_and_the_next_run_goes_on(string step)
    {
        _incus.BeforeChange = (verb, id) => Refuse(step == $"{verb} {id.Word}");

        var failed = _incus.Apply(Allowed("new", "old")).ShouldHaveSingleItem();

        failed.Error!.Message.ShouldBe($"{New}: Rename failed. Incus says: no");
        _incus[Old].Status.ShouldBe("Running");
        _incus.BeforeChange = (_, _) => { };
        _incus.With(Allowed("new", "old"));
        ShouldBeRenamed();
    }

    [Test]
    public void One_that_does_not_start_by_its_new_name_is_a_failure_that_says_so()
    {
        _incus.BeforeChange = (verb, _) => Refuse(verb == "start");

        _incus.Apply(Allowed("new", "old")).ShouldHaveSingleItem().Error!.Code.ShouldBe("INFRA4200");
    }

    [Test]
    public void If_both_are_there_nobody_guesses_which_one_is_meant()
    {
        _incus.With(Home(Box("new"), Box("old") with { InstanceIp = "10.77.1.6" }));

        _incus.Plan(Home(Box("new", "old"))).Where(r => r.Error is not null).ShouldHaveSingleItem().Error!.Code
            .ShouldBe("INFRA4201");
    }

    [Test]
    public void A_machine_of_somebody_else_is_not_renamed()
    {
        var others = Allowed("new", "old") with { Id = "other" };

        _incus.Apply(others).Where(r => r.Id == New).ShouldHaveSingleItem().Error!.Code.ShouldBe("INFRA4023");

        _incus.Objects.ShouldContainKey(Old);
    }

    [Test]
    public void Where_there_was_none_it_is_made()
    {
        var empty = new MemoryIncus().With(Home(Box("new", "old")));

        empty.Objects.ShouldContainKey(New);
        empty.Plan(Home(Box("new", "old"))).ShouldBeEmpty();
    }

    [Test]
    public void Who_misspells_it_gets_no_empty_machine_and_is_told_which_one_it_looks_like()
    {
        var results = _incus.Apply(Home(Box("new", "odl")));

        var fault = results.Where(r => r.Error is not null).Select(r => r.Error!).Distinct().ShouldHaveSingleItem();
        fault.Code.ShouldBe("INFRA4240");
        fault.Message.ShouldContain("Write 'was: old'");
        _incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void Without_the_field_the_plan_says_what_it_looks_like() =>
        _incus.Plan(Home(Box("new"))).Single(r => r.Id == New).Reason
            .ShouldBe("looks like a rename of 'old', whose data it gets with was: old");

    [Test]
    public void It_says_so_only_of_an_equal_one_and_where_no_other_is_possible()
    {
        _incus.Plan(Home(Box("new") with { InstanceOsImage = "alpine" })).Single(r => r.Id == New).Reason.ShouldBeEmpty();
        _incus.Plan(Home(Box("new"), Box("more") with { InstanceIp = "10.77.1.6" })).Select(r => r.Reason)
            .ShouldNotContain(r => r.StartsWith("looks like"));
    }

    private void ShouldBeRenamed(string size = "1GiB", string raw = "lxc.a = 1", string state = "running")
    {
        _incus.Objects.Keys.Where(o => o.Kind is ObjectKind.Instance or ObjectKind.Volume)
            .ShouldBe([NewData, New], ignoreOrder: true);
        _incus[New].Status.ShouldBe("Running");
        _incus[New].Devices!["data"]["source"].ShouldBe("new-data");
        _incus.Plan(Request(Domain("home", 1, Box("new", "old", size, raw) with { InstanceState = state }))).ShouldBeEmpty();
    }

    private static EngineRequest Allowed(string name, string was, string size = "1GiB", string raw = "lxc.a = 1") =>
        Home(Box(name, was, size, raw)) with { AllowMove = true };

    private static EngineRequest Home(params MachineSpec[] machines) => Request(Domain("home", 1, machines));

    private static MachineSpec Box(string name, string? was = null, string size = "1GiB", string raw = "lxc.a = 1") =>
        Machine(name, "10.77.1.5") with
        {
            InstanceWas = was,
            InstanceConfig = Map(("raw.lxc", raw)),
            InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/srv", Size = size } },
        };

    private static void Refuse(bool condition)
    {
        if (condition)
        {
            throw new IncusErrorException(400, "no");
        }
    }
}
