using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>Snapshots on demand, on a real Incus.</summary>
[Category("Incus")]
[Category("EachRelease")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SnapshotTests
{
    private const string DirPool = "plain";

    private readonly SnapshotLab _lab = new();

    [OneTimeSetUp]
    public static void Make_a_pool_without_copy_on_write() => SharedIncus.Daemon.MakeDirPool(DirPool);

    [OneTimeTearDown]
    public static void Delete_the_pool() => SharedIncus.Daemon.Client("storage", "delete", DirPool);

    [TearDown]
    public void Remove_everything() => _lab.Dispose();

    [Test]
    public async Task What_broke_since_is_as_it_was_to_the_byte_and_the_instance_runs()
    {
        _lab.Launch("box", "debian");
        _lab.Exec("box", "sh", "-c", "head -c 100000 /dev/urandom > /root/marker");
        var before = _lab.Exec("box", "sha256sum", "/root/marker", "/bin/ip");
        Done(await _lab.TakeAsync(SnapshotLab.One("box"), "good"));
        _lab.Exec("box", "sh", "-c", "echo broken > /root/marker; dpkg --purge --force-all netbase; rm -f /bin/ip");

        Done(await _lab.RestoreAsync(SnapshotLab.One("box"), "good"));

        _lab.StatusOf("box").ShouldBe("RUNNING");
        _lab.Exec("box", "sha256sum", "/root/marker", "/bin/ip").ShouldBe(before);
        _lab.Exec("box", "dpkg-query", "--show", "--showformat=${Status}", "iproute2").ShouldBe("install ok installed");
    }

    [Test]
    [Category("OnCluster")]
    public async Task A_pool_without_copy_on_write_brings_back_what_was_there_too()
    {
        _lab.Launch("box", pool: DirPool);
        _lab.Exec("box", "/bin/busybox", "sh", "-c", "echo good > /marker");
        Done(await _lab.TakeAsync(SnapshotLab.One("box"), "good"));
        _lab.Exec("box", "/bin/busybox", "sh", "-c", "echo broken > /marker");

        Done(await _lab.RestoreAsync(SnapshotLab.One("box"), "good"));

        _lab.Exec("box", "/bin/busybox", "cat", "/marker").ShouldBe("good");
    }

    [Test]
    public async Task A_stopped_instance_stays_stopped()
    {
        _lab.Launch("box");
        Done(await _lab.TakeAsync(SnapshotLab.One("box"), "running"));
        _lab.Exec("box", "/bin/busybox", "touch", "/later");
        _lab.Client("stop", "box", "--force");

        Done(await _lab.RestoreAsync(SnapshotLab.One("box"), "running"));

        _lab.StatusOf("box").ShouldBe("STOPPED");
        _lab.Client("start", "box");
        _lab.Exec("box", "/bin/busybox", "test", "!", "-e", "/later");
    }

    [Test]
    public async Task A_protected_instance_can_be_restored()
    {
        _lab.Launch("box");
        _lab.Client("config", "set", "box", "security.protection.delete=true");
        Done(await _lab.TakeAsync(SnapshotLab.One("box"), "good"));
        _lab.Exec("box", "/bin/busybox", "touch", "/later");

        Done(await _lab.RestoreAsync(SnapshotLab.One("box"), "good"));

        _lab.StatusOf("box").ShouldBe("RUNNING");
        _lab.Exec("box", "/bin/busybox", "test", "!", "-e", "/later");
    }

    [Test]
    public async Task Without_a_name_it_is_the_date_and_it_never_expires_whatever_the_instance_says()
    {
        _lab.Launch("box");
        _lab.Client("config", "set", "box", "snapshots.expiry=1d");

        Done(await _lab.TakeAsync(SnapshotLab.One("box")));

        var snapshot = (await _lab.ListAsync(SnapshotLab.One("box"))).Single().Snapshots!.Single();
        snapshot.Name.ShouldMatch(@"^snap-\d{8}-\d{6}$");
        snapshot.ExpiresAt.Year.ShouldBe(1);
        SnapshotList.Of(await _lab.ListAsync(SnapshotLab.One("box"))).Snapshots.Single().Expires.ShouldBeNull();
    }

    [Test]
    public async Task A_name_that_is_taken_or_missing_is_an_error_that_lists_what_is_there()
    {
        _lab.Launch("box");
        Done(await _lab.TakeAsync(SnapshotLab.One("box"), "one"));
        Done(await _lab.TakeAsync(SnapshotLab.One("box"), "two"));

        Error(await _lab.TakeAsync(SnapshotLab.One("box"), "one")).ShouldBe(("INFRA4063", true));
        Error(await _lab.RestoreAsync(SnapshotLab.One("box"), "three")).ShouldBe(("INFRA4064", true));
        Error(await _lab.DeleteAsync(SnapshotLab.One("box"), "..")).ShouldBe(("INFRA4064", true));

        (await _lab.NamesAsync("box")).ShouldBe(["one", "two"]);

        static (string Code, bool Lists) Error(IReadOnlyList<SnapshotResult> results) =>
            (results.Single().Error!.Code, results[0].Error!.Message.Contains("It has: one, two.", StringComparison.Ordinal));
    }

    [Test]
    public async Task A_name_that_no_instance_has_or_several_have_is_an_error_that_lists_the_candidates()
    {
        using var other = new SnapshotLab();
        _lab.Launch("box");
        other.Launch("box");

        (await FaultOf(SnapshotLab.One("bax"))).ShouldStartWith("INFRA4060 Incus has no instance 'bax'. It has: ");
        (await FaultOf(new NamedInstances(["box"], "nowhere"))).ShouldBe(
            "INFRA4060 Project 'nowhere' has no instance 'box'. It has no instances.");
        (await FaultOf(SnapshotLab.One("box"))).ShouldContain(
            "INFRA4061 Several projects have an instance 'box': "
            + $"{string.Join(", ", new[] { _lab.Project, other.Project }.Order(StringComparer.Ordinal))}.");
        Done(await _lab.TakeAsync(new NamedInstances(["box"], _lab.Project), "mine"));

        (await other.NamesAsync("box")).ShouldBeEmpty();
    }

    [Test]
    public async Task The_host_itself_is_no_instance() =>
        (await FaultOf(new ThisInstance())).ShouldStartWith("INFRA4067 ");

    [Test]
    public async Task Twelve_at_once_take_one_reading_before_and_one_after_and_each_tells_its_end()
    {
        string[] names = [.. Enumerable.Range(1, 12).Select(i => $"m{i}")];
        foreach (var name in names)
        {
            _lab.Launch(name);
        }

        foreach (var run in new[] { Take, Restore, Delete })
        {
            Done(await run()).Select(r => r.Id.Name).ShouldBe(names);
            Readings().ShouldBe(2);
            _lab.Progress.Select(p => p.Ended).ShouldBe(Enumerable.Range(1, 12));
        }

        await _lab.ListAsync(_lab.Machines(names));
        _lab.Requests.ShouldBe(["GET /1.0/instances?recursion=2&all-projects=true"]);

        Task<IReadOnlyList<SnapshotResult>> Take() => _lab.TakeAsync(_lab.Machines(names), "all");
        Task<IReadOnlyList<SnapshotResult>> Restore() => _lab.RestoreAsync(_lab.Machines(names), "all");
        Task<IReadOnlyList<SnapshotResult>> Delete() => _lab.DeleteAsync(_lab.Machines(names), "all");
    }

    [Test]
    public async Task What_cannot_be_taken_or_deleted_stops_no_other_and_a_restore_begins_only_when_all_can()
    {
        _lab.Launch("one");
        _lab.Launch("two");
        var all = _lab.Machines("one", "two", "missing");
        Done(await _lab.TakeAsync(SnapshotLab.One("one"), "all"));
        _lab.Exec("one", "/bin/busybox", "touch", "/later");

        Outcome(await _lab.TakeAsync(all, "all")).ShouldBe(["INFRA4063", "Done", "INFRA4062"]);
        Outcome(await _lab.RestoreAsync(all, "all")).ShouldBe(["Blocked", "Blocked", "INFRA4062"]);
        _lab.Exec("one", "/bin/busybox", "ls", "/later").ShouldBe("/later");
        Outcome(await _lab.DeleteAsync(all, "all")).ShouldBe(["Done", "Done", "INFRA4062"]);
        Outcome(await _lab.DeleteAsync(all, "all")).ShouldBe(["INFRA4064", "INFRA4064", "INFRA4062"]);

        static IEnumerable<string> Outcome(IEnumerable<SnapshotResult> results) =>
            results.Select(r => r.Error?.Code ?? r.Status.ToString());
    }

    [Test]
    [Category("OnCluster")]
    public async Task What_a_killed_run_left_to_the_server_is_waited_for()
    {
        _lab.Launch("box", "debian", DirPool);
        Done(await _lab.TakeAsync(SnapshotLab.One("box"), "good"));
        SharedIncus.Daemon.Client(
            "query", "--request", "POST", $"/1.0/instances/box/snapshots?project={_lab.Project}",
            "--data", """{"name":"left"}""");

        Done(await _lab.RestoreAsync(SnapshotLab.One("box"), "good"));

        (await _lab.NamesAsync("box")).ShouldBe(["good", "left"]);
        _lab.StatusOf("box").ShouldBe("RUNNING");
    }

    private int Readings() => _lab.Requests.Count(r => r.StartsWith("GET /1.0/instances", StringComparison.Ordinal));

    private async Task<string> FaultOf(SnapshotScope scope)
    {
        var fault = await Should.ThrowAsync<ToolFaultException>(_lab.TakeAsync(scope, "x"));
        return $"{fault.Diagnostic.Code} {fault.Diagnostic.Message}";
    }

    private static IReadOnlyList<SnapshotResult> Done(IReadOnlyList<SnapshotResult> results)
    {
        results.Select(r => r.Error?.Message).ShouldAllBe(message => message == null);
        results.ShouldAllBe(r => r.Status == ActionStatus.Done);
        return results;
    }
}
