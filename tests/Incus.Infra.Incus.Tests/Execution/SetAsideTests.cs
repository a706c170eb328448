using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Execution;

/// <summary>A replacement keeps the former instance until the new one runs, whatever goes wrong.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SetAsideTests
{
    private static readonly ObjectId Web = ObjectId.Instance("home", "web");
    private static readonly string[] Steps = ["stop", "update", "rename", "create", "boot", "delete"];

    private readonly MemoryIncus _incus = new MemoryIncus().With(Home("busybox"));
    private readonly IncusObject _former;

    public SetAsideTests()
    {
        _incus.TakeSnapshotAsync(Web, "theirs", CancellationToken.None);
        _incus.Edit(Web, o => o with { Config = new(o.Config!) { ["user.theirs"] = "kept", ["boot.autostart"] = "true" } });
        _incus.Changes.Clear();
        _former = _incus[Web];
    }

    [Test]
    public void The_new_one_is_made_before_the_former_is_deleted()
    {
        _incus.Apply(Home("debian")).Single().Status.ShouldBe(ActionStatus.Done);

        var aside = $"instance 'web-aside-{_former.Config!["volatile.uuid"][..8]}' in project 'home'";
        _incus.Changes.ShouldBe([$"stop {Web}", $"update {Web}", $"rename {Web}", $"create {Web}", $"delete {aside}"]);
        Instances().ShouldBe([Web]);
        _incus.Plan(Home("debian")).ShouldBeEmpty();
    }

    [Test]
    public void When_a_step_fails_the_former_is_back_as_it_was_and_the_error_says_so([ValueSource(nameof(BeforeEnd))] string step)
    {
        var failed = false;
        _incus.BeforeChange = (verb, _) => Refuse(verb == step && !failed && (failed = true), "Missing source path");

        var error = _incus.Apply(Home("debian")).Single().Error!;

        error.Code.ShouldBe("INFRA4037");
        error.Message.ShouldBe($"{Web} could not be replaced; the old instance is back. The reason: Missing source path.");
        ShouldBeTheFormer();
        _incus.BeforeChange = (_, _) => { };
        _incus.With(Home("debian")).Plan(Home("debian")).ShouldBeEmpty();
    }

    [Test]
    public void One_that_was_stopped_stays_stopped_when_the_new_one_cannot_be_made()
    {
        _incus.Edit(Web, o => o with { Status = "Stopped" });
        _incus.BeforeChange = (verb, _) => Refuse(verb == "create", "no space left");

        _incus.Apply(Home("debian")).Single().Error!.Code.ShouldBe("INFRA4037");

        _incus[Web].Status.ShouldBe("Stopped");
    }

    [Test]
    public void A_former_that_cannot_be_started_again_is_said_to_be_there_and_stopped()
    {
        _incus.BeforeChange = (verb, _) => Refuse(verb is "create" or "start", $"no {verb}");

        var error = _incus.Apply(Home("debian")).Single().Error!;

        error.Code.ShouldBe("INFRA4049");
        error.Message.ShouldStartWith($"{Web} is stopped");
        error.Message.ShouldContain("no create");
        error.Message.ShouldContain("no start");
        Instances().ShouldBe([Web]);
    }

    [Test]
    public void A_former_that_cannot_be_deleted_is_named_and_the_next_apply_deletes_it()
    {
        _incus.BeforeChange = (verb, _) => Refuse(verb == "delete", "Failed to delete storage");

        var error = _incus.Apply(Home("debian")).Single().Error!;

        error.Code.ShouldBe("INFRA4038");
        error.Message.ShouldContain($"'{Aside().Name}'");
        error.Message.ShouldContain("Failed to delete storage");
        _incus.BeforeChange = (_, _) => { };
        var planned = _incus.Plan(Home("debian")).Single();
        (planned.Id, planned.Action, planned.Reason).ShouldBe((Aside(), ActionKind.Delete, $"{Web} has taken its place"));
        _incus.With(Home("debian"));
        Instances().ShouldBe([Web]);
    }

    [Test]
    public void A_run_that_is_killed_at_any_step_is_completed_or_undone_by_the_next(
        [ValueSource(nameof(Steps))] string step, [Values("busybox", "debian")] string next, [Values] bool allowed)
    {
        Kill(step, "debian");

        var request = Home(next) with { AllowReplace = allowed, AutoCleanup = true };
        var planned = _incus.Plan(request);
        var applied = _incus.Apply(request);

        applied.Select(r => (r.Id, r.Action)).ShouldBe(planned.Select(r => (r.Id, r.Action)));
        Instances().ShouldBe([Web]);
        _incus[Web].Status.ShouldBe("Running");
        _incus.Plan(request).Where(r => r.Status == ActionStatus.Planned).ShouldBeEmpty();
        if (next == "busybox" && step != "delete")
        {
            ShouldBeTheFormer();
        }
    }

    [Test]
    public void After_a_killed_run_the_former_is_not_lost_while_the_new_one_does_not_work(
        [ValueSource(nameof(BeforeEnd))] string step)
    {
        Kill(step, "debian");
        _incus.BeforeChange = (verb, _) => Refuse(verb is "create" or "boot", "no space left");

        _incus.Apply(Home("debian") with { AutoCleanup = true }).Single().Error!.Code.ShouldBe("INFRA4037");

        Instances().ShouldBe([Web]);
        _incus[Web].Config!["volatile.uuid"].ShouldBe(_former.Config!["volatile.uuid"]);
    }

    [Test]
    public void A_new_one_that_ran_and_cannot_be_started_any_more_does_not_cost_the_former()
    {
        Kill("delete", "debian");
        _incus.Edit(Web, o => o with { Status = "Stopped" });
        _incus.BeforeChange = (verb, _) => Refuse(verb == "start", "Missing source path");

        var results = _incus.Apply(Home("debian") with { AutoCleanup = true });

        results.Select(r => (r.Id, r.Status)).ShouldBe([(Web, ActionStatus.Failed), (Aside(), ActionStatus.Blocked)]);
        Instances().ShouldBe([Web, Aside()], ignoreOrder: true);
        _incus.BeforeChange = (_, _) => { };
        _incus.With(Home("debian"));
        Instances().ShouldBe([Web]);
    }

    [Test]
    public void When_the_server_is_gone_the_error_names_the_former_and_the_next_apply_brings_it_back()
    {
        _incus.BeforeChange = (verb, _) =>
        {
            if (verb == "create")
            {
                _incus.BeforeChange = (_, _) => throw Gone();
                throw Gone();
            }
        };

        var error = _incus.Apply(Home("debian")).Single().Error!;

        error.Code.ShouldBe("INFRA4038");
        error.Message.ShouldContain($"'{Aside().Name}'");
        _incus.BeforeChange = (_, _) => { };
        _incus.Plan(Home("busybox")).Single().Reason.ShouldStartWith("an interrupted replacement is undone first");
        _incus.With(Home("busybox"));
        ShouldBeTheFormer();

        static ConnectionFaultException Gone() => new(ToolDiagnostics.NotRunning("/socket"), new IOException());
    }

    [Test]
    public void What_somebody_else_made_under_the_name_meanwhile_costs_neither()
    {
        _incus.BeforeChange = (verb, id) =>
        {
            if (verb == "create" && !_incus.Objects.ContainsKey(id))
            {
                _incus.Put(id, new IncusObject { Config = [], Devices = [], Status = "Running" });
            }
        };

        _incus.Apply(Home("debian")).Single().Error!.Code.ShouldBe("INFRA4038");

        Instances().ShouldBe([Web, Aside()], ignoreOrder: true);
    }

    [Test]
    public void A_copy_of_one_that_was_set_aside_is_not_taken_for_it()
    {
        Kill("create", "debian");
        var copy = ObjectId.Instance("home", "theirs");
        _incus.Put(copy, _incus[Aside()] with { Config = new(_incus[Aside()].Config!) { ["volatile.uuid"] = "99999999" } });

        _incus.With(Home("debian"));

        Instances().ShouldBe([Web, copy], ignoreOrder: true);
    }

    [Test]
    public void One_that_was_set_aside_for_a_machine_that_left_infra_yml_is_an_orphan()
    {
        Kill("create", "debian");
        var request = Request(Domain("home", 1)) with { AutoCleanup = true };

        _incus.Plan(request with { AutoCleanup = false })
            .Single(r => r.Id.Kind == ObjectKind.Instance).Action.ShouldBe(ActionKind.Orphan);
        _incus.With(request);

        Instances().ShouldBeEmpty();
    }

    [Test]
    public void When_the_subnet_changes_in_the_same_run_the_former_is_back_all_the_same([Values("create", "boot")] string step)
    {
        _incus.BeforeChange = (verb, _) => Refuse(verb == step, "no space left");

        _incus.Apply(Home("debian", 2))[^1].Error!.Code.ShouldBe("INFRA4037");

        Instances().ShouldBe([Web]);
        _incus[Web].Status.ShouldBe("Running");
        _incus[Web].Config!["volatile.uuid"].ShouldBe(_former.Config!["volatile.uuid"]);
        _incus.BeforeChange = (_, _) => { };
        _incus.With(Home("busybox", 2)).Plan(Home("busybox", 2)).ShouldBeEmpty();
        _incus[Web].Devices!["eth0"]["ipv4.address"].ShouldBe("10.77.2.5");
    }

    [Test]
    public void A_name_of_any_length_can_be_set_aside()
    {
        var name = new string('w', 63);
        var incus = new MemoryIncus().With(Request(Domain("home", 1, Machine(name))));
        var names = new List<string>();
        incus.BeforeChange = (_, id) => names.Add(id.Name);

        incus.With(Request(Domain("home", 1, Machine(name, image: "debian"))) with { AllowReplace = true });

        names.ShouldContain(n => n.StartsWith("www", StringComparison.Ordinal) && n != name);
        names.ShouldAllBe(n => n.Length <= 63);
    }

    private static IEnumerable<string> BeforeEnd() => Steps.Where(s => s != "delete");

    private void Kill(string step, string image)
    {
        var killed = false;
        _incus.BeforeChange = (verb, _) =>
        {
            if (killed || (killed = verb == step))
            {
                throw new InvalidOperationException("killed");
            }
        };
        Should.Throw<InvalidOperationException>(() => _incus.Apply(Home(image)));
        _incus.BeforeChange = (_, _) => { };
    }

    private void ShouldBeTheFormer()
    {
        Instances().ShouldBe([Web]);
        var now = _incus[Web];
        now.Status.ShouldBe(_former.Status);
        now.Config.ShouldBe(_former.Config, ignoreOrder: true);
        now.Devices!.Keys.ShouldBe(_former.Devices!.Keys, ignoreOrder: true);
        foreach (var (device, options) in now.Devices)
        {
            options.ShouldBe(_former.Devices[device], ignoreOrder: true);
        }

        _incus.Snapshots.ShouldContain(s => s.Id == Web && s.Snapshot.Name == "theirs");
    }

    private ObjectId Aside() => Instances().Single(id => id.Name.StartsWith("web-aside-", StringComparison.Ordinal));

    private List<ObjectId> Instances() => [.. _incus.Objects.Keys.Where(id => id.Kind == ObjectKind.Instance)];

    private static bool Refuse(bool condition, string reason) =>
        condition ? throw new IncusErrorException(400, reason) : false;

    private static EngineRequest Home(string image, int number = 1)
    {
        var machine = Machine("web", $"10.77.{number}.5", image);
        machine.InstanceStorageVolumes = new Dictionary<string, Desired.VolumeSpec> { ["data"] = new() { Path = "/data" } };
        return Request(Domain("home", number, machine)) with { AllowReplace = true };
    }
}
