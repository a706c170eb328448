using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using Incus.Infra.Incus.Tests.Planning;
using Incus.Infra.Incus.Tests.Real;
using Incus.Infra.Testing;
using static Incus.Infra.Incus.Tests.Clustered.SharedCluster;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Clustered;

/// <summary>The same infra.yml on a cluster of three, whose members go and come.</summary>
[Category("Incus")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ClusterTests
{
    // What waits for a dead member waits no longer than what a living one takes.
    private static readonly IncusTimeouts Impatient =
        new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1));

    private readonly Random _random = new(Seed: 7);
    // Not through the leader, which is killed, too.
    private readonly Lab _lab = new(Daemons, "m2");

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    [Test]
    public async Task Each_domain_comes_to_one_member_and_the_second_time_nothing_but_reads_is_sent()
    {
        var (one, other) = (Domain('a'), Domain('b'));

        await _lab.ConvergeAsync(one, other);

        var (home, away) = (await HomeAsync(one), await HomeAsync(other));
        away.ShouldNotBe(home);
        (await _lab.GetAsync(Volume(one))).Location.ShouldBe(home);
        (await _lab.GetAsync(ObjectId.Network(one.IncusNetwork.Name))).Description.ShouldBe(one.Description);
        foreach (var member in new[] { "m1", "m2", "m3" })
        {
            Daemons.Exec(member, "nft", "list", "ruleset").ShouldContain(one.IncusNetwork.Name, customMessage: member);
        }

        // Which is what the lock is named by.
        (await FingerprintAsync("m1")).ShouldBe(await FingerprintAsync("m3"));
    }

    [Test]
    public async Task A_member_dies_during_an_Apply_the_others_go_on_and_when_it_is_back_one_run_completes_the_rest()
    {
        var (living, dead, fresh, gone) = (Domain('a', "m1"), Domain('b', "m3"), Domain('c', "m3"), Machine("gone"));
        dead.Machines = [.. dead.Machines, gone];
        await _lab.ConvergeAsync(living, dead);
        var run = _lab.ApplyAsync(_lab.Request(living, dead, fresh), Impatient, _ => { });
        await Task.Delay(TimeSpan.FromSeconds(3 * _random.NextDouble()));
        Daemons.Kill("m3");
        var failed = Lab.Errors(await run).ToList();
        (failed.Count > 0 || (await MissingAsync(_lab, [fresh])).Count == 0).ShouldBeTrue();
        WaitUntilOffline("m3");
        dead.Machines = [.. dead.Machines.Where(m => m != gone)];
        dead.Machines[0].InstanceDescription = "new";
        living.Description = "new";
        living.Machines = [.. living.Machines, Machine("late", _lab.Address('a', 9))];

        var results = await _lab.ApplyAsync(_lab.Request(living, dead, fresh));

        results.Where(r => r.Id.Project != fresh.Name && r.Id.Name != fresh.IncusNetwork.Name).Select(Line).ShouldBe(
        [
            $"acl net-{living.Name}: failed INFRA4101",
            "instance b1: unreachable INFRA4100",
            "instance b2: unreachable INFRA4100",
            "instance b3: unreachable INFRA4100",
            "instance gone: skipped",
            "instance late: done",
            $"network net-{living.Name}: failed INFRA4101",
            $"project {living.Name}: done",
        ], ignoreOrder: true);

        Daemons.Return("m3");
        Lab.Errors(await _lab.ApplyAsync(_lab.Request(living, dead, fresh) with { AutoCleanup = true })).ShouldBeEmpty();
        (await _lab.PlanAsync(_lab.Request(living, dead, fresh))).ShouldBeEmpty();
        (await MissingAsync(_lab, [living, dead, fresh])).ShouldBeEmpty();
        (await _lab.FindAsync(ObjectId.Instance(dead.Name, "gone"))).ShouldBeNull();
    }

    [Test]
    public async Task A_bridge_that_a_member_lost_before_the_network_was_on_all_is_made_there_again()
    {
        var domain = Domain('a', "m1");
        var network = domain.IncusNetwork;
        foreach (var member in EmbeddedCluster.Members)
        {
            Daemons.Incus.Client("network", "create", network.Name, "--target", member);
        }

        Daemons.Exec("m3", "ip", "link", "add", network.Name, "type", "bridge");
        Should.Throw<InvalidOperationException>(() => Daemons.Incus.Client(
            "network", "create", network.Name, $"ipv4.address={network.Gateway}/24", "ipv6.address=none",
            $"user.infra.project={_lab.Project}"));
        Daemons.Exec("m3", "ip", "link", "delete", network.Name);
        // As when m1 had lost its power: of this network it starts nothing when it is back.
        Daemons.Exec("m1", "ip", "link", "delete", network.Name);

        await _lab.ConvergeAsync(domain);

        foreach (var member in EmbeddedCluster.Members)
        {
            Daemons.Exec(member, "ip", "-brief", "address", "show", network.Name).ShouldContain(network.Gateway);
        }
    }

    [Test]
    public async Task What_is_to_be_on_an_evacuated_member_waits_for_it_and_what_Incus_moved_is_where_it_should_be()
    {
        var domain = Domain('a', "m3");
        domain.Machines[1].InstanceConfig = Map(("cluster.evacuate", "stop"));
        await _lab.ConvergeAsync(domain);
        Daemons.Incus.Client("cluster", "evacuate", "m3", "--force");
        domain.Machines = [.. domain.Machines, Machine("late")];

        var results = await _lab.ApplyAsync(_lab.Request(domain));

        results.Select(Line).ShouldBe(
            ["instance a1: skipped", "instance a2: skipped", "instance late: skipped"], ignoreOrder: true);
        results.ShouldAllBe(r => r.Action == ActionKind.Evacuated);
        Daemons.Incus.Client("cluster", "restore", "m3", "--force");
        await _lab.ConvergeAsync(domain);
        (await HomeAsync(domain)).ShouldBe("m3");
    }

    [Test]
    public async Task A_move_takes_everything_along_and_when_its_run_was_killed_the_next_one_completes_it()
    {
        var domain = Domain('a', "m1");
        var machine = ObjectId.Instance(domain.Name, "a1");
        await _lab.ConvergeAsync(domain);
        Exec(domain, "echo kept > /data/file; echo kept > /file");
        Daemons.Incus.Client("snapshot", "create", "--project", domain.Name, "a1", "before");
        var former = await _lab.GetAsync(machine);

        for (var kill = 0; kill < Kills.Or(2); kill++)
        {
            domain = domain.On(kill % 2 == 0 ? "m3" : "m1");
            using (var run = Reconciler.Apply(_lab, new() { AllowMove = true }, domain))
            {
                await Task.Delay(TimeSpan.FromSeconds(0.5 + (5 * _random.NextDouble())));
                run.Process.Kill();
                await run.Process.WaitForExitAsync();
            }

            var request = _lab.Request(domain) with { AllowMove = true };
            Lab.Errors(await _lab.ApplyAsync(request)).ShouldBeEmpty(customMessage: $"after kill {kill}");
            (await _lab.PlanAsync(request)).ShouldBeEmpty(customMessage: $"after kill {kill}");
            (await HomeAsync(domain)).ShouldBe(domain.Machines[0].InstanceTarget);
            var volume = await _lab.GetAsync(Volume(domain));
            volume.Location.ShouldBe(domain.Machines[0].InstanceTarget);
            (volume.Description, volume.Config!["user.infra.id"]).ShouldBe(("Volume data of a1", _lab.Project));
        }

        var moved = await _lab.GetAsync(machine);
        moved.Devices!["eth0"].ShouldBe(former.Devices!["eth0"], ignoreOrder: true);
        foreach (var key in new[] { "volatile.eth0.hwaddr", "volatile.uuid", "user.infra.id" })
        {
            moved.Config![key].ShouldBe(former.Config![key]);
        }

        Exec(domain, "/bin/busybox cat /data/file /file; /bin/busybox stat -c %u /data/file")
            .ShouldBe("kept\nkept\n0", "and is still root's");
        Daemons.Incus.Client("snapshot", "list", "--project", domain.Name, "a1", "--format", "csv").ShouldStartWith("before,");
    }

    [Test]
    public async Task A_member_that_hangs_is_told_by_its_name_until_it_goes_on()
    {
        Daemons.Freeze("m3");

        (await CheckAsync()).ShouldBe(["INFRA4124"]);
        Daemons.Thaw("m3");
        (await CheckAsync(Tool.Patience)).ShouldBeEmpty();

        async Task<IEnumerable<string>> CheckAsync(TimeSpan? patience = null) => (await MemberCheck.RunAsync(
            _lab.Target, _lab.Server, patience ?? TimeSpan.FromSeconds(3), CancellationToken.None)).Select(d => d.Code);
    }

    // By hand: 30 take a quarter of an hour. Every second time it is the leader.
    [Test]
    [Category("Endurance")]
    public async Task When_a_member_is_killed_at_any_point_of_an_Apply_one_run_after_its_return_completes_it()
    {
        DomainSpec[] domains = [Domain('a'), Domain('b')];
        for (var kill = 0; kill < Kills.Or(4); kill++)
        {
            var leader = Daemons.Leader();
            var others = EmbeddedCluster.Members.Where(m => m != leader).ToList();
            var member = kill % 2 == 0 ? leader : others[_random.Next(others.Count)];
            var lab = _lab.Through(Daemons.SocketOf(others.First(m => m != member)));
            var delay = TimeSpan.FromSeconds(6 * _random.NextDouble());
            var run = ErrorsAsync(lab.ApplyAsync(lab.Request(domains), Impatient, _ => { }));
            await Task.Delay(delay);
            Daemons.Kill(member);
            var errors = await run;
            var missing = await MissingAsync(lab, domains);
            var when = $"after kill {kill} of {member}{(member == leader ? ", the leader," : "")} at {delay.TotalSeconds:0.0} s";
            (errors > 0 || missing.Count == 0).ShouldBeTrue($"{when}: {string.Join(", ", missing)}");
            Daemons.Return(member);

            var left = Lab.Errors(await _lab.ApplyAsync(_lab.Request(domains))).ToList();
            TestContext.Progress.WriteLine(
                $"{when}: {errors} errors, {missing.Count} machines missing; after its return {left.Count} errors");
            if (left.Count > 0)
            {
                // Incus may leave on the member's disk what only a command there takes away.
                left.ShouldAllBe(error => error.Contains("'sudo rmdir ", StringComparison.Ordinal), when);
                Lab.Fix(left, commands => Daemons.Exec(member, "sh", "-c", commands));
                Lab.Errors(await _lab.ApplyAsync(_lab.Request(domains))).ShouldBeEmpty(customMessage: when);
            }

            (await _lab.PlanAsync(_lab.Request(domains) with { AutoCleanup = true })).ShouldBeEmpty(customMessage: when);
            (await MachinesAndVolumesAsync(domains)).ShouldBe(
                domains.SelectMany(d => d.Machines.Select(m => m.InstanceName).Append(Volume(d).Name)),
                ignoreOrder: true,
                customMessage: when);
            await _lab.RemoveAsync();
        }
    }

    [Test]
    [Category("Endurance")]
    public async Task When_a_member_is_killed_during_a_move_one_run_after_its_return_completes_it()
    {
        var domain = Domain('a', "m1");
        await _lab.ConvergeAsync(domain);
        Exec(domain, "echo kept > /data/file");
        for (var kill = 0; kill < Kills.Or(4); kill++)
        {
            domain = domain.On(kill % 2 == 0 ? "m3" : "m1");
            var request = _lab.Request(domain) with { AllowMove = true };
            var member = _random.Next(2) == 0 ? "m1" : "m3";
            var run = _lab.ApplyAsync(request, Impatient, _ => { });
            await Task.Delay(TimeSpan.FromSeconds(0.5 + (5 * _random.NextDouble())));
            Daemons.Kill(member);
            var errors = Lab.Errors(await run).Count();
            Daemons.Return(member);

            var when = $"after kill {kill} of {member} on the way to {domain.Machines[0].InstanceTarget}: {errors} errors";
            TestContext.Progress.WriteLine(when);
            Lab.Errors(await _lab.ApplyAsync(request)).ShouldBeEmpty(customMessage: when);
            (await _lab.PlanAsync(request)).ShouldBeEmpty(customMessage: when);
            (await HomeAsync(domain)).ShouldBe(domain.Machines[0].InstanceTarget, customMessage: when);
            Exec(domain, "/bin/busybox cat /data/file; /bin/busybox stat -c %u /data/file")
                .ShouldBe("kept\n0", when);
        }
    }

    private static string Exec(DomainSpec domain, string command) =>
        Daemons.Incus.InInstance(domain.Name, domain.Machines[0].InstanceName, "/bin/busybox", "sh", "-c", command);

    // A machine with a volume and two others.
    private DomainSpec Domain(char letter, string? target = null)
    {
        var machines = Enumerable.Range(1, 3).Select(i => Machine($"{letter}{i}", _lab.Address(letter, i))).ToList();
        machines[0].InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } };
        machines.ForEach(m => m.InstanceTarget = target);
        return _lab.Domain(letter, [.. machines]);
    }

    private static ObjectId Volume(DomainSpec domain) =>
        ObjectId.Volume(domain.Name, "default", $"{domain.Machines[0].InstanceName}-data");

    private static string Line(ActionResult result) =>
        $"{result.Id.Word} {result.Id.Name}: {result.Status} {result.Error?.Code}".TrimEnd().ToLowerInvariant()
            .Replace("infra", "INFRA", StringComparison.Ordinal);

    // Before, the others wait for it at each request.
    private static void WaitUntilOffline(string member)
    {
        while (!Daemons.Incus.Client("cluster", "list", "--format", "csv", "--columns", "ns").Contains($"{member},OFFLINE"))
        {
            Thread.Sleep(TimeSpan.FromMilliseconds(200));
        }
    }

    // The one member that all machines of a domain are on.
    private async Task<string> HomeAsync(DomainSpec domain)
    {
        var locations = new HashSet<string?>();
        foreach (var machine in domain.Machines)
        {
            locations.Add((await _lab.GetAsync(ObjectId.Instance(domain.Name, machine.InstanceName))).Location);
        }

        return locations.ShouldHaveSingleItem().ShouldNotBeNull();
    }

    private static async Task<List<string>> MissingAsync(Lab lab, DomainSpec[] domains)
    {
        using var client = new IncusClient(lab.Target, new RequestCounter(), IncusTimeouts.Default);
        var there = (await client.GetAsync(
            "/1.0/instances?all-projects=true", IncusJson.Default.ReplyListString, CancellationToken.None)).Value;
        return
        [
            .. domains.SelectMany(d => d.Machines.Select(m => ObjectId.Instance(d.Name, m.InstanceName)))
                .Where(id => !there.Contains(Urls.Of(id))).Select(id => id.ToString()),
        ];
    }

    // A run that cannot read what there is ends as a whole.
    private static async Task<int> ErrorsAsync(Task<IReadOnlyList<ActionResult>> run)
    {
        try
        {
            return Lab.Errors(await run).Count();
        }
        catch (Exception e) when (e is ToolFaultException or IncusErrorException)
        {
            TestContext.Progress.WriteLine(e.Message);
            return 1;
        }
    }

    // A list, so that one that two members have counts twice.
    private async Task<List<string>> MachinesAndVolumesAsync(DomainSpec[] domains)
    {
        using var client = new IncusClient(_lab.Target, new RequestCounter(), IncusTimeouts.Default);
        var found = new List<string>();
        foreach (var url in new[] { Urls.All(ObjectKind.Instance), Urls.All(ObjectKind.Volume, "default") })
        {
            var all = (await client.GetAsync(url, IncusJson.Default.ReplyListIncusObject, CancellationToken.None)).Value;
            found.AddRange(all.Where(o => domains.Any(d => d.IncusProject == o.Project)).Select(o => o.Name));
        }

        return found;
    }

    private static async Task<string> FingerprintAsync(string member)
    {
        var target = new SocketTarget(Daemons.SocketOf(member));
        using var client = new IncusClient(target, new RequestCounter(), IncusTimeouts.Default);
        return (await ServerCheck.RunAsync(client, target, CancellationToken.None)).Environment!.CertificateFingerprint;
    }
}
