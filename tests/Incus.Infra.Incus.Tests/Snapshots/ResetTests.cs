using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Snapshots;

/// <summary>What a reset says is what Incus has afterwards. On a fake whose answers and whose state are two things.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ResetTests : IDisposable
{
    private static readonly ResetMachine Box = new(
        ObjectId.Instance("home", "box"), ["box-data"], new InstanceForm("container", "busybox"), IsProtected: false);

    private readonly FakeIncus _incus;
    private readonly List<string> _changes = [];
    private string _status = "Running";
    private string _snapshots = """{"name":"baseline"}""";
    private int _generation = 1;
    private bool _hidesPools;
    private bool _isAway;

    /// <summary>What a request that changes something really does; it returns why it failed, or null.</summary>
    private Func<string, string?> _change = _ => null;

    public ResetTests() => _incus = new FakeIncus(Reply);

    public void Dispose() => _incus.Dispose();

    [Test]
    public async Task Nothing_uses_the_volumes_when_they_are_restored_and_the_start_comes_last()
    {
        _change = Do;

        (await ResetAsync()).Error?.Message.ShouldBeNull();

        _changes.ShouldBe(
        [
            "PUT /1.0/instances/box/state stop",
            "PUT /1.0/storage-pools/default/volumes/custom/box-data restore",
            "PUT /1.0/instances/box restore",
            "PUT /1.0/instances/box/state start",
        ]);
    }

    [Test]
    public async Task A_machine_that_Incus_says_it_restored_and_did_not_is_a_fault() =>
        (await ResetAsync()).Error!.Message.ShouldContain(
            "Incus reported success, but the configuration is not that of the snapshot. ");

    [Test]
    public async Task A_machine_that_does_not_run_afterwards_is_a_fault()
    {
        _change = change => change.EndsWith("start", StringComparison.Ordinal) ? null : Do(change);

        (await ResetAsync()).Error!.Message.ShouldContain("Incus reported success, but the instance does not run. ");
    }

    [TestCase("box-data restore",
        "0 of 1 volumes are restored. Disk and configuration are not, and the machine does not run.")]
    [TestCase("/box restore",
        "1 of 1 volumes are restored. The configuration is not restored; the disk may be, and the machine does not run.")]
    [TestCase("start",
        "1 of 1 volumes are restored. Disk and configuration are restored, and the machine does not run.")]
    public async Task What_fails_midway_says_what_is_restored_and_whether_the_machine_runs(string failing, string state)
    {
        _change = change => change.EndsWith(failing, StringComparison.Ordinal) ? "no space left" : Do(change);

        var error = (await ResetAsync()).Error!;

        error.Code.ShouldBe("INFRA4123");
        error.Message.ShouldBe(
            "instance 'box' in project 'home': snapshot 'baseline' failed. Incus says: no space left. "
            + $"{state} When the cause is fixed, run Reset again.");
    }

    [Test]
    public async Task What_was_on_a_member_that_stopped_answering_meanwhile_nobody_knows()
    {
        _change = change =>
        {
            _isAway = change.EndsWith("start", StringComparison.Ordinal);
            return Do(change);
        };

        (await ResetAsync()).Error!.Code.ShouldBe("INFRA4128");

        (_isAway, _snapshots) = (false, "");
        _change = change =>
        {
            _isAway = true;
            return null;
        };
        (await TakeBaselineAsync()).Single().Error!.Code.ShouldBe("INFRA4128");
    }

    [Test]
    public async Task A_baseline_that_Incus_says_it_took_and_does_not_have_is_a_fault()
    {
        _snapshots = "";

        (await TakeBaselineAsync()).Single().Error!.Message.ShouldContain(
            "Incus reported success, but there is no snapshot 'baseline'. ");
        // Until the machine has its own, that of the volume is only a start.
        _changes.ShouldBe(
        [
            "DELETE /1.0/storage-pools/default/volumes/custom/box-data/snapshots/baseline ",
            "POST /1.0/storage-pools/default/volumes/custom/box-data/snapshots baseline",
            "POST /1.0/instances/box/snapshots baseline",
        ]);
    }

    [Test]
    public async Task Who_may_not_list_the_pools_resets_to_baselines_and_takes_them()
    {
        _hidesPools = true;
        _change = Do;
        var restricted = new ServerInfo { Restriction = new Restriction("c0ffee", ["home"]) };

        (await ResetAsync(restricted)).Error?.Message.ShouldBeNull();
        (await TakeBaselineAsync(restricted)).ShouldBeEmpty("there is one");
    }

    private string? Do(string change)
    {
        _status = change.EndsWith("stop", StringComparison.Ordinal) ? "Stopped"
            : change.EndsWith("start", StringComparison.Ordinal) ? "Running"
            : _status;
        _generation += change.EndsWith("/box restore", StringComparison.Ordinal) ? 1 : 0;
        return null;
    }

    private string Reply(string request)
    {
        var (method, path) = request.Split(' ') is [var verb, var url, ..] ? (verb, url.Split('?')[0]) : ("", "");
        if (method != "GET")
        {
            var word = new[] { "stop", "start", "restore", "baseline" }
                .FirstOrDefault(w => request[request.IndexOf("\r\n\r\n", StringComparison.Ordinal)..].Contains($"\"{w}\"")) ?? "";
            _changes.Add($"{method} {path} {word}");
            return _change(_changes[^1]) is { } reason ? FakeIncus.Error(400, reason) : FakeIncus.Sync("{}");
        }

        return path switch
        {
            "/1.0/instances" when _isAway => FakeIncus.Sync(
                """[{"name":"box","project":"home","status":"Error","location":"m3"}]"""),
            "/1.0/instances" => FakeIncus.Sync($$"""
                [{"name":"box","project":"home","status":"{{_status}}",
                  "config":{"volatile.uuid.generation":"{{_generation}}"},"snapshots":[{{_snapshots}}]}]
                """),
            "/1.0/instances/box" => FakeIncus.Sync($$"""{"name":"box","status":"{{_status}}"}"""),
            "/1.0/storage-pools" when _hidesPools => FakeIncus.Error(403, "not authorized"),
            "/1.0/profiles" => FakeIncus.Sync("""[{"name":"default","devices":{"root":{"pool":"default"}}}]"""),
            "/1.0/storage-pools" => FakeIncus.Sync("""[{"name":"default"}]"""),
            "/1.0/storage-pools/default/volumes" => FakeIncus.Sync("""
                [{"name":"box-data","project":"home","type":"custom"},
                 {"name":"box-data/baseline","project":"home","type":"custom"},
                 {"name":"box/baseline","project":"home","type":"container"}]
                """),
            _ when path.Contains("/snapshots/", StringComparison.Ordinal) => FakeIncus.Error(404, "not found"),
            _ => FakeIncus.Sync("{}"),
        };
    }

    private async Task<SnapshotResult> ResetAsync(ServerInfo? server = null) => (await RunAsync((client, target) =>
        new ResetEngine(client, target, server ?? new ServerInfo(), new Infrastructure("lab", "lab"), _ => { }, _ => { })
            .ResetAsync([Box], snapshot: null, _ => { }, CancellationToken.None))).Results.Single();

    private Task<IReadOnlyList<SnapshotResult>> TakeBaselineAsync(ServerInfo? server = null) => RunAsync((client, target) =>
        new BaselineEngine(client, target, server ?? new ServerInfo(), _ => { }, _ => { })
            .TakeAsync([Box], CancellationToken.None));

    private async Task<T> RunAsync<T>(Func<IncusClient, IncusTarget, Task<T>> run)
    {
        var target = new SocketTarget(_incus.SocketPath);
        using var client = new IncusClient(target, new RequestCounter(), IncusTimeouts.Default);
        return await run(client, target);
    }
}
