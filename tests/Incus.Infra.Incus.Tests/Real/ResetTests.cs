using System.Diagnostics;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;
using Incus.Infra.Testing;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>Machines go back to their baseline with their volumes, and nothing else does.</summary>
[Category("Incus")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ResetTests
{
    private readonly Lab _lab = new();
    private readonly List<string> _requests = [];
    private readonly List<ResetStep> _announced = [];
    private readonly DomainSpec _domain;
    private readonly ObjectId _seat;

    public ResetTests()
    {
        var machine = Machine("seat");
        machine.InstanceStorageVolumes = new Dictionary<string, VolumeSpec>
        {
            ["work"] = new() { Path = "/work" },
            ["mail"] = new() { Path = "/mail" },
        };
        _domain = _lab.Domain('a', machine, Machine("other"));
        _seat = ObjectId.Instance(_domain.IncusProject, "seat");
    }

    // The volume 'mail' is one to keep.
    private ResetMachine Seat => Of("seat", "seat-work");

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    [Test]
    [Category("EachRelease")]
    public async Task What_was_deleted_is_back_to_the_byte_with_the_volumes_but_those_to_keep()
    {
        await _lab.ConvergeAsync(_domain);
        In("seat", "echo report > /work/report; mkdir -p /etc/app; echo 1 > /etc/app/conf");
        Done(await TakeAsync(Seat)).ShouldBe(1);
        var before = Hashes();
        var (uuid, others) = (await UuidAsync("seat"), await UuidAsync("other"));
        In("seat", "echo letter > /mail/letter; /bin/busybox rm -rf /bin /etc /root /sbin /work/* /tmp /var; :");
        Hashes().ShouldNotBe(before);

        Done((await ResetAsync(Seat)).Results).ShouldBe(1);

        Hashes().ShouldBe(before);
        In("seat", "/bin/busybox cat /mail/letter").ShouldBe("letter");
        (await UuidAsync("seat")).ShouldBe(uuid);
        (await UuidAsync("other")).ShouldBe(others);
        _announced.Single().Volumes.Single().Id.Name.ShouldBe("seat-work");
        await _lab.ConvergeAsync(_domain);
    }

    [Test]
    [Category("EachRelease")]
    public async Task A_baseline_is_taken_once_and_one_that_was_only_begun_is_taken_anew()
    {
        await _lab.ConvergeAsync(_domain);
        // As a run leaves it that was killed between the two.
        Lab.Client(_domain.IncusProject, "storage", "volume", "snapshot", "create", "default", "seat-work", "baseline");
        In("seat", "echo new > /work/new");

        Done(await TakeAsync(Seat, Of("other"), Of("missing"))).ShouldBe(2);
        (await TakeAsync(Seat, Of("other"))).ShouldBeEmpty();
        _requests.ShouldAllBe(request => request.StartsWith("GET "));

        In("seat", "/bin/busybox rm /work/new");
        Lab.Client(_domain.IncusProject, "stop", "seat", "--force");
        Done((await ResetAsync(Seat)).Results).ShouldBe(1);
        In("seat", "/bin/busybox cat /work/new").ShouldBe("new");
    }

    [Test]
    public async Task What_has_no_baseline_goes_with_its_volumes_to_be_made_anew_unless_it_is_protected()
    {
        await _lab.ConvergeAsync(_domain);
        In("seat", "/bin/busybox touch /work/mine /mail/letter");
        var uuid = await UuidAsync("seat");
        var other = await UuidAsync("other");

        Codes(await ResetAsync(Seat with { IsProtected = true }, Of("other"))).ShouldBe(["INFRA4121", "Blocked"]);
        Lab.Client(_domain.IncusProject, "config", "set", "seat", "security.protection.delete=true");
        Codes(await ResetAsync(Seat)).ShouldBe(["INFRA4121"]);
        Lab.Client(_domain.IncusProject, "config", "unset", "seat", "security.protection.delete");
        Codes(await ResetAsync(Seat with { Form = new InstanceForm("container", "nowhere") })).ShouldBe(["INFRA4024"]);
        (await UuidAsync("seat")).ShouldBe(uuid);

        var outcome = await ResetAsync(Seat, Of("missing"));
        Done(outcome.Results).ShouldBe(1);
        outcome.ToMake.Select(id => id.Name).ShouldBe(["seat", "missing"]);
        (await _lab.FindAsync(_seat)).ShouldBeNull();
        (await UuidAsync("other")).ShouldBe(other);

        await _lab.ConvergeAsync(_domain);
        In("seat", "/bin/busybox ls /mail").ShouldContain("letter");
        In("seat", "/bin/busybox ls /work").ShouldBeEmpty();
        (await UuidAsync("seat")).ShouldNotBe(uuid);
    }

    [Test]
    [Category("OnCluster")]
    public async Task A_snapshot_that_is_named_must_be_there_of_the_machine_and_of_its_volumes()
    {
        await _lab.ConvergeAsync(_domain);
        Codes(await ResetAsync([Seat], "lesson")).ShouldBe(["INFRA4064"]);
        Lab.Client(_domain.IncusProject, "snapshot", "create", "seat", "lesson");
        var fault = (await ResetAsync([Seat], "lesson")).Results.Single().Error!;
        fault.Code.ShouldBe("INFRA4120");
        var command = fault.Message.Split('\'').Single(part => part.StartsWith("incus ", StringComparison.Ordinal));
        SharedIncus.Daemon.Client([.. command.Split(' ').Skip(1)]);
        In("seat", "echo later > /work/later");

        Done((await ResetAsync([Seat], "lesson")).Results).ShouldBe(1);

        In("seat", "/bin/busybox ls /work").ShouldBeEmpty();
    }

    [Test]
    public async Task Killed_at_points_all_over_a_run_the_next_one_ends_well()
    {
        await _lab.ConvergeAsync(_domain);
        In("seat", "echo report > /work/report");
        Done(await TakeAsync(Seat)).ShouldBe(1);
        var before = Hashes();
        var clock = Stopwatch.StartNew();
        Done((await ResetAsync(Seat)).Results).ShouldBe(1);
        var span = clock.Elapsed;
        var kills = Kills.Or(3);
        for (var kill = 0; kill < kills; kill++)
        {
            In("seat", "echo spoilt > /work/report; echo spoilt > /spoilt");
            await KillAsync(span * (kill + 1) / (kills + 1), Seat);
            Done((await ResetAsync(Seat)).Results).ShouldBe(1, $"after kill {kill}");
            Hashes().ShouldBe(before, $"after kill {kill}");
            (await _lab.GetAsync(_seat)).Status.ShouldBe("Running", $"after kill {kill}");
        }

        Lab.Client(_domain.IncusProject, "snapshot", "delete", "seat", "baseline");
        for (var kill = 0; kill < kills; kill++)
        {
            In("seat", "echo spoilt > /work/report");
            await KillAsync(span * (kill + 1) / (kills + 1), Seat);
            (await ResetAsync(Seat)).ToMake.ShouldBe([_seat], $"after kill {kill}");
            await _lab.ConvergeAsync(_domain);
            In("seat", "/bin/busybox ls /work").ShouldBeEmpty($"after kill {kill}");
        }
    }

    // To Incus a client that is killed and one whose connections break are the same.
    private async Task KillAsync(TimeSpan after, ResetMachine machine)
    {
        using var proxy = new RequestProxy(SharedIncus.Daemon.SocketPath);
        var run = ResetAsync([machine], null, new SocketTarget(proxy.SocketPath));
        await Task.WhenAny(run, Task.Delay(after));
        proxy.Dispose();
        try
        {
            await run;
        }
        catch (ToolFaultException)
        {
            // It was still reading.
        }
    }

    private ResetMachine Of(string name, params string[] volumes) => new(
        ObjectId.Instance(_domain.IncusProject, name), volumes, new InstanceForm("container", "busybox"), IsProtected: false);

    private Task<IReadOnlyList<SnapshotResult>> TakeAsync(params ResetMachine[] machines) => RunAsync(
        _lab.Target,
        client => new BaselineEngine(client, _lab.Target, _lab.Server, _ => { }, _ => { })
            .TakeAsync(machines, CancellationToken.None));

    private Task<ResetOutcome> ResetAsync(params ResetMachine[] machines) => ResetAsync(machines, null);

    private Task<ResetOutcome> ResetAsync(ResetMachine[] machines, string? snapshot, SocketTarget? target = null) => RunAsync(
        target ?? _lab.Target,
        client => new ResetEngine(
            client, _lab.Target, _lab.Server, new Infrastructure(_lab.Project, _lab.Project), _ => { }, _ => { })
            .ResetAsync(machines, snapshot, _announced.AddRange, CancellationToken.None));

    private async Task<T> RunAsync<T>(SocketTarget target, Func<IncusClient, Task<T>> run)
    {
        _requests.Clear();
        _announced.Clear();
        var counter = new RequestCounter(request => _requests.Add($"{request.Method} {request.Path}"));
        using var client = new IncusClient(target, counter, IncusTimeouts.Default);
        return await run(client);
    }

    private string In(string machine, string script) =>
        SharedIncus.Daemon.InInstance(_domain.IncusProject, machine, "/bin/busybox", "sh", "-c", script);

    // Names, modes, owners, links and contents of all that the machine and its volume have.
    private string Hashes() => SharedIncus.Daemon.ExecBeside(
        _domain.IncusProject, "seat",
        "sh", "-euc",
        "cd /run/embedded-incus-*/storage-pools/default; find $* -printf '%p %M %U:%G %l\\n' | sort; "
        + "find $* -type f -print0 | sort -z | xargs -0r sha256sum",
        "sh", $"containers/{_domain.IncusProject}_seat/rootfs", $"custom/{_domain.IncusProject}_seat-work");

    private async Task<string?> UuidAsync(string machine) =>
        (await _lab.GetAsync(ObjectId.Instance(_domain.IncusProject, machine))).Config!.GetValueOrDefault("volatile.uuid");

    private static IEnumerable<string> Codes(ResetOutcome outcome) =>
        outcome.Results.Select(r => r.Error?.Code ?? r.Status.ToString());

    private static int Done(IReadOnlyList<SnapshotResult> results)
    {
        results.Select(r => r.Error?.Message).ShouldAllBe(message => message == null);
        results.ShouldAllBe(r => r.Status == ActionStatus.Done);
        return results.Count;
    }
}
