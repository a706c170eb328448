using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>A newer image is told of, or followed.</summary>
internal sealed class ImagePolicyTests
{
    private const string Newer =
        "there is a newer 'busybox', two, than it was made from, one";

    private const string Earlier = "web-before-20261101-000000";

    private static readonly ObjectId Web = ObjectId.Instance("home", "web");

    [Test]
    public void Plan_tells_of_a_newer_image_of_a_pinned_machine_and_Apply_does_not_even_ask()
    {
        var incus = Made(Machine("web"));

        var told = incus.Plan(Home(Machine("web"))).Single();
        incus.AskedImages.Clear();
        var applied = incus.Apply(Home(Machine("web")));

        (told.Action, told.Status, told.Reason).ShouldBe(
            (ActionKind.Outdated, ActionStatus.Skipped, $"{Newer}; image_policy is pin"));
        applied.ShouldBeEmpty();
        incus.AskedImages.ShouldBeEmpty();
        incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void A_follower_of_the_newest_image_costs_no_change()
    {
        var incus = Made(Following("web"));
        incus.NewestImages["busybox"] = "one";

        incus.Apply(Home(Following("web"))).ShouldBeEmpty();

        incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void A_follower_is_copied_and_rebuilt_in_its_place_and_runs_again()
    {
        var incus = Made(Following("web"));
        var before = incus[Web];
        incus.Snapshots.Add((Web, new() { Name = "monday" }));

        var planned = incus.Plan(Home(Following("web"))).Single();
        var applied = incus.Apply(Home(Following("web"))).Single();

        planned.Action.ShouldBe(ActionKind.Rebuild);
        planned.Reason.ShouldStartWith($"{Newer}; what it has is kept as instance 'web-before-");
        (applied.Action, applied.Status).ShouldBe((ActionKind.Rebuild, ActionStatus.Done));
        var copy = incus.Objects.Keys.Single(IsCopy);
        incus.Changes.Where(c => !c.StartsWith("update", StringComparison.Ordinal)).ShouldBe(
            [$"stop {Web}", $"copy {Web}", $"rebuild {Web}", $"start {Web}"]);
        incus[Web].Devices!["eth0"].ShouldBe(before.Devices!["eth0"]);
        incus[Web].Config!["volatile.uuid"].ShouldBe(before.Config!["volatile.uuid"]);
        incus[Web].Config!.Keys.ShouldNotContain("user.infra.rebuild");
        incus[Web].BaseImage.ShouldBe("two");
        incus[Web].IsUp.ShouldBeTrue();
        incus.Snapshots.Select(s => (s.Id, s.Snapshot.Name)).ShouldBe([(copy, "monday")]);
        incus[copy].BaseImage.ShouldBe("one");
        incus[copy].IsUp.ShouldBeFalse();
        incus.Apply(Home(Following("web"))).ShouldBeEmpty();
        incus.Plan(Home(Following("web")) with { AutoCleanup = true }).ShouldBeEmpty();
    }

    [Test]
    public void A_protected_follower_waits_for_AllowReplace()
    {
        var machine = Following("web") with { InstanceEphemeral = false };
        var incus = Made(machine);

        var withheld = incus.Apply(Home(machine)).Single();
        var changes = incus.Changes.ToList();
        var allowed = incus.Apply(Home(machine) with { AllowReplace = true }).Single();

        (withheld.Action, withheld.Status, withheld.Reason).ShouldBe((
            ActionKind.Outdated,
            ActionStatus.Skipped,
            $"{Newer}; it is protected, so allow the rebuild with AllowReplace=true"));
        changes.ShouldBeEmpty();
        (allowed.Action, allowed.Status).ShouldBe((ActionKind.Rebuild, ActionStatus.Done));
        incus[Web].BaseImage.ShouldBe("two");
    }

    [Test]
    public void Another_os_image_is_a_replacement_and_no_rebuild()
    {
        var incus = Made(Following("web"));

        incus.Plan(Home(Following("web") with { InstanceOsImage = "debian" })).Single().Action.ShouldBe(ActionKind.Replace);
    }

    [Test]
    public void That_an_image_cannot_be_asked_for_is_said_once_and_Apply_goes_on()
    {
        MachineSpec[] machines = [Following("web"), Following("mail")];
        var incus = Made(machines);
        incus.Offline = "'https://far.test' cannot be asked: no route";

        var said = incus.Plan(Home(machines)).Single();
        var applied = incus.Apply(Home([.. machines, Machine("new")]));

        (said.Action, said.Status, said.Reason).ShouldBe((
            ActionKind.Unasked,
            ActionStatus.Skipped,
            "whether there is a newer 'busybox' is not known: 'https://far.test' cannot be asked: no route"));
        applied.Lines().ShouldBe(
            [$"unasked instance 'web' in project 'home': skipped", $"create instance 'new' in project 'home': done"]);
    }

    [Test]
    public void What_else_changes_goes_along_with_the_rebuild()
    {
        var incus = Made(Following("web"));
        var request = Home(Following("web") with { InstanceConfig = Map(("limits.cpu", "2")) });

        incus.Apply(request).Single().Values().ShouldBe(["config.limits.cpu:  -> 2 (Wanted)"]);

        incus[Web].Config!["limits.cpu"].ShouldBe("2");
        incus.Apply(request).ShouldBeEmpty();
    }

    [TestCase("stopped", false)]
    [TestCase("any", true)]
    public void It_runs_afterwards_if_it_is_to_or_did(string state, bool runs)
    {
        var machine = Following("web") with { InstanceState = state };
        var incus = Made(machine);

        incus.Apply(Home(machine)).Single().Action.ShouldBe(ActionKind.Rebuild);

        incus[Web].IsUp.ShouldBe(runs);
        incus.Apply(Home(machine)).ShouldBeEmpty();
    }

    [Test]
    public void The_names_of_other_machines_are_written_anew_into_the_new_disk()
    {
        var machine = Following("web") with { InstanceHosts = Map(("db", "10.77.2.1")) };
        var incus = Made(machine);
        var lines = incus.HostsFiles[Web];

        incus.Apply(Home(machine)).Single().Status.ShouldBe(ActionStatus.Done);

        incus.HostsFiles[Web].ShouldBe(lines);
        incus.Apply(Home(machine)).ShouldBeEmpty();
    }

    [TestCase("stop")]
    [TestCase("copy")]
    [TestCase("rebuild")]
    [TestCase("start")]
    public void Interrupted_at_any_request_the_next_Apply_completes_it_whatever_the_policy_is_by_then(string at)
    {
        var incus = Made(Following("web"));
        incus.Snapshots.Add((Web, new() { Name = "monday" }));
        var dead = false;
        incus.BeforeChange = (verb, _) =>
        {
            dead |= verb == at;
            if (dead)
            {
                throw new Diagnostics.ConnectionFaultException(
                    Diagnostics.ToolDiagnostics.Unreachable("here", "gone"), new IOException());
            }
        };
        incus.Apply(Home(Following("web"))).Single().Status.ShouldBe(ActionStatus.Failed);
        incus.BeforeChange = (_, _) => { };

        incus.Apply(Home(Machine("web"))).ShouldAllBe(r => r.Status == ActionStatus.Done);

        incus[Web].IsUp.ShouldBeTrue();
        incus[Web].BaseImage.ShouldBe("two");
        incus.Objects.Keys.Where(IsCopy).ShouldHaveSingleItem();
        incus.Snapshots.ShouldHaveSingleItem().Id.ShouldSatisfyAllConditions(id => IsCopy(id).ShouldBeTrue());
        incus.Apply(Home(Machine("web"))).ShouldBeEmpty();
    }

    [Test]
    public void One_that_cannot_be_copied_runs_on_as_it_was()
    {
        var incus = Made(Following("web"));
        Refuse(incus, "copy");

        var error = incus.Apply(Home(Following("web"))).Single().Error!;

        error.Code.ShouldBe("INFRA4211");
        error.Message.ShouldContain("No space left");
        incus[Web].IsUp.ShouldBeTrue();
        incus[Web].BaseImage.ShouldBe("one");
        incus[Web].Config!.Keys.ShouldNotContain("user.infra.rebuild");
    }

    [Test]
    public void One_that_cannot_be_rebuilt_says_where_all_of_it_is()
    {
        var incus = Made(Following("web"));
        Refuse(incus, "rebuild");

        var error = incus.Apply(Home(Following("web"))).Single().Error!;

        error.Code.ShouldBe("INFRA4212");
        error.Message.ShouldContain($"What it had is in instance '{incus.Objects.Keys.Single(IsCopy).Name}'");
    }

    [Test]
    public void One_that_does_not_start_from_its_new_disk_says_that_it_was_rebuilt()
    {
        var incus = Made(Following("web"));
        Refuse(incus, "start");

        incus.Apply(Home(Following("web"))).Single().Error!.Code.ShouldBe("INFRA4213");
    }

    [Test]
    public void A_newer_image_that_the_server_does_not_get_stops_nothing()
    {
        var incus = Made(Following("web"));
        incus.BeforeChange = (verb, _) => incus.NewestImages["busybox"] = verb == "image" ? "one" : "two";

        incus.Apply(Home(Following("web"))).Single().Error!.Code.ShouldBe("INFRA4214");

        incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void Somebody_who_started_it_in_between_loses_nothing()
    {
        var incus = Made(Following("web"));
        incus.Snapshots.Add((Web, new() { Name = "before" }));
        Refuse(incus, "rebuild");
        incus.Apply(Home(Following("web"))).Single().Error.ShouldNotBeNull();
        incus.BeforeChange = (_, _) => { };
        var first = incus.Objects.Keys.Single(IsCopy);
        incus.Edit(Web, o => o with
        {
            Config = o.Config!.ToDictionary(c => c.Key, c => c.Value.Replace(first.Name, Earlier, StringComparison.Ordinal)),
        });
        incus.Started(Web);
        incus.Snapshots.Add((Web, new() { Name = "since" }));
        incus.RenameAsync(first, Earlier, CancellationToken.None).GetAwaiter().GetResult();

        incus.Apply(Home(Following("web"))).Single().Status.ShouldBe(ActionStatus.Done);

        incus.Objects.Keys.Count(IsCopy).ShouldBe(2);
        incus.Snapshots.Select(s => (IsCopy(s.Id), s.Snapshot.Name)).ShouldBe([(true, "before"), (true, "since")]);
    }

    [Test]
    public void One_that_was_rebuilt_and_started_before_the_run_could_say_so_is_left_alone()
    {
        var incus = Made(Following("web"));
        Refuse(incus, "start");
        incus.Apply(Home(Following("web"))).Single().Error.ShouldNotBeNull();
        incus.BeforeChange = (_, _) => { };
        incus.Started(Web);
        incus.Edit(Web, o => o with { Config = new(o.Config!) { ["user.infra.rebuild"] = """{"copy":"c","copied_at":"1"}""" } });
        incus.Changes.Clear();

        incus.Apply(Home(Following("web"))).ShouldAllBe(r => r.Status == ActionStatus.Done);

        incus.Changes.ShouldBe([$"update {Web}"]);
        incus.Apply(Home(Following("web"))).ShouldBeEmpty();
    }

    [Test]
    public void A_copy_is_deleted_when_its_days_are_over_or_its_machine_is_gone()
    {
        var incus = Made(Following("web"));
        incus.Apply(Home(Following("web"))).Single().Status.ShouldBe(ActionStatus.Done);
        var copy = incus.Objects.Keys.Single(IsCopy);

        var gone = incus.Plan(Home() with { AutoCleanup = true });
        incus.Edit(copy, o => o with { Config = new(o.Config!) { ["user.infra.kept-until"] = "2026-01-01" } });
        var over = incus.Apply(Home(Following("web")));

        gone.Lines().ShouldBe([$"delete {Web}: planned", $"delete {copy}: planned"], ignoreOrder: true);
        over.Single().Reason.ShouldBe("what 'web' had before its rebuild was kept until 2026-01-01");
        incus.Objects.Keys.ShouldNotContain(copy);
        incus[Web].IsUp.ShouldBeTrue();
    }

    [Test]
    public void Destroy_takes_the_copies_along()
    {
        var incus = Made(Following("web"));
        incus.Apply(Home(Following("web"))).Single().Status.ShouldBe(ActionStatus.Done);

        incus.Destroy(new() { Project = Project, Id = Project, IncludeProtected = true });

        incus.Objects.Keys.Where(id => id.Kind == ObjectKind.Instance).ShouldBeEmpty();
    }

    [Test]
    public void A_copy_that_is_renamed_back_is_the_machine()
    {
        var incus = Made(Following("web"));
        incus.Apply(Home(Following("web"))).Single().Status.ShouldBe(ActionStatus.Done);
        var copy = incus.Objects.Keys.Single(IsCopy);
        incus.Objects.Remove(Web);
        incus.Put(Web, incus[copy]);
        incus.Objects.Remove(copy);

        incus.Apply(Home(Machine("web", "10.77.1.5"))).Lines().ShouldBe([$"update {Web}: done"]);

        incus[Web].IsUp.ShouldBeTrue();
        incus[Web].BaseImage.ShouldBe("one");
        incus[Web].Devices!["eth0"].ShouldContainKeyAndValue("ipv4.address", "10.77.1.5");
        incus.Apply(Home(Machine("web", "10.77.1.5"))).ShouldBeEmpty();
    }

    [Test]
    public void Another_policy_is_told() =>
        SpecCheck.FaultsOf([Domain("home", 1, Machine("web") with { InstanceImagePolicy = "latest" })]).ShouldBe(
            ["Domain 'home': machine 'web': instance_image_policy is 'latest', and only pin and follow are known."]);

    private static MachineSpec Following(string name) =>
        Machine(name, name == "web" ? "10.77.1.5" : null) with { InstanceImagePolicy = MachineSpec.Follow };

    private static EngineRequest Home(params MachineSpec[] machines) => Request(Domain("home", 1, machines));

    // Made from 'one', and now there is 'two'.
    private static MemoryIncus Made(params MachineSpec[] machines)
    {
        var incus = new MemoryIncus { NewestImages = { ["busybox"] = "one" } }.With(Home(machines));
        incus.NewestImages["busybox"] = "two";
        foreach (var machine in machines.Where(m => m.InstanceState == "any"))
        {
            incus[ObjectId.Instance("home", machine.InstanceName)].IsUp.ShouldBeTrue();
        }

        return incus;
    }

    private static void Refuse(MemoryIncus incus, string verb) => incus.BeforeChange = (change, _) =>
    {
        if (change == verb)
        {
            throw new Diagnostics.IncusErrorException(500, "No space left on device");
        }
    };

    private static bool IsCopy(ObjectId id) => id.Kind == ObjectKind.Instance && id.Name.StartsWith("web-before-");
}
