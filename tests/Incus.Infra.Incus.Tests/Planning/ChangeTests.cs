using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>What the three-way comparison decides, key by key.</summary>
internal sealed class ChangeTests
{
    private static readonly ObjectId Web = ObjectId.Instance("home", "web");

    [Test]
    public void A_first_deploy_creates_everything_in_the_order_of_dependency() =>
        new MemoryIncus().Plan(Home(Machine("web"))).Lines().ShouldBe(
        [
            "create acl 'net-home': planned",
            "create network 'net-home': planned",
            "create project 'home': planned",
            "create profile 'default' in project 'home': planned",
            "create instance 'web' in project 'home': planned",
        ]);

    [Test]
    public void A_second_apply_plans_nothing() =>
        new MemoryIncus().With(Home(Machine("web", "10.77.1.5"))).Plan(Home(Machine("web", "10.77.1.5"))).ShouldBeEmpty();

    [Test]
    public void A_changed_value_is_updated_in_place()
    {
        var incus = new MemoryIncus().With(Home(Configured(("limits.cpu", "1"))));

        var update = incus.Plan(Home(Configured(("limits.cpu", "2")))).ShouldHaveSingleItem();

        update.Action.ShouldBe(ActionKind.Update);
        update.Values().ShouldBe(["config.limits.cpu: 1 -> 2 (Wanted)"]);
    }

    [TestCase("limits.memory", "64MiB", "96MiB", ActionKind.Restart)]
    [TestCase("limits.cpu", "1", "2", ActionKind.Update)]
    [TestCase("limits.cpu", "1", "0-1", ActionKind.Restart)]
    [TestCase("limits.cpu", "0-1", "2", ActionKind.Restart)]
    public void A_running_virtual_machine_is_restarted_for_what_only_its_start_can_give_it(
        string key, string before, string after, ActionKind expected)
    {
        var incus = new MemoryIncus().With(Home(Of(before)));

        incus.Plan(Home(Of(after))).ShouldHaveSingleItem().Action.ShouldBe(expected);
        incus.Apply(Home(Of(after))).ShouldHaveSingleItem().Status.ShouldBe(ActionStatus.Done);

        MachineSpec Of(string value) => Configured((key, value)) with { InstanceType = "vm" };
    }

    [TestCase("vm", "2GiB", "1900MiB", "INFRA4241")]
    [TestCase("vm", "2GiB", "3GiB", null)]
    [TestCase("lxc", "2GiB", "1GiB", null)]
    public void A_virtual_machine_whose_disk_would_shrink_is_refused_before_it_is_stopped(
        string type, string before, string after, string? code)
    {
        var incus = new MemoryIncus().With(Home(Of(before, "64MiB")));

        incus.Apply(Home(Of(after, "96MiB"))).ShouldHaveSingleItem().Error?.Code.ShouldBe(code);

        incus[Web].Devices!["root"]["size"].ShouldBe(code is null ? after : before);

        MachineSpec Of(string size, string memory) => Configured(("limits.memory", memory)) with
        {
            InstanceType = type,
            InstanceDevices = Device("root", ("type", "disk"), ("path", "/"), ("pool", "default"), ("size", size)),
        };
    }

    [TestCase("environment.DB_PASSWORD")]
    [TestCase("cloud-init.user-data")]
    [TestCase("user.user-data")]
    [TestCase("user.pass")]
    [TestCase("smbios11.key")]
    [TestCase("user.api-token")]
    [TestCase("systemd.credential.key")]
    public void A_value_that_may_be_secret_is_set_but_never_shown(string key)
    {
        var incus = new MemoryIncus().With(Home(Configured((key, "old"))));

        incus.Apply(Home(Configured((key, "new")))).Single().Values().ShouldBe([$"config.{key}: (hidden) -> (hidden) (Wanted)"]);
        incus[Web].Config![key].ShouldBe("new");
        incus.Plan(Home(Configured())).Single().Values().ShouldBe([$"config.{key}: (hidden) ->  (Removed)"]);
    }

    [Test]
    public void A_key_that_left_infra_yml_is_unset()
    {
        var incus = new MemoryIncus().With(Home(Configured(("limits.cpu", "1"))));

        incus.Apply(Home(Configured())).Single().Values().ShouldBe(["config.limits.cpu: 1 ->  (Removed)"]);

        incus[Web].Config!.ShouldNotContainKey("limits.cpu");
        incus.Plan(Home(Configured())).ShouldBeEmpty();
    }

    [Test]
    public void A_key_that_left_infra_yml_stays_when_somebody_else_changed_it()
    {
        var incus = new MemoryIncus().With(Home(Configured(("limits.cpu", "1"))));
        SetKey(incus, "limits.cpu", "4");

        incus.Apply(Home(Configured())).Single().Changes.ShouldBeEmpty();

        incus[Web].Config!["limits.cpu"].ShouldBe("4");
        incus.Plan(Home(Configured())).ShouldBeEmpty();
    }

    [Test]
    public void A_key_that_somebody_else_set_is_left_alone()
    {
        var incus = new MemoryIncus().With(Home(Configured(("limits.cpu", "1"))));
        SetKey(incus, "limits.memory", "1GiB");
        SetKey(incus, "volatile.eth0.name", "x");
        SetKey(incus, "image.os", "y");

        incus.Plan(Home(Configured(("limits.cpu", "1")))).ShouldBeEmpty();
        incus.Apply(Home(Configured(("limits.cpu", "2"))));

        incus[Web].Config!["limits.memory"].ShouldBe("1GiB");
        incus[Web].Config!["volatile.eth0.name"].ShouldBe("x");
    }

    [Test]
    public void Drift_on_a_managed_key_is_shown_as_drift_and_put_back()
    {
        var incus = new MemoryIncus().With(Home(Configured(("limits.cpu", "1"))));
        SetKey(incus, "limits.cpu", "4");

        incus.Apply(Home(Configured(("limits.cpu", "1")))).Single().Values()
            .ShouldBe(["config.limits.cpu: 4 -> 1 (Drift)"]);

        incus[Web].Config!["limits.cpu"].ShouldBe("1");
    }

    [TestCase("security.privileged", ActionKind.Restart)]
    [TestCase("raw.lxc", ActionKind.Restart)]
    [TestCase("raw.qemu.conf", ActionKind.Restart)]
    [TestCase("security.sev.policy.es", ActionKind.Restart)]
    [TestCase("cloud-init.user-data", ActionKind.Restart)]
    [TestCase("limits.cpu", ActionKind.Update)]
    [TestCase("boot.autostart.delay", ActionKind.Update)]
    [TestCase("snapshots.pattern", ActionKind.Update)]
    [TestCase("user.note", ActionKind.Update)]
    public void Only_keys_that_a_running_instance_would_not_notice_restart_it(string key, ActionKind expected) =>
        new MemoryIncus().With(Home(Configured())).Plan(Home(Configured((key, "true")))).Single().Action.ShouldBe(expected);

    [TestCase("raw.lxc", "running instances apply it when they restart")]
    [TestCase("limits.cpu", "")]
    public void A_profile_says_when_running_instances_do_not_notice_its_change(string key, string expected)
    {
        var incus = new MemoryIncus().With(Home(Machine("web")));
        var home = Domain("home", 1, Machine("web"));
        home.IncusProfiles = new Dictionary<string, Desired.ProfileSpec>
        {
            ["default"] = new() { Description = "Default profile of home", Config = Map((key, "1")) },
        };

        incus.Plan(Request(home))[0].Reason.ShouldBe(expected);
    }

    [Test]
    public void A_new_address_restarts_and_a_new_disk_does_not()
    {
        var incus = new MemoryIncus().With(Home(Machine("web", "10.77.1.5")));

        incus.Plan(Home(Machine("web", "10.77.1.6"))).Single().Action.ShouldBe(ActionKind.Restart);
        var withDisk = Machine("web", "10.77.1.5");
        withDisk.InstanceDevices = Device("data", ("type", "disk"), ("source", "/srv"), ("path", "/srv"));
        incus.Plan(Home(withDisk)).Single().Action.ShouldBe(ActionKind.Update);
    }

    [Test]
    public void A_stopped_instance_is_changed_without_a_restart_and_started()
    {
        var incus = new MemoryIncus().With(Home(Configured()));
        incus.Edit(Web, o => o with { Status = "Stopped" });

        incus.Apply(Home(Configured(("security.privileged", "true")))).Lines()
            .ShouldBe(["update instance 'web' in project 'home': done"]);

        incus.Changes.ShouldBe(["update instance 'web' in project 'home'", "start instance 'web' in project 'home'"]);
    }

    [TestCase("Ready")]
    [TestCase("Frozen")]
    public void A_guest_that_says_it_is_ready_or_that_is_frozen_is_changed_as_one_that_runs(string status)
    {
        var incus = new MemoryIncus().With(Home(Configured()));
        incus.Edit(Web, o => o with { Status = status });

        incus.Apply(Home(Configured(("limits.cpu", "2")))).Lines().ShouldBe(["update instance 'web' in project 'home': done"]);
        incus.Plan(Home(Configured(("limits.cpu", "2")))).ShouldBeEmpty();
        incus.Apply(Home(Configured(("raw.lxc", "x")))).Lines().ShouldBe(["restart instance 'web' in project 'home': done"]);
        incus[Web].Status.ShouldBe("Running");
    }

    [Test]
    public void An_unchanged_stopped_instance_is_started()
    {
        var incus = new MemoryIncus().With(Home(Configured()));
        incus.Edit(Web, o => o with { Status = "Stopped" });

        incus.Apply(Home(Configured())).Lines().ShouldBe(["start instance 'web' in project 'home': done"]);
        incus.Plan(Home(Configured())).ShouldBeEmpty();
    }

    [Test]
    public void A_paused_instance_is_in_the_plan_and_goes_on()
    {
        var incus = new MemoryIncus().With(Home(Configured()));
        incus.Edit(Web, o => o with { Status = "Frozen" });

        incus.Plan(Home(Configured())).ShouldHaveSingleItem().Reason.ShouldBe("it is paused");
        incus.Apply(Home(Configured())).Lines().ShouldBe(["start instance 'web' in project 'home': done"]);

        incus[Web].Status.ShouldBe("Running");
        incus.Plan(Home(Configured())).ShouldBeEmpty();
    }

    [Test]
    public void A_device_that_left_infra_yml_goes_whole_even_with_an_option_of_somebody_else()
    {
        var before = Configured();
        before.InstanceDevices = Device("data", ("type", "disk"), ("source", "/srv"), ("path", "/srv"));
        var incus = new MemoryIncus().With(Home(before));
        incus.Edit(Web, o => o with
        {
            Devices = new(o.Devices!) { ["data"] = new(o.Devices!["data"]) { ["readonly"] = "true" } },
        });

        incus.Apply(Home(Configured()));

        incus[Web].Devices!.ShouldNotContainKey("data");
    }

    [Test]
    public void An_object_of_another_infrastructure_is_refused_and_not_touched()
    {
        var incus = new MemoryIncus().With(new EngineRequest { Project = "other", Id = "other", Domains = [Domain("home", 1)] });

        var results = incus.Apply(Home(Machine("web")));

        results.Single(r => r.Id == ObjectId.Network("net-home")).Error!.Code.ShouldBe("INFRA4023");
        results.Single(r => r.Id == Web).Status.ShouldBe(ActionStatus.Blocked);
        incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void An_object_that_nobody_marked_is_taken_over_with_its_own_keys()
    {
        var incus = new MemoryIncus();
        incus.Put(ObjectId.Network("net-home"), new() { Config = Map(("bridge.mtu", "1400"), ("ipv4.nat", "false")) });

        var taken = incus.Apply(Home()).Single(r => r.Id.Kind == ObjectKind.Network);

        taken.Action.ShouldBe(ActionKind.Update);
        taken.Reason.ShouldStartWith("it already exists and is taken over; closes the domain: ");
        incus[ObjectId.Network("net-home")].Config!["bridge.mtu"].ShouldBe("1400");
        incus[ObjectId.Network("net-home")].Config!["ipv4.nat"].ShouldBe("true");
    }

    [Test]
    public void Disks_stay_in_their_pools_when_the_server_gets_another_default()
    {
        var machine = Machine("web");
        machine.InstanceProfiles = [];
        machine.InstanceStorageVolumes = new Dictionary<string, Desired.VolumeSpec> { ["data"] = new() { Path = "/data" } };
        var incus = new MemoryIncus { Pools = new("local", ["local"]) }.With(Home(machine));

        incus.Pools = new("default", ["default", "local"]);

        incus.Plan(Home(machine)).ShouldBeEmpty();
        incus.Plan(Home(machine) with { Kinds = new HashSet<ObjectKind> { ObjectKind.Instance } }).ShouldBeEmpty();
        incus.Objects.Keys.ShouldContain(ObjectId.Volume("home", "local", "web-data"));
    }

    [Test]
    public void A_volume_for_which_infra_yml_names_another_pool_stays_where_its_data_is()
    {
        var incus = new MemoryIncus { Pools = new("default", ["default", "fast"]) }.With(Home(WithVolume("default")));
        var moved = Home(WithVolume("fast")) with { AutoCleanup = true };

        var withheld = incus.Plan(moved).ShouldHaveSingleItem();
        withheld.Status.ShouldBe(ActionStatus.Skipped);
        withheld.Id.ToString().ShouldBe("volume 'web-data' in project 'home', pool 'default'");
        withheld.Reason.ShouldBe(
            "its data stays in pool 'default'; to have it in 'fast', run 'incus stop web --project home; "
            + "incus storage volume move default/web-data fast/web-data --project home', then apply");
        incus.Apply(moved).ShouldHaveSingleItem().Status.ShouldBe(ActionStatus.Skipped);
        incus.Changes.ShouldBeEmpty();

        // As Incus moves it: with its mark, and for the machines that use it.
        var (there, here) = (ObjectId.Volume("home", "default", "web-data"), ObjectId.Volume("home", "fast", "web-data"));
        incus.Put(here, incus[there]);
        incus.Objects.Remove(there);
        incus.Edit(Web, o => o with
        {
            Devices = new(o.Devices!) { ["data"] = new(o.Devices!["data"]) { ["pool"] = "fast" } },
        });
        incus.Apply(moved).Select(r => r.Error).ShouldAllBe(e => e == null);

        incus.Objects.Keys.Where(id => id.Kind == ObjectKind.Volume).ShouldBe([here]);
        incus.Changes.ShouldNotContain($"delete {here}");
        incus.Plan(moved).ShouldBeEmpty();
    }

    [Test]
    public void In_a_cluster_the_volume_is_detached_for_the_way_to_another_pool_of_its_member()
    {
        var incus = new MemoryIncus
        {
            Pools = new("default", ["default", "fast"]),
            Cluster = new Cluster([new ClusterMember { ServerName = "m1", Status = "Online" }]),
        };
        var moved = Home(WithVolume("fast"));
        incus.With(Home(WithVolume("default")));

        incus.Plan(moved).ShouldHaveSingleItem().Reason.ShouldEndWith(
            "run 'incus stop web --project home; incus storage volume detach default web-data web --project home; "
            + "incus storage volume move default/web-data fast/web-data --project home --target m1 --destination-target m1', "
            + "then apply");
        var (there, here) = (ObjectId.Volume("home", "default", "web-data"), ObjectId.Volume("home", "fast", "web-data"));
        incus.Put(here, incus[there]);
        incus.Objects.Remove(there);
        incus.Edit(Web, o => o with { Devices = new(o.Devices!.Where(d => d.Key != "data")) });
        incus.Apply(moved).Select(r => r.Error).ShouldAllBe(e => e == null);

        incus[Web].Devices!["data"]["pool"].ShouldBe("fast");
        incus.Plan(moved).ShouldBeEmpty();
    }

    private static Desired.MachineSpec WithVolume(string pool)
    {
        var machine = Machine("web");
        machine.InstanceStorageVolumes = new Dictionary<string, Desired.VolumeSpec>
        {
            ["data"] = new() { Path = "/data", Pool = pool },
        };
        return machine;
    }

    [Test]
    public void Two_machines_with_one_volume_are_refused_before_anything_is_made()
    {
        var incus = new MemoryIncus();
        var request = Request(Domain("home", 1, With("a", "b-c"), With("a-b", "c")), Domain("lab", 2));

        var refused = incus.Apply(request).ShouldHaveSingleItem().Error!;

        refused.Code.ShouldBe("INFRA4055");
        refused.Message.ShouldStartWith(
            "volume 'a-b-c' in project 'home', pool 'default' is declared twice: by machine 'a' in domain 'home', "
            + "and by machine 'a-b' in domain 'home'.");
        incus.Plan(request).ShouldHaveSingleItem().Error!.Message.ShouldBe(refused.Message);
        incus.Changes.ShouldBeEmpty();

        static Desired.MachineSpec With(string name, string volume)
        {
            var machine = Machine(name);
            machine.InstanceStorageVolumes = new Dictionary<string, Desired.VolumeSpec> { [volume] = new() { Path = "/data" } };
            return machine;
        }
    }

    [Test]
    public void Two_domains_with_one_project_or_bridge_are_refused_with_both_their_names()
    {
        var other = Domain("lab", 2, Machine("web"));
        other.IncusProject = "home";

        var errors = new MemoryIncus().Apply(Request(Domain("home", 1, Machine("web")), other))
            .Select(r => r.Error!.Message).ToList();

        errors.ShouldContain(m => m.StartsWith("project 'home' is declared twice: by domain 'home', and by domain 'lab'."));
        errors.ShouldContain(m => m.StartsWith(
            "instance 'web' in project 'home' is declared twice: "
            + "by machine 'web' in domain 'home', and by machine 'web' in domain 'lab'."));
    }

    private static EngineRequest Home(params Desired.MachineSpec[] machines) => Request(Domain("home", 1, machines));

    private static Desired.MachineSpec Configured(params (string Key, string Value)[] config)
    {
        var machine = Machine("web");
        machine.InstanceConfig = Map(config);
        return machine;
    }

    private static void SetKey(MemoryIncus incus, string key, string value) =>
        incus.Edit(Web, o => o with { Config = new(o.Config!) { [key] = value } });
}
