using System.Text.Json;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>What users rely on, on a real Incus.</summary>
[Category("Incus")]
[Category("EachRelease")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BehaviourTests
{
    private readonly Lab _lab = new();

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    [Test]
    public async Task A_plan_sends_no_request_that_changes_anything_not_even_on_a_first_deploy()
    {
        var request = _lab.Request(_lab.Domain('a', Machine("box")));

        (await _lab.PlanAsync(request)).Count.ShouldBe(5);

        _lab.Requests.Keys.ShouldBe(["GET"]);
    }

    [Test]
    public async Task The_number_of_reads_does_not_depend_on_the_number_of_instances()
    {
        await _lab.ApplyAsync(_lab.Request(_lab.Domain('a', Machine("m1"))));
        await _lab.PlanAsync(_lab.Request(_lab.Domain('a', Machine("m1"))));
        var forOne = _lab.Requests["GET"];
        var six = _lab.Domain('a', [.. Enumerable.Range(1, 6).Select(i => Machine($"m{i}"))]);
        await _lab.ConvergeAsync(six);

        await _lab.PlanAsync(_lab.Request(six));

        _lab.Requests["GET"].ShouldBe(forOne);
    }

    [Test]
    public async Task Nothing_is_planned_after_restarts_snapshots_and_what_a_guest_does()
    {
        var domain = _lab.Domain('a', Machine("box", _lab.Address('a', 5)));
        await _lab.ConvergeAsync(domain);
        SharedIncus.Daemon.InInstance(
            domain.IncusProject, "box",
            "sh", "-c", "hostname other; ip link set eth0 up; ip address add 10.9.9.9/24 dev eth0");
        Lab.Client(domain.IncusProject, "restart", "box", "--force");
        Lab.Client(domain.IncusProject, "snapshot", "create", "box", "before");
        Lab.Client(domain.IncusProject, "config", "set", "box", "user.theirs=1", "limits.processes=500");

        await _lab.ConvergeAsync(domain);

        var box = await _lab.GetAsync(ObjectId.Instance(domain.IncusProject, "box"));
        box.Config!["limits.processes"].ShouldBe("500");
    }

    [Test]
    [Category("OnCluster")]
    public async Task What_Incus_does_not_end_is_named_and_waited_for_no_longer_than_it_may_take()
    {
        var machine = Machine("deaf");
        machine.InstanceConfig = Map(("raw.lxc", "lxc.signal.halt = SIGWINCH"));
        var domain = _lab.Domain('a', machine);
        await _lab.ConvergeAsync(domain);
        SharedIncus.Daemon.Client(
            "query", "--request", "PUT", $"/1.0/instances/deaf/state?project={domain.IncusProject}",
            "--data", """{"action":"stop","timeout":-1}""");
        var said = new List<string>();
        var stop = $"'Stopping instance' of instance 'deaf' in project '{domain.IncusProject}'";

        var fault = await Should.ThrowAsync<ToolFaultException>(_lab.ApplyAsync(
            _lab.Request(domain), IncusTimeouts.Default with { StateChange = TimeSpan.FromSeconds(2) }, said.Add));

        fault.Diagnostic.Code.ShouldBe("INFRA4008");
        fault.Diagnostic.Message.ShouldStartWith($"{stop} of Incus at '");
        fault.Diagnostic.Message.ShouldContain("' took longer than 2 seconds.");
        said.ShouldBe([$"Incus is still working on {stop}, which another run started; waiting for it to finish."]);
        Lab.Client(domain.IncusProject, "stop", "--force", "deaf");
        await _lab.ConvergeAsync(domain);
    }

    [Test]
    public async Task A_folder_where_a_killed_incusd_should_have_a_volume_is_named_with_the_command_that_removes_it()
    {
        SharedIncus.NeedsBtrfs("In a dir a folder is a volume.");
        var domain = _lab.Domain('a', Machine("box"));
        await _lab.ConvergeAsync(domain);
        Lab.Client(domain.IncusProject, "stop", "--force", "box");
        OnHost("cd /run/embedded-incus-*/storage-pools/default/containers && "
            + $"btrfs subvolume delete {domain.IncusProject}_box && mkdir {domain.IncusProject}_box");

        var failed = (await _lab.ApplyAsync(_lab.Request() with { AutoCleanup = true })).First(r => r.Error is not null);

        failed.Error!.Code.ShouldBe("INFRA4034");
        Lab.Fix([failed.Error.Message], OnHost);
        Lab.Errors(await _lab.ApplyAsync(_lab.Request() with { AutoCleanup = true })).ShouldBeEmpty();
        (await _lab.FindAsync(failed.Id)).ShouldBeNull();

        void OnHost(string commands) => SharedIncus.Daemon.ExecBeside(domain.IncusProject, "box", "sh", "-c", commands);
    }

    [Test]
    public async Task A_stopped_instance_is_started()
    {
        var domain = _lab.Domain('a', Machine("box"));
        await _lab.ConvergeAsync(domain);
        Lab.Client(domain.IncusProject, "stop", "box", "--force");

        (await _lab.ConvergeAsync(domain)).Single().Action.ShouldBe(ActionKind.Start);

        Lab.Client(domain.IncusProject, "list", "box", "--format", "csv", "--columns", "s").ShouldBe("RUNNING");
    }

    [Test]
    public async Task A_running_machine_gets_what_its_profiles_give_it_by_a_restart_of_ours_or_of_its_own()
    {
        var box = Machine("box");
        var domain = _lab.Domain('a', box, Machine("other"));
        await _lab.ConvergeAsync(domain);

        box.InstanceProfiles = ["default", "fwd"];
        Forward("1");
        (await _lab.ConvergeAsync(domain))[^1].Action.ShouldBe(ActionKind.Restart);
        Running().ShouldBe("1");

        // As by a run that was killed before it came to the machine.
        Forward("0");
        await _lab.ApplyAsync(_lab.Request(domain) with { Kinds = new HashSet<ObjectKind> { ObjectKind.Profile } });
        Running().ShouldBe("1");
        (await _lab.ConvergeAsync(domain)).ShouldHaveSingleItem().Action.ShouldBe(ActionKind.Restart);
        Running().ShouldBe("0");

        Forward("1");
        await _lab.ApplyAsync(_lab.Request(domain) with { Kinds = new HashSet<ObjectKind> { ObjectKind.Profile } });
        Lab.Client(domain.IncusProject, "restart", "--force", "box");
        (await _lab.PlanAsync(_lab.Request(domain))).ShouldBeEmpty();
        Running().ShouldBe("1");

        void Forward(string value) => domain.IncusProfiles = new Dictionary<string, Desired.ProfileSpec>
        {
            ["fwd"] = new() { Config = Map(("linux.sysctl.net.ipv4.ip_forward", value)) },
        };

        string Running() => SharedIncus.Daemon.InInstance(
            domain.IncusProject, "box", "sh", "-c", "read -r line </proc/sys/net/ipv4/ip_forward; echo $line");
    }

    [Test]
    public async Task A_paused_instance_goes_on()
    {
        var domain = _lab.Domain('a', Machine("box"));
        await _lab.ConvergeAsync(domain);
        Lab.Client(domain.IncusProject, "pause", "box");

        (await _lab.ConvergeAsync(domain)).ShouldHaveSingleItem().Reason.ShouldBe("it is paused");

        (await _lab.GetAsync(ObjectId.Instance(domain.IncusProject, "box"))).Status.ShouldBe("Running");
    }

    [Test]
    [Category("OnCluster")]
    public async Task A_machine_is_stopped_changed_and_renamed_with_its_volume_and_snapshot_as_infra_yml_says()
    {
        var machine = Machine("box", _lab.Address('a', 5)) with
        {
            InstanceConfig = Map(("boot.host_shutdown_timeout", "1")),
            InstanceStorageVolumes = new Dictionary<string, Desired.VolumeSpec> { ["data"] = new() { Path = "/data" } },
        };
        var domain = _lab.Domain('a', machine);
        await _lab.ConvergeAsync(domain);
        var before = await _lab.GetAsync(ObjectId.Instance(domain.IncusProject, "box"));
        SharedIncus.Daemon.InInstance(domain.IncusProject, "box", "sh", "-c", "echo mine >/data/file");
        Lab.Client(domain.IncusProject, "snapshot", "create", "box", "theirs");
        domain.Machines = [machine with { InstanceName = "shop", InstanceWas = "box", InstanceDescription = "A shop" }];

        (await _lab.ApplyAsync(_lab.Request(domain))).ShouldHaveSingleItem().Error!.Code.ShouldBe("INFRA4202");
        Lab.Errors(await _lab.ApplyAsync(_lab.Request(domain) with { AllowMove = true })).ShouldBeEmpty();
        (await _lab.ConvergeAsync(domain)).ShouldBeEmpty();

        var after = await _lab.GetAsync(ObjectId.Instance(domain.IncusProject, "shop"));
        (after.Status, after.Description, after.Config!["volatile.uuid"], after.Config["volatile.eth0.hwaddr"])
            .ShouldBe(("Running", "A shop", before.Config!["volatile.uuid"], before.Config["volatile.eth0.hwaddr"]));
        Data("shop").ShouldBe("mine");
        Lab.Client(domain.IncusProject, "list", "--format", "csv", "--columns", "nS").ShouldBe("shop,1");
        Lab.Client(
            domain.IncusProject, "storage", "volume", "list", "default", "--format", "csv", "--columns", "n", "type=custom")
            .ShouldBe("shop-data");

        domain.Machines = [machine with { InstanceName = "shop", InstanceState = "stopped", InstanceDescription = "Closed" }];
        (await _lab.ConvergeAsync(domain)).Single(r => r.Id.Kind == ObjectKind.Instance).Action.ShouldBe(ActionKind.Stop);
        after = await _lab.GetAsync(ObjectId.Instance(domain.IncusProject, "shop"));
        (after.Status, after.Description).ShouldBe(("Stopped", "Closed"));
        domain.Machines = [machine with { InstanceName = "shop", InstanceState = "any", InstanceDescription = "Closed" }];
        (await _lab.ConvergeAsync(domain)).ShouldBeEmpty();

        // It has the name of the volume from before.
        Lab.Client(domain.IncusProject, "snapshot", "restore", "shop", "theirs");
        domain.Machines = [machine with { InstanceName = "shop" }];
        await _lab.ConvergeAsync(domain);
        Data("shop").ShouldBe("mine");

        string Data(string name) => SharedIncus.Daemon.InInstance(
            domain.IncusProject, name, "sh", "-c", "read -r line </data/file; echo $line");
    }

    [Test]
    public async Task The_list_of_keys_that_need_a_restart_is_that_of_the_server()
    {
        using var metadata = JsonDocument.Parse(SharedIncus.Daemon.Client("query", "/1.0/metadata/configuration"));
        var live = metadata.RootElement.GetProperty("configs").GetProperty("instance").EnumerateObject()
            .Where(group => group.Name is not ("volatile" or "snapshots"))
            .SelectMany(group => group.Value.GetProperty("keys").EnumerateArray().SelectMany(key => key.EnumerateObject()))
            .Where(key => !key.Name.StartsWith("boot.", StringComparison.Ordinal) && key.Name != "cluster.evacuate")
            .ToLookup(
                key => key.Value.GetProperty("liveupdate").GetString()!.StartsWith("yes", StringComparison.Ordinal),
                key => key.Name.Replace("*", "x", StringComparison.Ordinal));

        live[false].ShouldNotBeEmpty();
        live[false].Where(key => !RestartRules.Applies(key)).ShouldBeEmpty();
        live[true].Where(RestartRules.Applies).ShouldBeEmpty();
    }

    [Test]
    public async Task A_protected_instance_cannot_be_deleted_by_anybody_until_infra_yml_says_so()
    {
        var machine = Machine("box");
        machine.InstanceEphemeral = false;
        var domain = _lab.Domain('a', machine);
        await _lab.ConvergeAsync(domain);

        Should.Throw<InvalidOperationException>(() => Lab.Client(domain.IncusProject, "delete", "--force", "box"))
            .Message.ShouldContain("protect", Case.Insensitive);
        (await _lab.ApplyAsync(_lab.Request() with { AutoCleanup = true }))
            .Single(r => r.Id.Kind == ObjectKind.Instance).Action.ShouldBe(ActionKind.Protected);
        (await _lab.GetAsync(ObjectId.Instance(domain.IncusProject, "box"))).Config!["security.protection.delete"]
            .ShouldBe("true");

        machine.InstanceEphemeral = true;
        await _lab.ConvergeAsync(domain);
    }

    [Test]
    public async Task Orphans_are_reported_first_and_deleted_with_AutoCleanup_while_foreign_objects_stay()
    {
        var both = new[] { _lab.Domain('a', Machine("a1"), Machine("a2")), _lab.Domain('b', Machine("b1")) };
        await _lab.ConvergeAsync(both);
        var project = both[0].IncusProject;
        Lab.Client(project, "launch", Fingerprint(), "foreign");
        var less = _lab.Domain('a', Machine("a1"));

        var reported = await _lab.ApplyAsync(_lab.Request(less));
        reported.Where(r => r.Action == ActionKind.Orphan).Select(r => r.Id.Name).ShouldBe(
            ["a2", "b1", both[1].Name, both[1].IncusNetwork.Name, both[1].IncusNetworkAcl.Name], ignoreOrder: true);
        _lab.Requests.Keys.ShouldBe(["GET"]);

        Lab.Errors(await _lab.ApplyAsync(_lab.Request(less) with { AutoCleanup = true })).ShouldBeEmpty();
        Lab.Client(project, "list", "--format", "csv", "--columns", "n").Split('\n').ShouldBe(["a1", "foreign"]);
        Lab.Client(project, "delete", "--force", "foreign");
    }

    [Test]
    public async Task A_scope_leaves_the_other_domain_alone()
    {
        var a = _lab.Domain('a', Machine("a1"));
        var b = _lab.Domain('b', Machine("b1"));
        await _lab.ConvergeAsync(a, b);
        b.Description = "edited";

        var results = await _lab.ApplyAsync(
            _lab.Request(a) with { Scope = new HashSet<string> { a.Name }, AutoCleanup = true });

        results.ShouldBeEmpty();
    }

    [Test]
    public async Task A_scope_reads_no_network_of_another_domain_and_still_finds_the_orphans_of_its_own()
    {
        var a = _lab.Domain('a');
        var b = _lab.Domain('b');
        var former = _lab.Domain('c').IncusNetwork;
        await _lab.ConvergeAsync(a with { IncusNetwork = former }, b);

        var results = await _lab.ApplyAsync(
            _lab.Request(a, b) with { Scope = new HashSet<string> { a.Name }, AutoCleanup = true });

        Lab.Errors(results).ShouldBeEmpty();
        results.Single(r => r.Action == ActionKind.Delete).Id.Name.ShouldBe(former.Name);
        _lab.Paths.Count(path => path == "/1.0/instances?recursion=1&all-projects=true")
            .ShouldBe(2, customMessage: "one for the plan, one for the look at what was made");
        _lab.Paths.ShouldNotContain("/1.0/networks?recursion=1");
        _lab.Paths.ShouldNotContain("/1.0/network-acls?recursion=1");
        _lab.Paths.ShouldNotContain(path => path.Contains($"/{b.IncusNetwork.Name}?", StringComparison.Ordinal));
    }

    [Test]
    public async Task One_bad_image_does_not_stop_the_others_and_the_next_apply_completes()
    {
        var domain = _lab.Domain('a', Machine("good"), Machine("bad", image: "late"));

        var first = await _lab.ApplyAsync(_lab.Request(domain));
        first.Single(r => r.Id.Name == "good").Status.ShouldBe(ActionStatus.Done);
        first.Single(r => r.Id.Name == "bad").Error!.Code.ShouldBe("INFRA4024");

        SharedIncus.Daemon.Client("image", "alias", "create", "late", Fingerprint());
        try
        {
            (await _lab.ConvergeAsync(domain)).Single().Id.Name.ShouldBe("bad");
        }
        finally
        {
            SharedIncus.Daemon.Client("image", "alias", "delete", "late");
        }
    }

    [Test]
    public async Task An_image_imported_under_the_name_of_a_remote_stands_in_for_it()
    {
        SharedIncus.Daemon.Client("image", "alias", "create", "local:images:tiny", Fingerprint());

        await _lab.ConvergeAsync(_lab.Domain('a', Machine("m1", image: "images:tiny"), Machine("m2", image: "images:tiny")));
    }

    [Test]
    public async Task Incus_own_words_tell_why_an_instance_does_not_start_and_it_starts_when_that_is_mended()
    {
        var machine = Machine("box");
        machine.InstanceDevices = Device("lost", ("type", "unix-char"), ("path", "/dev/x"), ("source", "/dev/no-such-device"));
        var domain = _lab.Domain('a', machine, Machine("fine"));

        var results = await _lab.ApplyAsync(_lab.Request(domain));
        results.Single(r => r.Id.Name == "box").Error!.Message.ShouldContain("Failed to start device \"lost\"");
        results.Single(r => r.Id.Name == "fine").Status.ShouldBe(ActionStatus.Done);

        machine.InstanceDevices = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        await _lab.ConvergeAsync(domain);
    }

    [Test]
    public async Task A_subnet_of_the_host_is_refused_before_anything_is_made()
    {
        var hosts = SharedIncus.Daemon.Exec("ip", "-4", "-o", "address", "show", "eth0")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        var octets = hosts.Split('/')[0].Split('.');
        var prefix = string.Join('.', octets.Take(3));
        var domain = _lab.Domain('a', Machine("box"));
        domain.IncusNetwork = Network(domain.IncusNetwork.Name, prefix);

        var results = await _lab.ApplyAsync(_lab.Request(domain));

        results[1].Error!.Code.ShouldBe("INFRA4022");
        results.Skip(2).ShouldAllBe(r => r.Status == ActionStatus.Blocked);
        _lab.Requests.Keys.ShouldBe(["GET"]);
    }

    [Test]
    public async Task Another_image_replaces_an_instance_only_when_that_is_allowed()
    {
        await _lab.ConvergeAsync(_lab.Domain('a', Machine("box")));
        var other = _lab.Domain('a', Machine("box", image: "debian"));
        var id = ObjectId.Instance(other.IncusProject, "box");
        var uuid = (await _lab.GetAsync(id)).Config!["volatile.uuid"];

        (await _lab.ApplyAsync(_lab.Request(other))).Single().Status.ShouldBe(ActionStatus.Skipped);
        (await _lab.GetAsync(id)).Config!["volatile.uuid"].ShouldBe(uuid);

        (await _lab.ApplyAsync(_lab.Request(other) with { AllowReplace = true })).Single().Status.ShouldBe(ActionStatus.Done);
        (await _lab.GetAsync(id)).Config!["volatile.uuid"].ShouldNotBe(uuid);
        await _lab.ConvergeAsync(other);
    }

    private static string Fingerprint() =>
        SharedIncus.Daemon.Client("image", "list", "busybox", "--format", "csv", "--columns", "F");
}
