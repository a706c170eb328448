using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Execution;

/// <summary>An instance that ran before it was stopped for a change runs afterwards, whatever goes wrong.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RestartTests
{
    private static readonly ObjectId Web = ObjectId.Instance("home", "web");

    private readonly MemoryIncus _incus = new MemoryIncus().With(Home("lxc.a = 1"));

    [Test]
    public void Somebody_who_writes_at_the_first_attempts_only_delays_the_change([Range(1, 4)] int conflicts)
    {
        Conflict(conflicts);

        _incus.With(Home("lxc.a = 2"));

        (_incus[Web].Status, _incus[Web].Config!["raw.lxc"]).ShouldBe(("Running", "lxc.a = 2"));
    }

    [Test]
    public void Somebody_who_writes_at_each_attempt_makes_the_change_fail_and_the_instance_runs_as_before()
    {
        Conflict(int.MaxValue);

        Failure().Code.ShouldBe("INFRA4020");

        ShouldRunAsBefore();
        _incus.Changes.Count(c => c == $"update {Web}").ShouldBeLessThan(10);
    }

    [TestCase("stop")]
    [TestCase("update")]
    [TestCase("start")]
    public void A_step_that_Incus_refuses_makes_the_change_fail_and_the_instance_runs_as_before(string step)
    {
        var refused = false;
        _incus.BeforeChange = (verb, _) => Refuse(verb == step && !refused && (refused = true), $"no {step}");

        Failure().Message.ShouldStartWith($"{Web}: Restart failed. Incus says: no {step}. ");

        ShouldRunAsBefore();
    }

    [TestCase("update")]
    [TestCase("start")]
    public void One_that_cannot_be_started_again_is_said_to_be_stopped(string step)
    {
        _incus.BeforeChange = (verb, _) => Refuse(verb == step || verb == "start", $"no {verb}");

        var error = Failure();

        error.Code.ShouldBe("INFRA4049");
        error.Message.ShouldStartWith(
            $"{Web} is stopped: a change failed, and it could not be restarted. The change: no {step}. The start: no start. ");
        _incus.BeforeChange = (_, _) => { };
        _incus.With(Home("lxc.a = 2"))[Web].Status.ShouldBe("Running");
    }

    [TestCase("update")]
    [TestCase("start")]
    public void When_the_server_is_gone_the_error_says_that_it_may_be_stopped_and_the_next_apply_starts_it(string step)
    {
        _incus.BeforeChange = (verb, _) =>
        {
            if (verb == step)
            {
                _incus.BeforeChange = (_, _) => throw Gone();
                throw Gone();
            }
        };

        Failure().Message.ShouldStartWith($"{Web} may be stopped: ");

        _incus.BeforeChange = (_, _) => { };
        _incus.With(Home("lxc.a = 2"))[Web].Status.ShouldBe("Running");

        static ConnectionFaultException Gone() => new(ToolDiagnostics.NotRunning("/socket"), new IOException());
    }

    [TestCase("stop")]
    [TestCase("update")]
    [TestCase("start")]
    public void A_run_that_is_stopped_at_any_step_ends_with_the_change_made(string step)
    {
        using var stop = new CancellationTokenSource();
        _incus.BeforeChange = (verb, _) =>
        {
            if (verb == step)
            {
                stop.Cancel();
            }
        };

        new Engine(_incus).ApplyAsync(Home("lxc.a = 2"), _ => { }, _ => { }, stop.Token).GetAwaiter().GetResult();

        (_incus[Web].Status, _incus[Web].Config!["raw.lxc"]).ShouldBe(("Running", "lxc.a = 2"));
    }

    [Test]
    public void One_that_Incus_would_delete_when_it_stops_is_kept_from_that_first_and_a_plan_shows_it([Values] bool isProtected)
    {
        _incus.Edit(Web, o => o with { Ephemeral = true });
        var request = Home("lxc.a = 2", isProtected);

        _incus.Plan(request).Single().Values().ShouldContain("ephemeral: true -> false (Wanted)");
        _incus.With(request).Plan(request).ShouldBeEmpty();

        _incus[Web].Ephemeral.ShouldBe(false);
        _incus[Web].Config!["raw.lxc"].ShouldBe("lxc.a = 2");
    }

    [Test]
    public void One_that_Incus_would_delete_when_it_stops_is_not_stopped_when_that_cannot_be_changed()
    {
        _incus.Edit(Web, o => o with { Ephemeral = true });
        _incus.BeforeChange = (verb, _) => Refuse(verb == "update", "no update");

        Failure();

        _incus[Web].Status.ShouldBe("Running");
        _incus.Changes.ShouldNotContain($"stop {Web}");
    }

    [Test]
    public void To_keep_one_from_that_needs_no_restart()
    {
        _incus.Edit(Web, o => o with { Ephemeral = true });

        var action = _incus.Apply(Home("lxc.a = 1")).Single();

        (action.Action, action.Status).ShouldBe((ActionKind.Update, ActionStatus.Done));
        action.Values().ShouldBe(["ephemeral: true -> false (Wanted)"]);
        _incus.Plan(Home("lxc.a = 1")).ShouldBeEmpty();
    }

    private Diagnostic Failure() => _incus.Apply(Home("lxc.a = 2")).Single().Error.ShouldNotBeNull();

    private void ShouldRunAsBefore() => (_incus[Web].Status, _incus[Web].Config!["raw.lxc"]).ShouldBe(("Running", "lxc.a = 1"));

    private void Conflict(int times)
    {
        var conflicts = 0;
        _incus.BeforeChange = (verb, id) =>
        {
            if (verb == "update" && conflicts++ < times)
            {
                _incus.Edit(id, o => o);
            }
        };
    }

    private static bool Refuse(bool condition, string reason) =>
        condition ? throw new IncusErrorException(400, reason) : false;

    private static EngineRequest Home(string lxc, bool isProtected = false)
    {
        var machine = Machine("web");
        machine.InstanceConfig = Map(("raw.lxc", lxc));
        machine.InstanceEphemeral = !isProtected;
        return Request(Domain("home", 1, machine));
    }
}
