using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>A machine that runs gets what its profiles give it, by a restart where it would not notice it else.</summary>
internal sealed class ProfileRestartTests
{
    private const string Forward = "linux.sysctl.net.ipv4.ip_forward";

    private static readonly ObjectId K1 = ObjectId.Instance("home", "k1");
    private static readonly ObjectId K2 = ObjectId.Instance("home", "k2");
    private static readonly Property Running = Property.Config(Forward);

    [Test]
    public void A_profile_that_a_running_machine_gets_restarts_it_when_it_would_not_notice_it()
    {
        var incus = new MemoryIncus().With(Home("1", Machine("k1"), Machine("k2")));
        var request = Home("1", With("fwd", "k1"), Machine("k2"));

        var planned = incus.Plan(request).ShouldHaveSingleItem();
        planned.Action.ShouldBe(ActionKind.Restart);
        planned.Reason.ShouldBe($"its profiles change config.{Forward}");
        planned.Values().ShouldBe(["profiles: default -> default,fwd (Wanted)"]);

        incus.Apply(request).Lines().ShouldBe([$"restart {K1}: done"]);
        incus.StartedWith[K1][Running].ShouldBe("1");
        incus.Snapshots.ShouldHaveSingleItem().Id.ShouldBe(K1);
        incus.Plan(request).ShouldBeEmpty();

        incus.Apply(Home("1", Machine("k1"), Machine("k2"))).Lines().ShouldBe([$"restart {K1}: done"]);
        incus.StartedWith[K1].ShouldNotContainKey(Running);
    }

    [Test]
    public void A_change_of_a_profile_restarts_the_machines_for_which_a_value_changes_and_no_others()
    {
        var own = With("fwd", "own");
        own.InstanceConfig = Map((Forward, "1"));
        MachineSpec[] machines = [With("fwd", "k1"), Machine("k2"), own];
        var incus = new MemoryIncus().With(Home("0", machines));

        incus.Plan(Home("1", machines)).Lines().ShouldBe(
            ["update profile 'fwd' in project 'home': planned", $"restart {K1}: planned"]);
        incus.Apply(Home("1", machines)).Lines().ShouldBe(
            ["update profile 'fwd' in project 'home': done", $"restart {K1}: done"]);

        incus.StartedWith[K1][Running].ShouldBe("1");
        incus.Plan(Home("1", machines)).ShouldBeEmpty();
    }

    [Test]
    public void A_change_that_a_running_machine_notices_restarts_nothing()
    {
        var incus = new MemoryIncus().With(Home("0", With("fwd", "k1")));
        var request = Home("0", With("fwd", "k1"));
        request.Domains[0].IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["fwd"] = new() { Config = Map((Forward, "0"), ("limits.cpu", "2")) },
        };

        incus.Apply(request).Lines().ShouldBe(["update profile 'fwd' in project 'home': done"]);
    }

    [Test]
    public void A_value_that_moves_from_the_profile_to_the_machine_restarts_nothing()
    {
        var incus = new MemoryIncus().With(Home("1", With("fwd", "k1")));
        var own = Machine("k1");
        own.InstanceConfig = Map((Forward, "1"));

        incus.Apply(Home("1", own)).Lines().ShouldBe([$"update {K1}: done"]);
    }

    [Test]
    public void The_memory_that_a_profile_gives_reaches_containers_at_once_and_virtual_machines_by_a_restart()
    {
        MachineSpec[] machines = [With("fwd", "k1") with { InstanceType = "vm" }, With("fwd", "k2")];
        var incus = new MemoryIncus().With(Giving("64MiB", machines));
        var request = Giving("96MiB", machines);

        var results = incus.Apply(request);
        results.Lines().ShouldBe(["update profile 'fwd' in project 'home': done", $"restart {K1}: done"]);

        incus.StartedWith[K1][Property.Config("limits.memory")].ShouldBe("96MiB");
        incus.Plan(request).ShouldBeEmpty();

        static EngineRequest Giving(string memory, MachineSpec[] machines)
        {
            var request = Home("1", machines);
            request.Domains[0].IncusProfiles = new Dictionary<string, ProfileSpec>
            {
                ["fwd"] = new() { Config = Map(("limits.memory", memory)) },
            };
            return request;
        }
    }

    [TestCase("stop")]
    [TestCase("snapshot")]
    public void A_restart_that_a_killed_run_did_not_come_to_is_made_by_the_next(string last)
    {
        MachineSpec[] machines = [With("fwd", "k1"), With("fwd", "k2")];
        var incus = new MemoryIncus().With(Home("0", machines));
        incus.BeforeChange = (verb, id) =>
        {
            if (verb == last && id == K2)
            {
                throw new Diagnostics.IncusErrorException(500, "killed");
            }
        };
        incus.Apply(Home("1", machines)).Single(r => r.Id == K2).Error.ShouldNotBeNull();
        incus.BeforeChange = (_, _) => { };

        var next = incus.Plan(Home("1", machines)).ShouldHaveSingleItem();
        next.Reason.ShouldBe($"its profiles change config.{Forward}");
        incus.Apply(Home("1", machines)).Lines().ShouldBe([$"restart {K2}: done"]);

        incus.StartedWith[K2][Running].ShouldBe("1");
        incus.Plan(Home("1", machines)).ShouldBeEmpty();
    }

    [Test]
    public void A_run_for_profiles_alone_leaves_the_restart_to_the_next_unless_somebody_was_faster()
    {
        MachineSpec[] machines = [With("fwd", "k1"), With("fwd", "k2")];
        var incus = new MemoryIncus().With(Home("0", machines));

        incus.Apply(Home("1", machines) with { Kinds = new HashSet<ObjectKind> { ObjectKind.Profile } }).Single().Reason
            .ShouldBe("running instances apply it when they restart");
        incus.Started(K2);

        incus.Apply(Home("1", machines)).Lines().ShouldBe([$"restart {K1}: done"]);
    }

    [Test]
    public void Several_changes_that_are_due_are_made_by_one_restart()
    {
        var incus = new MemoryIncus().With(Home("0", With("fwd", "k1")));
        var profiles = new HashSet<ObjectKind> { ObjectKind.Profile };
        incus.Apply(Home("1", With("fwd", "k1")) with { Kinds = profiles });
        var both = Home("1", With("fwd", "k1"));
        both.Domains[0].IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["fwd"] = new() { Config = Map((Forward, "1"), ("raw.lxc", "x")) },
        };
        incus.Apply(both with { Kinds = profiles });

        incus.Apply(both).ShouldHaveSingleItem().Reason.ShouldBe($"its profiles change config.{Forward}, config.raw.lxc");
        incus.Plan(both).ShouldBeEmpty();
    }

    [Test]
    public void A_stopped_machine_is_started_with_what_its_profiles_give_it()
    {
        var incus = new MemoryIncus().With(Home("0", With("fwd", "k1")));
        incus.Edit(K1, o => o with { Status = "Stopped" });

        incus.Apply(Home("1", With("fwd", "k1"))).Lines().ShouldBe(
            ["update profile 'fwd' in project 'home': done", $"start {K1}: done"]);

        incus.StartedWith[K1][Running].ShouldBe("1");
        incus.Plan(Home("1", With("fwd", "k1"))).ShouldBeEmpty();
    }

    private static EngineRequest Home(string forward, params MachineSpec[] machines)
    {
        var home = Domain("home", 1, machines);
        home.IncusProfiles = new Dictionary<string, ProfileSpec> { ["fwd"] = new() { Config = Map((Forward, forward)) } };
        return Request(home);
    }

    private static MachineSpec With(string profile, string name)
    {
        var machine = Machine(name);
        machine.InstanceProfiles = ["default", profile];
        return machine;
    }
}
