using System.Diagnostics;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>What no Apply loses, and no machine that stays down after one that failed.</summary>
[Category("Incus")]
[Category("EachRelease")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SafetyTests
{
    private readonly Lab _lab = new();

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    [Test]
    public async Task A_machine_whose_new_image_cannot_be_had_runs_on()
    {
        await _lab.ConvergeAsync(_lab.Domain('a', Machine("box")));
        var wanted = _lab.Domain('a', Machine("box", image: "no-such-image"));

        var failed = (await _lab.ApplyAsync(_lab.Request(wanted) with { AllowReplace = true })).Single();

        failed.Action.ShouldBe(ActionKind.Replace);
        failed.Error!.Code.ShouldBe("INFRA4024");
        (await BoxAsync(wanted)).ShouldBe("Running");
    }

    [Test]
    public async Task A_machine_whose_successor_cannot_be_made_or_started_runs_on_as_before(
        [Values("disk", "unix-char")] string device)
    {
        var domain = _lab.Domain('a', WithVolume(Machine("box", _lab.Address('a', 5))));
        await _lab.ConvergeAsync(domain);
        Lab.Client(domain.IncusProject, "snapshot", "create", "box", "theirs");
        var id = ObjectId.Instance(domain.IncusProject, "box");
        var before = await _lab.GetAsync(id);
        var wanted = WithVolume(Machine("box", _lab.Address('a', 5), "debian"));
        wanted.InstanceDevices = device == "disk"
            ? Device("lost", ("type", device), ("path", "/lost"), ("pool", "default"), ("source", "no-such"))
            : Device("lost", ("type", device), ("path", "/lost"), ("source", "/no/such"));

        var failed = (await _lab.ApplyAsync(_lab.Request(_lab.Domain('a', wanted)) with { AllowReplace = true })).Single();

        failed.Error!.Code.ShouldBe("INFRA4037");
        var after = await _lab.GetAsync(id);
        after.Status.ShouldBe("Running");
        after.Config!["volatile.uuid"].ShouldBe(before.Config!["volatile.uuid"]);
        after.Config!["volatile.eth0.hwaddr"].ShouldBe(before.Config!["volatile.eth0.hwaddr"]);
        Lab.Client(domain.IncusProject, "list", "--format", "csv", "--columns", "nS").ShouldBe("box,1");
        (await _lab.ConvergeAsync(domain)).ShouldBeEmpty();
    }

    [Test]
    public async Task A_machine_that_Incus_would_delete_at_its_stop_survives_the_restart_that_takes_it_over()
    {
        await _lab.ConvergeAsync(_lab.Domain('a', Machine("other")));
        var machine = Machine("box");
        machine.InstanceEphemeral = false;
        machine.InstanceConfig = Map(("raw.lxc", "lxc.mount.auto = proc:rw"));
        var domain = _lab.Domain('a', Machine("other"), machine);
        var image = SharedIncus.Daemon.Client("image", "list", "busybox", "--format", "csv", "--columns", "F");
        Lab.Client(domain.IncusProject, "launch", image, "box", "--ephemeral");
        var id = ObjectId.Instance(domain.IncusProject, "box");
        var before = await _lab.GetAsync(id);

        (await _lab.ConvergeAsync(domain)).Single().Action.ShouldBe(ActionKind.Restart);

        var after = await _lab.GetAsync(id);
        (after.Status, after.Ephemeral).ShouldBe(("Running", false));
        after.Config!["volatile.uuid"].ShouldBe(before.Config!["volatile.uuid"]);
        machine.InstanceEphemeral = true;
        await _lab.ConvergeAsync(domain);
    }

    [Test]
    public async Task A_machine_has_the_time_that_its_key_gives_it_to_stop_and_no_more()
    {
        var machine = Machine("deaf");
        machine.InstanceConfig = Map(("raw.lxc", "lxc.signal.halt = SIGWINCH"), ("boot.host_shutdown_timeout", "7"));
        await _lab.ConvergeAsync(_lab.Domain('a', machine));
        machine.InstanceConfig = Map(("boot.host_shutdown_timeout", "7"));
        var clock = Stopwatch.StartNew();

        var results = await _lab.ApplyAsync(
            _lab.Request(_lab.Domain('a', machine)),
            IncusTimeouts.Default with { StateChange = TimeSpan.FromSeconds(6) },
            _ => { });

        Lab.Errors(results).ShouldBeEmpty();
        clock.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(25));
    }

    [Test]
    public async Task A_machine_that_is_paused_is_restarted_without_a_wait()
    {
        var machine = Machine("box");
        var domain = _lab.Domain('a', machine);
        await _lab.ConvergeAsync(domain);
        Lab.Client(domain.IncusProject, "pause", "box");
        machine.InstanceConfig = Map(("raw.lxc", "lxc.mount.auto = proc:rw"));
        var clock = Stopwatch.StartNew();

        await _lab.ConvergeAsync(domain);

        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(25));
        (await BoxAsync(domain)).ShouldBe("Running");
    }

    [Test]
    public async Task Domains_that_swap_their_subnets_or_hand_them_on_have_them_in_one_run()
    {
        await _lab.ConvergeAsync(Domain('a', 'a'), Domain('b', 'b'));
        await _lab.ConvergeAsync(Domain('a', 'b'), Domain('b', 'a'));
        await _lab.ConvergeAsync(Domain('a', 'c'), Domain('b', 'b'), Domain('d', 'a'));

        (await _lab.GetAsync(ObjectId.Network(_lab.Domain('b').IncusNetwork.Name))).Config!["ipv4.address"]
            .ShouldBe($"{_lab.Address('b', 254)}/24");

        DomainSpec Domain(char name, char subnet)
        {
            var domain = _lab.Domain(name, WithVolume(Machine("box", _lab.Address(subnet, 5))));
            domain.IncusNetwork = _lab.Domain(subnet).IncusNetwork with { Name = domain.IncusNetwork.Name };
            return domain;
        }
    }

    [Test]
    public async Task A_machine_that_a_profile_protects_runs_on_when_it_would_be_deleted_or_replaced()
    {
        var guarded = Domain("true", Machine("box"));
        await _lab.ConvergeAsync(guarded);

        (await _lab.ApplyAsync(_lab.Request(Domain("true")) with { AutoCleanup = true }))
            .Single().Action.ShouldBe(ActionKind.Protected);
        (await _lab.ApplyAsync(_lab.Request(Domain("true", Machine("box", image: "debian"))) with { AllowReplace = true }))
            .Single().Action.ShouldBe(ActionKind.Protected);

        (await BoxAsync(guarded)).ShouldBe("Running");
        await _lab.ConvergeAsync(Domain("false", Machine("box")));

        DomainSpec Domain(string guard, params MachineSpec[] machines)
        {
            foreach (var machine in machines)
            {
                machine.InstanceProfiles = ["default", "guard"];
            }

            var domain = _lab.Domain('a', machines);
            domain.IncusProfiles = new Dictionary<string, ProfileSpec>
            {
                ["guard"] = new() { Config = Map(("security.protection.delete", guard)) },
            };
            return domain;
        }
    }

    [Test]
    public async Task A_machine_that_was_stopped_for_a_change_that_Incus_refuses_runs_again()
    {
        await _lab.ConvergeAsync(_lab.Domain('a', Machine("box")));
        var wanted = Machine("box");
        wanted.InstanceConfig = Map(("raw.idmap", "nobody knows"));

        var failed = (await _lab.ApplyAsync(_lab.Request(_lab.Domain('a', wanted)))).Single();

        failed.Action.ShouldBe(ActionKind.Restart);
        failed.Error!.Code.ShouldBe("INFRA4020");
        (await BoxAsync(_lab.Domain('a'))).ShouldBe("Running");
    }

    [Test]
    public async Task Disks_stay_in_their_pools_when_the_server_gets_another_default()
    {
        var machine = Machine("box");
        machine.InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } };
        var domain = _lab.Domain('a', machine);
        await _lab.ConvergeAsync(domain);
        var incus = SharedIncus.Daemon;
        incus.MakeDirPool("other");
        incus.Client("profile", "device", "set", "default", "root", "pool=other");

        var planned = await _lab.PlanAsync(_lab.Request(domain));

        incus.Client("profile", "device", "set", "default", "root", "pool=default");
        incus.Client("storage", "delete", "other");
        planned.ShouldBeEmpty();
    }

    [Test]
    public async Task Copies_made_by_hand_and_a_machine_renamed_by_hand_are_no_orphans()
    {
        var domain = _lab.Domain('a', Machine("box"), Machine("other"));
        var project = domain.IncusProject;
        await _lab.ConvergeAsync(domain);
        Lab.Client(project, "copy", "box", "copy", "--stateless");
        Lab.Client(project, "copy", "box", "copy", "--stateless", "--target-project", "default");
        Lab.Client(project, "stop", "other", "--force");
        Lab.Client(project, "rename", "other", "mine");

        var results = await _lab.ApplyAsync(_lab.Request(_lab.Domain('a')) with { AutoCleanup = true });

        results.Select(r => r.Id).ShouldBe([ObjectId.Instance(project, "box")]);
        Lab.Client(project, "list", "--format", "csv", "--columns", "n").Split('\n').ShouldBe(["copy", "mine"]);
        Lab.Client("default", "delete", "copy");
        Lab.Client(project, "delete", "copy", "mine");
    }

    [Test]
    public async Task A_snapshot_of_a_volume_is_no_orphan_and_goes_with_its_volume()
    {
        var machine = Machine("box");
        machine.InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } };
        var domain = _lab.Domain('a', machine);
        await _lab.ConvergeAsync(domain);
        Lab.Client(domain.IncusProject, "storage", "volume", "snapshot", "create", "default", "box-data", "before");

        (await _lab.PlanAsync(_lab.Request(domain) with { AutoCleanup = true })).ShouldBeEmpty();
        var results = await _lab.ApplyAsync(_lab.Request(_lab.Domain('a')) with { AutoCleanup = true });

        Lab.Errors(results).ShouldBeEmpty();
        results.Select(r => r.Id.Name).ShouldBe(["box", "box-data"]);
    }

    [Test]
    public async Task The_mark_of_a_machine_holds_after_its_snapshot_came_back()
    {
        var domain = _lab.Domain('a', Machine("box"));
        await _lab.ConvergeAsync(domain);
        Lab.Client(domain.IncusProject, "snapshot", "create", "box", "before");
        Lab.Client(domain.IncusProject, "snapshot", "restore", "box", "before");

        (await _lab.PlanAsync(_lab.Request(domain))).ShouldBeEmpty();
    }

    [Test]
    public async Task Machines_that_swap_their_addresses_or_hand_them_on_have_them_in_one_run()
    {
        await _lab.ConvergeAsync(_lab.Domain('a', Machine("box", _lab.Address('a', 5)), Machine("other", _lab.Address('a', 6))));
        await _lab.ConvergeAsync(_lab.Domain('a', Machine("box", _lab.Address('a', 6)), Machine("other", _lab.Address('a', 5))));
        await _lab.ConvergeAsync(_lab.Domain('a', Machine("box", _lab.Address('a', 5)), Machine("other", _lab.Address('a', 6))));

        var results = await _lab.ConvergeAsync(
            _lab.Domain(
                'a',
                Machine("box", _lab.Address('a', 6)),
                Machine("other", _lab.Address('a', 7)),
                Machine("new", _lab.Address('a', 5))));

        results.Count(r => r.Action == ActionKind.Restart).ShouldBe(2);
        (await _lab.GetAsync(ObjectId.Instance(_lab.Domain('a').IncusProject, "box"))).Devices!["eth0"]["ipv4.address"]
            .ShouldBe(_lab.Address('a', 6));
    }

    private async Task<string?> BoxAsync(DomainSpec domain) =>
        (await _lab.GetAsync(ObjectId.Instance(domain.IncusProject, "box"))).Status;

    private static MachineSpec WithVolume(MachineSpec machine)
    {
        machine.InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } };
        return machine;
    }
}
