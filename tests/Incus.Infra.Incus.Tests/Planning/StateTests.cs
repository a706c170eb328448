using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>Whether a machine runs is what <c>state</c> says, and with <c>any</c> what people do.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StateTests
{
    private static readonly ObjectId Web = ObjectId.Instance("home", "web");

    private readonly MemoryIncus _incus = new();

    [Test]
    public void A_machine_that_is_to_be_stopped_is_made_and_not_started()
    {
        _incus.With(Home("stopped"));

        _incus[Web].Status.ShouldBe("Stopped");
        _incus.Plan(Home("stopped")).ShouldBeEmpty();
    }

    [TestCase("Running")]
    [TestCase("Frozen")]
    public void One_that_runs_is_stopped_together_with_its_changes(string status)
    {
        _incus.With(Home("running")).Edit(Web, o => o with { Status = status });
        _incus.Plan(Home("stopped")).Lines().ShouldBe([$"stop {Web}: planned"]);

        _incus.Apply(Home("stopped", "lxc.a = 2")).Lines().ShouldBe([$"stop {Web}: done"]);

        (_incus[Web].Status, _incus[Web].Config!["raw.lxc"]).ShouldBe(("Stopped", "lxc.a = 2"));
        _incus.Changes.ShouldNotContain($"start {Web}");
        _incus.Plan(Home("stopped", "lxc.a = 2")).ShouldBeEmpty();
    }

    [Test]
    public void Changes_are_made_while_it_stays_stopped()
    {
        _incus.With(Home("stopped")).With(Home("stopped", "lxc.a = 2"));

        (_incus[Web].Status, _incus[Web].Config!["raw.lxc"]).ShouldBe(("Stopped", "lxc.a = 2"));
    }

    [Test]
    public void When_it_is_to_run_again_it_is_started()
    {
        _incus.With(Home("stopped")).With(Home("running"));

        _incus[Web].Status.ShouldBe("Running");
    }

    [Test]
    public void One_that_cannot_be_stopped_is_a_failure()
    {
        _incus.With(Home("running")).Lies = (verb, _) => verb == "stop";

        _incus.Apply(Home("stopped")).Single().Error!.Message.ShouldContain("it was not stopped");
    }

    [Test]
    public void A_replacement_stays_stopped_too()
    {
        _incus.With(Home("stopped"));
        var other = Request(Domain("home", 1, Machine("web", "10.77.1.5", "alpine") with { InstanceState = "stopped" }));

        _incus.With(other with { AllowReplace = true });

        _incus[Web].Status.ShouldBe("Stopped");
        _incus.Objects.Keys.Count(o => o.Kind == ObjectKind.Instance).ShouldBe(1);
        _incus.Plan(other).ShouldBeEmpty();
    }

    [Test]
    public void One_that_people_start_and_stop_is_started_when_it_is_made_and_never_again()
    {
        _incus.With(Home("any"));
        _incus[Web].Status.ShouldBe("Running");

        _incus.Edit(Web, o => o with { Status = "Stopped" });
        _incus.Plan(Home("any")).ShouldBeEmpty();
        _incus.With(Home("any", "lxc.a = 2"))[Web].Status.ShouldBe("Stopped");
    }

    [Test]
    public void One_that_people_have_paused_stays_so_through_changes_that_need_no_stop()
    {
        _incus.With(Home("any")).Edit(Web, o => o with { Status = "Frozen" });
        var described = Request(Domain(
            "home",
            1,
            Machine("web", "10.77.1.5") with { InstanceState = "any", InstanceDescription = "x", InstanceConfig = Raw }));

        _incus.With(described);

        (_incus[Web].Status, _incus[Web].Description).ShouldBe(("Frozen", "x"));
        _incus.Plan(described).ShouldBeEmpty();
    }

    [Test]
    public void If_its_first_start_failed_the_next_apply_starts_it()
    {
        _incus.BeforeChange = (verb, _) => { if (verb == "boot") { throw new IncusErrorException(400, "no boot"); } };
        _incus.Apply(Home("any")).ShouldContain(r => r.Status == ActionStatus.Failed);
        _incus.BeforeChange = (_, _) => { };

        _incus.With(Home("any"))[Web].Status.ShouldBe("Running");
    }

    [TestCase("update")]
    [TestCase("start")]
    public void One_that_a_killed_run_stopped_for_a_change_is_started_by_the_next(string step)
    {
        _incus.With(Home("any"));
        _incus.BeforeChange = (verb, _) =>
        {
            if (verb == step && _incus.Changes.Contains($"stop {Web}"))
            {
                throw new InvalidOperationException("killed");
            }
        };
        Should.Throw<InvalidOperationException>(() => _incus.Apply(Home("any", "lxc.a = 2")));
        _incus[Web].Status.ShouldBe("Stopped");
        _incus.BeforeChange = (_, _) => { };

        _incus.With(Home("any", "lxc.a = 2"))[Web].Status.ShouldBe("Running");

        _incus.Edit(Web, o => o with { Status = "Stopped" });
        _incus.Plan(Home("any", "lxc.a = 2")).ShouldBeEmpty("somebody stopped it since");
    }

    private static Dictionary<string, string> Raw => Map(("raw.lxc", "lxc.a = 1"));

    private static EngineRequest Home(string state, string raw = "lxc.a = 1") => Request(Domain(
        "home", 1, Machine("web", "10.77.1.5") with { InstanceState = state, InstanceConfig = Map(("raw.lxc", raw)) }));
}
