using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Execution;

/// <summary>The snapshot before a risky change.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PrecautionTests
{
    private static readonly ObjectId Web = ObjectId.Instance("home", "web");

    private readonly MemoryIncus _incus = new MemoryIncus().With(Home("limits.cpu", "1"));

    [TestCase(SnapshotBefore.Auto, "raw.lxc", "before-restart")]
    [TestCase(SnapshotBefore.Auto, "limits.cpu", null)]
    [TestCase(SnapshotBefore.Always, "limits.cpu", "before-update")]
    [TestCase(SnapshotBefore.Never, "raw.lxc", null)]
    public void It_is_taken_before_what_was_asked_for_and_named_for_it(SnapshotBefore when, string key, string? prefix)
    {
        _incus.With(Home(key, "2") with { SnapshotBefore = when });

        _incus.Snapshots.Select(s => s.Snapshot.Name[..^"-20260101-000000".Length]).ShouldBe(prefix is null ? [] : [prefix]);
    }

    [Test]
    public void Nothing_changes_before_it_is_there()
    {
        _incus.BeforeChange = (verb, _) => Refuse(verb == "snapshot", "no space left");

        var result = _incus.Apply(Home("raw.lxc", "x")).Single();

        result.Error!.Code.ShouldBe("INFRA4070");
        _incus.Changes.ShouldBeEmpty();
        _incus[Web].Status.ShouldBe("Running");
    }

    [Test]
    public void A_failure_after_it_names_it_and_the_command_that_brings_it_back()
    {
        _incus.BeforeChange = (verb, _) => Refuse(verb == "update", "bad luck");

        var message = _incus.Apply(Home("raw.lxc", "x")).Single().Error!.Message;

        var name = _incus.Snapshots.Single().Snapshot.Name;
        message.ShouldStartWith("instance 'web' in project 'home': Restart failed. Incus says: bad luck. Snapshot ");
        message.ShouldEndWith($"dotnet build -t:SnapRestore -p:Instance=web -p:Domain=home -p:Snapshot={name}");
    }

    [Test]
    public void The_last_three_stay_and_those_of_others_are_never_touched()
    {
        string[] own = ["before-restart-20250101-000000", "before-update-20250102-000000", "before-restart-20250103-000000"];
        string[] foreign = ["before-restart", "before-restart-soon", "snap-20250101-000000"];
        foreach (var name in own.Concat(foreign))
        {
            _incus.TakeSnapshotAsync(Web, name, CancellationToken.None);
        }

        _incus.With(Home("raw.lxc", "x"));

        var names = _incus.Snapshots.Select(s => s.Snapshot.Name).ToList();
        names.Count.ShouldBe(6);
        names.ShouldNotContain(own[0]);
        foreign.ShouldBeSubsetOf(names);
    }

    private static void Refuse(bool condition, string reason)
    {
        if (condition)
        {
            throw new IncusErrorException(400, reason);
        }
    }

    private static EngineRequest Home(string key, string value)
    {
        var machine = Machine("web");
        machine.InstanceConfig = Map((key, value));
        return Request(Domain("home", 1, machine));
    }
}
