using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Snapshots;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>Declared snapshots with hooks, on a real Incus.</summary>
[Category("Incus")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DeclaredSnapshotTests
{
    private const string Box = "/bin/busybox";

    private readonly SnapshotLab _lab = new();

    [TearDown]
    public void Remove_everything() => _lab.Dispose();

    [Test]
    public async Task A_service_is_stopped_before_and_started_after_as_its_journal_says()
    {
        _lab.Launch("db", "debian");
        _lab.Exec("db", "sh", "-c", """
            until systemctl list-units >/dev/null 2>&1; do sleep 0.1; done
            printf '[Service]\nExecStart=/bin/sleep infinity\n' > /etc/systemd/system/store.service
            systemctl daemon-reload && systemctl start store
            """);

        var result = (await TakeAsync(Declare(
            "db",
            [["systemctl", "stop", "store"], ["touch", "/at-rest"]],
            [["rm", "/at-rest"], ["systemctl", "start", "store"]]))).Single();

        result.Error?.Message.ShouldBeNull();
        _lab.Exec("db", "journalctl", "--sync");
        var events = _lab.Exec("db", "journalctl", "--unit=store", "--output=cat", "--no-pager").Split('\n')
            .Where(line => line.StartsWith("Started", StringComparison.Ordinal)
                || line.StartsWith("Stopped", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[0]);
        events.ShouldBe(["Started", "Stopped", "Started"]);
        (await _lab.NamesAsync("db")).ShouldBe([result.Snapshot]);

        // What the snapshot holds is the machine with the service at rest.
        (await _lab.RestoreAsync(SnapshotLab.One("db"), result.Snapshot)).Single().Status.ShouldBe(ActionStatus.Done);
        _lab.Exec("db", "test", "-e", "/at-rest");
    }

    [Test]
    [Category("OnCluster")]
    public async Task A_failed_pre_prevents_the_snapshot_and_post_runs_all_the_same()
    {
        _lab.Launch("box");

        var result = (await TakeAsync(Declare(
            "box",
            [[Box, "sh", "-c", "echo no such luck $TERM >&2; exit 3", "secret"], [Box, "touch", "/second"]],
            [[Box, "touch", "/after"]]))).Single();

        result.Error!.Code.ShouldBe("INFRA4071");
        result.Error.Message.ShouldContain(
            "command '/bin/busybox' of snapshots.pre failed with exit code 3. No snapshot was taken. Its output: no such luck");
        result.Error.Message.ShouldNotContain("secret");
        (await _lab.NamesAsync("box")).ShouldBeEmpty();
        Files("box").ShouldContain("after");
        Files("box").ShouldNotContain("second");
    }

    [Test]
    public async Task Post_runs_also_when_the_snapshot_failed_and_both_faults_are_told()
    {
        SharedIncus.Daemon.Client("project", "set", _lab.Project, "features.profiles=true");
        _lab.Client("profile", "device", "add", "default", "root", "disk", "path=/", "pool=default");
        _lab.Launch("box");
        SharedIncus.Daemon.Client("project", "set", _lab.Project, "restricted=true", "restricted.snapshots=block");

        var result = (await TakeAsync(Declare("box", [], [[Box, "touch", "/after"], ["/no/such/program"]]))).Single();

        result.Error!.Code.ShouldBe("INFRA4065");
        result.Error.Message.ShouldContain("command '/no/such/program' of snapshots.post could not run.");
        Files("box").ShouldContain("after");
    }

    [Test]
    public async Task Post_runs_also_when_the_run_is_stopped_but_not_before_pre_has_ended()
    {
        _lab.Launch("box");
        using var stop = new CancellationTokenSource();
        var declared = Declare(
            "box",
            [[Box, "sh", "-c", $"{Box} touch /began; {Box} sleep 5; {Box} touch /rested"], [Box, "touch", "/second"]],
            [[Box, "cp", "/rested", "/after"]]);

        var run = _lab.RunAsync(engine => engine.TakeDeclaredAsync([declared], stop.Token));
        SpinWait.SpinUntil(() => Files("box").Contains("began"), Tool.Patience).ShouldBeTrue();
        await stop.CancelAsync();

        (await run).Single().Status.ShouldBe(ActionStatus.Stopped);
        Files("box").ShouldContain("after");
        Files("box").ShouldNotContain("second");
        (await _lab.NamesAsync("box")).ShouldBeEmpty();
    }

    [Test]
    public async Task Arguments_reach_the_command_as_they_are()
    {
        _lab.Launch("box");

        (await TakeAsync(Declare("box", [[Box, "touch", "/a b; $(id) {{ x }}"]], []))).Single().Error.ShouldBeNull();

        Files("box").ShouldContain("a b; $(id) {{ x }}");
        SharedIncus.Daemon.Client("query", $"/1.0/instances/box/logs/exec-output?project={_lab.Project}").ShouldBe("[]");
    }

    [Test]
    public async Task The_last_ones_are_kept_and_expire_and_those_of_others_stay()
    {
        _lab.Launch("box");
        await _lab.TakeAsync(SnapshotLab.One("box"), "mine");
        foreach (var old in new[] { "declared-20250101-000000", "declared-20250102-000000", "declared-by-hand" })
        {
            await _lab.TakeAsync(SnapshotLab.One("box"), old);
        }

        var taken = (await TakeAsync(Declare("box", [], []) with { Keep = 2, Expiry = "30d" })).Single().Snapshot;

        (await _lab.NamesAsync("box")).ShouldBe(["mine", "declared-20250102-000000", "declared-by-hand", taken]);
        var snapshot = (await _lab.ListAsync(SnapshotLab.One("box"))).Single().Snapshots!.Single(s => s.Name == taken);
        (snapshot.ExpiresAt - snapshot.CreatedAt).TotalDays.ShouldBe(30, tolerance: 0.1);
    }

    [Test]
    public async Task A_machine_that_does_not_run_gets_a_snapshot_without_hooks_and_one_that_is_not_there_an_error()
    {
        _lab.Launch("box");
        _lab.Client("stop", "box", "--force");

        var results = await TakeAsync(Declare("box", [["/no/such/program"]], []), Declare("missing", [], []));

        results[0].Error.ShouldBeNull();
        (await _lab.NamesAsync("box")).ShouldBe([results[0].Snapshot]);
        results[1].Error!.Code.ShouldBe("INFRA4062");
    }

    private Task<IReadOnlyList<SnapshotResult>> TakeAsync(params DeclaredSnapshot[] declared) =>
        _lab.RunAsync(engine => engine.TakeDeclaredAsync(declared, CancellationToken.None));

    private DeclaredSnapshot Declare(string name, string[][] pre, string[][] post) => new(_lab.Id(name), null, null, pre, post);

    private string[] Files(string name) => _lab.Exec(name, Box, "ls", "/").Split('\n');
}
