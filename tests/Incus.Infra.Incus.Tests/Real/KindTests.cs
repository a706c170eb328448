using System.Globalization;
using System.Text.Json;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>Every kind on a real Incus: made, read back, changed key by key, unset, removed, and a second time nothing.</summary>
[Category("Incus")]
[Category("EachRelease")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class KindTests
{
    private readonly Lab _lab = new();

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    [Test]
    public async Task A_network_is_made_changed_and_put_back_with_every_key_named()
    {
        var domain = _lab.Domain('a');
        var id = ObjectId.Network(domain.IncusNetwork.Name);
        await _lab.ConvergeAsync(domain);
        var made = await _lab.GetAsync(id);
        made.Config!["ipv4.address"].ShouldBe($"{domain.IncusNetwork.Gateway}/24");
        made.Config!["ipv4.dhcp.ranges"].ShouldBe($"{_lab.Address('a', 100)}-{_lab.Address('a', 199)}");
        made.Config!["ipv6.address"].ShouldBe("none");

        SharedIncus.Daemon.Client("network", "set", id.Name, "ipv4.nat=false", "ipv4.dhcp.expiry=2h");
        var drift = (await _lab.ConvergeAsync(domain)).Single();
        drift.Values().ShouldBe(["config.ipv4.nat: false -> true (Drift)"]);

        domain.Description = "";
        var moved = _lab.Domain('b').IncusNetwork;
        domain.IncusNetwork = moved with { Name = id.Name };
        await _lab.ConvergeAsync(domain);
        var changed = await _lab.GetAsync(id);
        changed.Config!["ipv4.address"].ShouldBe($"{moved.Gateway}/24");
        changed.Config!["ipv4.dhcp.expiry"].ShouldBe("2h");
        changed.Description.ShouldBe("");
    }

    [Test]
    public async Task A_project_has_its_own_images_profiles_and_volumes_and_shares_networks()
    {
        var domain = _lab.Domain('a');
        await _lab.ConvergeAsync(domain);
        var made = await _lab.GetAsync(ObjectId.OfProject(domain.IncusProject));
        made.Config!["features.images"].ShouldBe("true");
        made.Config!["features.profiles"].ShouldBe("true");
        made.Config!["features.storage.volumes"].ShouldBe("true");
        made.Config!["features.networks"].ShouldBe("false");

        domain.Description = "Renamed";
        SharedIncus.Daemon.Client("project", "set", domain.IncusProject, "limits.instances=5");
        await _lab.ConvergeAsync(domain);

        var changed = await _lab.GetAsync(ObjectId.OfProject(domain.IncusProject));
        changed.Description.ShouldBe("Renamed");
        changed.Config!["limits.instances"].ShouldBe("5");
    }

    [Test]
    public async Task A_profile_is_made_changed_unset_and_removed()
    {
        var domain = _lab.Domain('a');
        domain.IncusProfiles = Profile(
            Map(("limits.cpu", "1"), ("limits.memory", "128MiB")),
            Device("null", ("type", "unix-char"), ("path", "/dev/nul"), ("source", "/dev/null")));
        var id = ObjectId.Profile(domain.IncusProject, "extra");
        await _lab.ConvergeAsync(domain);
        (await _lab.GetAsync(id)).Devices!["null"]["source"].ShouldBe("/dev/null");

        domain.IncusProfiles = Profile(Map(("limits.cpu", "2")), []);
        (await _lab.ConvergeAsync(domain)).Single().Changes.Select(c => c.Key).ShouldBe(
            ["config.limits.cpu", "config.limits.memory", "devices.null.path", "devices.null.source", "devices.null.type"],
            ignoreOrder: true);
        var changed = await _lab.GetAsync(id);
        changed.Config!["limits.cpu"].ShouldBe("2");
        changed.Config!.ShouldNotContainKey("limits.memory");
        changed.Devices!.ShouldBeEmpty();

        domain.IncusProfiles = new Dictionary<string, ProfileSpec>();
        await _lab.ApplyAsync(_lab.Request(domain) with { AutoCleanup = true });
        SharedIncus.Daemon.Client("profile", "list", "--project", domain.IncusProject, "--format", "csv")
            .ShouldNotContain("extra");
    }

    [Test]
    public async Task Shares_follow_the_machines_while_they_run_and_are_unset_with_the_policy()
    {
        var one = _lab.Domain('a', Machine("one"));
        var policy = new ResourcePolicySpec();
        var id = ObjectId.Instance(one.IncusProject, "one");
        await Converge(policy, one);
        var alone = await Limits();
        var pid = Init();

        var two = _lab.Domain('b', Machine("two"));
        // So that it comes to the same member of a cluster.
        two.IncusNetworkAcl.Partners = [one.Name];
        await Converge(policy, one, two);
        var beside = await Limits();
        Number(beside, Claim.AllowanceKey).ShouldBe(Number(alone, Claim.AllowanceKey) / 2);
        Number(beside, Claim.MemoryKey).ShouldBe(Number(alone, Claim.MemoryKey) / 2);

        await Converge(policy with { CpuMode = "count", MemoryEnforce = "hard", Overcommit = true }, one);
        (await Limits()).Keys.ShouldBe([Claim.CpuKey, Claim.MemoryKey], ignoreOrder: true);
        await Converge(null, one);
        (await Limits()).ShouldBeEmpty();
        Init().ShouldBe(pid, "it was never restarted");

        async Task Converge(ResourcePolicySpec? shared, params DomainSpec[] domains)
        {
            var request = _lab.Request(domains) with { ResourcePolicy = shared };
            Lab.Errors(await _lab.ApplyAsync(request)).ShouldBeEmpty();
            (await _lab.ApplyAsync(request)).Where(r => r.Status != ActionStatus.Skipped).ShouldBeEmpty();
            _lab.Requests.Keys.ShouldBe(["GET"]);
        }

        async Task<Dictionary<string, string>> Limits() => (await _lab.GetAsync(id)).Config!
            .Where(c => c.Key.StartsWith("limits.", StringComparison.Ordinal)).ToDictionary();

        // The number of its first process on the host.
        string Init()
        {
            using var state = JsonDocument.Parse(
                SharedIncus.Daemon.Client("query", $"/1.0/instances/one/state?project={one.IncusProject}"));
            return state.RootElement.GetProperty("pid").GetRawText();
        }

        static int Number(Dictionary<string, string> limits, string key) =>
            int.Parse(limits[key].TrimEnd('%', 'M', 'i', 'B'), CultureInfo.InvariantCulture);
    }

    [Test]
    public async Task A_volume_is_made_attached_grown_survives_its_instance_and_is_removed()
    {
        var machine = WithVolume("64MiB");
        var domain = _lab.Domain('a', machine);
        var project = domain.IncusProject;
        await _lab.ConvergeAsync(domain);
        SharedIncus.Daemon.InInstance(project, "box", "sh", "-c", "echo kept > /data/file");

        domain.Machines = [WithVolume("128MiB")];
        (await _lab.ConvergeAsync(domain)).Single().Values().ShouldBe(["config.size: 64MiB -> 128MiB (Wanted)"]);

        Lab.Client(project, "delete", "--force", "box");
        await _lab.ConvergeAsync(domain);
        SharedIncus.Daemon.InInstance(project, "box", "sh", "-c", "read -r line </data/file; echo $line").ShouldBe("kept");

        domain.Machines = [Machine("box")];
        Lab.Errors(await _lab.ApplyAsync(_lab.Request(domain) with { AutoCleanup = true })).ShouldBeEmpty();
        SharedIncus.Daemon.Client("storage", "volume", "list", "default", "--project", project, "--format", "csv")
            .ShouldNotContain("box-data");

        static MachineSpec WithVolume(string size)
        {
            var machine = Machine("box");
            machine.InstanceStorageVolumes = new Dictionary<string, VolumeSpec>
            {
                ["data"] = new() { Path = "/data", Size = size },
            };
            return machine;
        }
    }

    [Test]
    public async Task The_size_of_a_root_disk_arrives_where_it_was_written_and_in_the_pool_of_the_others()
    {
        SharedIncus.NeedsBtrfs("A dir keeps no size.");
        var machine = Machine("box");
        machine.InstanceDevices = Device("root", ("type", "disk"), ("path", "/"), ("size", "96MiB"));
        var domain = _lab.Domain('a', machine, Machine("plain"));
        domain.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["default"] = new() { Devices = Device("root", ("type", "disk"), ("path", "/"), ("size", "64MiB")) },
        };
        await _lab.ConvergeAsync(domain);

        Quota("box").ShouldBe("96MiB");
        Quota("plain").ShouldBe("64MiB");

        machine.InstanceDevices = Device("root", ("type", "disk"), ("path", "/"), ("size", "128MiB"));
        await _lab.ConvergeAsync(domain);
        Quota("box").ShouldBe("128MiB");

        string Quota(string name)
        {
            using var state = JsonDocument.Parse(
                SharedIncus.Daemon.Client("query", $"/1.0/instances/{name}/state?project={domain.IncusProject}"));
            return state.RootElement.GetProperty("disk").GetProperty("root").GetProperty("total").GetInt64() / (1 << 20) + "MiB";
        }
    }

    [Test]
    [Category("OnCluster")]
    public async Task A_volume_whose_pool_changes_is_moved_with_its_data_by_the_commands_that_Plan_names()
    {
        var machine = Machine("box");
        machine.InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } };
        var domain = _lab.Domain('a', machine);
        var project = domain.IncusProject;
        await _lab.ConvergeAsync(domain);
        SharedIncus.Daemon.InInstance(project, "box", "sh", "-c", "echo kept > /data/file");
        var pool = $"{_lab.Project}-pool";
        SharedIncus.Daemon.MakeDirPool(pool);
        machine.InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data", Pool = pool } };

        var withheld = (await _lab.ApplyAsync(_lab.Request(domain) with { AutoCleanup = true })).ShouldHaveSingleItem();
        _lab.Requests.Keys.ShouldBe(["GET"]);
        foreach (var command in withheld.Reason.Split('\'')[5].Split("; "))
        {
            SharedIncus.Daemon.Client([.. command.Split(' ').Skip(1)]);
        }

        await _lab.ConvergeAsync(domain);
        SharedIncus.Daemon.InInstance(project, "box", "sh", "-c", "read -r line </data/file; echo $line").ShouldBe("kept");
        await _lab.RemoveAsync();
        SharedIncus.Daemon.Client("storage", "delete", pool);
    }

    [Test]
    public async Task An_instance_is_made_in_one_request_and_changed_live_by_restart_and_by_device()
    {
        var domain = _lab.Domain('a', Machine("box", _lab.Address('a', 5)));
        var id = ObjectId.Instance(domain.IncusProject, "box");
        await _lab.ConvergeAsync(_lab.Domain('a'));
        await _lab.ApplyAsync(_lab.Request(domain));
        _lab.Requests.Where(r => r.Key != "GET").ShouldBe(
            [new("POST", 2)], customMessage: "one for the image, one for the instance");
        await _lab.ConvergeAsync(domain);
        var made = await _lab.GetAsync(id);
        made.Status.ShouldBe("Running");

        domain.Machines = [Configured(("limits.memory", "64MiB"))];
        (await _lab.ConvergeAsync(domain)).Single().Action.ShouldBe(ActionKind.Update);
        domain.Machines = [Configured(("limits.memory", "64MiB"), ("raw.lxc", "lxc.mount.auto = proc:rw"))];
        (await _lab.ConvergeAsync(domain)).Single().Action.ShouldBe(ActionKind.Restart);
        domain.Machines = [Configured()];
        (await _lab.ConvergeAsync(domain)).Single().Action.ShouldBe(ActionKind.Restart);

        var changed = await _lab.GetAsync(id);
        changed.Config!.ShouldNotContainKey("limits.memory");
        changed.Config!["volatile.uuid"].ShouldBe(made.Config!["volatile.uuid"]);
        changed.Config!["volatile.eth0.hwaddr"].ShouldBe(made.Config!["volatile.eth0.hwaddr"]);

        MachineSpec Configured(params (string, string)[] config)
        {
            var machine = Machine("box", _lab.Address('a', 5));
            machine.InstanceConfig = Map(config);
            return machine;
        }
    }

    [Test]
    public async Task The_static_address_is_the_one_that_the_first_boot_gets_and_a_new_one_that_the_next_gets()
    {
        var domain = _lab.Domain('a', Machine("box", _lab.Address('a', 5)));
        await _lab.ConvergeAsync(domain);
        Lease().ShouldContain($"lease of {_lab.Address('a', 5)} obtained");

        domain.Machines = [Machine("box", _lab.Address('a', 6))];
        await _lab.ConvergeAsync(domain);
        Lease().ShouldContain($"lease of {_lab.Address('a', 6)} obtained");

        string Lease() => SharedIncus.Daemon.InInstance(
            domain.IncusProject, "box", "sh", "-c", "ip link set eth0 up; udhcpc -i eth0 -n -q -s /bin/true 2>&1");
    }

    [Test]
    public async Task A_Debian_container_boots_with_its_address()
    {
        var domain = _lab.Domain('a', Machine("deb", _lab.Address('a', 7), "debian"));
        await _lab.ConvergeAsync(domain);

        SharedIncus.Daemon.InInstance(domain.IncusProject, "deb", "sh", "-c",
            "until ip -4 -o address show eth0 | grep -q inet; do sleep 0.1; done; ip -4 -o address show eth0")
            .ShouldContain(_lab.Address('a', 7));
        await _lab.ConvergeAsync(domain);
    }

    [Test]
    public async Task A_guest_that_says_it_is_ready_is_changed_and_deleted_like_any_other()
    {
        const string ready = """
            use IO::Socket::UNIX;
            my $incus = IO::Socket::UNIX->new(Peer => "/dev/incus/sock") or die $!;
            print $incus "PATCH /1.0 HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n"
              . "{\"state\":\"Ready\"}";
            print <$incus>;
            """;
        var machine = Machine("deb", image: "debian");
        var domain = _lab.Domain('a', machine);
        await _lab.ConvergeAsync(domain);
        SharedIncus.Daemon.InInstance(domain.IncusProject, "deb", "perl", "-e", ready).ShouldContain("200 OK");
        (await _lab.GetAsync(ObjectId.Instance(domain.IncusProject, "deb"))).Status.ShouldBe("Ready");

        machine.InstanceConfig = Map(("limits.cpu", "1"));
        await _lab.ConvergeAsync(domain);

        Lab.Client(domain.IncusProject, "pause", "deb");
        machine.InstanceConfig = Map(("limits.cpu", "2"));
        await _lab.ConvergeAsync(domain);
    }

    [Test]
    public async Task A_virtual_machine_whose_image_is_for_containers_only_is_told_so()
    {
        var machine = Machine("vm");
        machine.InstanceType = "vm";
        var domain = _lab.Domain('a', machine);

        (await _lab.PlanAsync(_lab.Request(domain)))[^1].Action.ShouldBe(ActionKind.Create);
        var failed = (await _lab.ApplyAsync(_lab.Request(domain)))[^1];

        failed.Error!.Message.ShouldBe(
            $"instance 'vm' in project '{domain.IncusProject}': There is no image 'busybox' for a virtual-machine. "
            + "Import one under this alias, or name a remote, as in 'images:busybox'.");
    }

    private static Dictionary<string, ProfileSpec> Profile(
        Dictionary<string, string> config, Dictionary<string, IReadOnlyDictionary<string, string>> devices) =>
        new() { ["extra"] = new ProfileSpec { Config = config, Devices = devices } };
}
