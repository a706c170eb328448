using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Snapshots;

/// <summary>
/// What a command about snapshots says is what Incus has afterwards. On a fake with two instances, whose answers and whose
/// state are two things.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TruthTests : IDisposable
{
    private readonly FakeIncus _incus;
    private readonly List<string> _requests = [];
    private readonly List<string> _commands = [];
    private readonly List<string> _snapshots = ["old"];
    private string _status = "Running";
    private int _generation = 1;
    private bool _isAway;

    /// <summary>What a request that changes something really does; it returns why it failed, or null.</summary>
    private Func<string, (int Status, string Reason)?> _change = _ => null;

    /// <summary>The operation of a command, as a wait shows it.</summary>
    private Func<string> _wait = () => "";

    public TruthTests() => _incus = new FakeIncus(Reply);

    public void Dispose() => _incus.Dispose();

    [Test]
    public async Task A_snapshot_that_Incus_says_it_took_and_does_not_have_is_a_fault() => Fault(await TakeAsync()).ShouldBe(
        "INFRA4035 instance 'box' in project 'home': Incus reported success, but there is no snapshot 'new'. "
        + "Run it again; if this persists, check Incus's log.");

    [Test]
    public async Task A_declared_snapshot_is_looked_for_as_well() =>
        Fault(await DeclaredAsync()).ShouldMatch(
            "^INFRA4035 .*Incus reported success, but there is no snapshot 'declared-[-0-9]*'");

    [Test]
    public async Task A_snapshot_that_Incus_says_it_deleted_and_still_has_is_a_fault() =>
        Fault(await DeleteAsync()).ShouldContain(
            "INFRA4035 instance 'box' in project 'home': Incus reported success, but snapshot 'old' still exists. ");

    [Test]
    public async Task An_older_declared_snapshot_that_is_still_there_is_a_fault()
    {
        _snapshots.Add("declared-20250101-000000");
        _change = Taken;

        Fault(await DeclaredAsync(keep: 1)).ShouldContain(
            "INFRA4035 instance 'box' in project 'home': "
            + "Incus reported success, but snapshot 'declared-20250101-000000' still exists. ");
    }

    [Test]
    public async Task A_snapshot_that_Incus_says_it_restored_and_did_not_is_a_fault() =>
        Fault(await RestoreAsync()).ShouldContain(
            "INFRA4035 instance 'box' in project 'home': "
            + "Incus reported success, but the configuration is not that of the snapshot. ");

    [Test]
    public async Task An_instance_that_ran_and_does_not_run_after_it_was_restored_is_a_fault()
    {
        _change = _ => Restored("Stopped");

        Fault(await RestoreAsync()).ShouldContain("Incus reported success, but the instance, which ran before, does not run. ");
    }

    [TestCase("Running", "Running")]
    [TestCase("Frozen", "Running")]
    [TestCase("Stopped", "Stopped")]
    public async Task What_Incus_did_is_done(string before, string after)
    {
        _status = before;
        _change = request => request.StartsWith("PUT", StringComparison.Ordinal) ? Restored(after) : Taken(request);

        foreach (var run in new[] { RestoreAsync(), TakeAsync(), DeclaredAsync() })
        {
            var result = (await run).Single();
            result.Error?.Message.ShouldBeNull();
            result.Status.ShouldBe(ActionStatus.Done);
        }
    }

    [Test]
    public async Task A_command_that_changed_nothing_asks_no_second_time()
    {
        Fault(await TakeAsync("old")).ShouldStartWith("INFRA4063 ");

        Readings().ShouldBe(1);
    }

    [Test]
    public async Task What_could_not_be_looked_at_afterwards_is_not_reported_as_done()
    {
        _change = request =>
        {
            _status = "";
            return Taken(request);
        };

        Fault(await TakeAsync()).ShouldBe(
            "INFRA4036 instance 'box' in project 'home': Incus reported success, but could not be read afterwards: "
            + "shutting down. Run it again.");
    }

    [Test]
    public async Task What_was_on_a_member_that_stopped_answering_meanwhile_nobody_knows(
        [Values(null, "it hangs")] string? refusal)
    {
        _change = request =>
        {
            _isAway = true;
            return refusal is null ? null : (500, refusal);
        };
        var before = refusal is null ? "" : " Before: instance 'box' in project 'home': .* Incus says: it hangs.";

        foreach (var run in new Func<Task<IReadOnlyList<SnapshotResult>>>[] { () => TakeAsync(), DeleteAsync, RestoreAsync })
        {
            _isAway = false;

            Fault(await run()).ShouldMatch(
                "^INFRA4128 instance 'box' in project 'home': member 'm3' of the cluster stopped answering, so nobody knows what "
                + $"was done. When it is back, look at the snapshots and run this again.{before}$");
        }
    }

    [Test]
    public async Task A_restore_that_failed_at_the_start_says_that_all_else_is_restored()
    {
        _change = _ =>
        {
            Restored("Stopped");
            return (400, "IP address is already in use");
        };

        Fault(await RestoreAsync()).ShouldBe(
            "INFRA4072 instance 'box' in project 'home': snapshot 'old' failed. Incus says: IP address is already in use. "
            + "Disk and configuration are restored, and the instance does not run. When the cause is fixed, start it with "
            + "'incus start box --project home'.");
    }

    [Test]
    public async Task A_restore_that_failed_half_way_says_what_may_be_restored()
    {
        _change = _ =>
        {
            _status = "Stopped";
            return (400, "Profile not found");
        };

        Fault(await RestoreAsync()).ShouldBe(
            "INFRA4072 instance 'box' in project 'home': snapshot 'old' failed. Incus says: Profile not found. "
            + "The configuration is not restored; the disk may be, and the instance does not run. When the cause is fixed, "
            + "restore again, or start it with 'incus start box --project home'.");
    }

    [Test]
    public async Task A_restore_that_was_refused_at_once_says_no_more()
    {
        _change = _ => (400, "The instance is locked");

        Fault(await RestoreAsync()).ShouldBe(
            "INFRA4065 instance 'box' in project 'home': snapshot 'old' failed. Incus says: The instance is locked");
    }

    [Test]
    public async Task An_older_snapshot_that_has_expired_meanwhile_counts_as_deleted()
    {
        _snapshots.Add("declared-20250101-000000");
        _change = request =>
        {
            Taken(request);
            _snapshots.Remove("declared-20250101-000000");
            return request.StartsWith("DELETE", StringComparison.Ordinal) ? (404, "Instance snapshot not found") : null;
        };

        (await DeclaredAsync(keep: 1)).Single().Error?.Message.ShouldBeNull();
    }

    [Test]
    public async Task A_snapshot_that_was_taken_is_told_where_an_older_one_cannot_be_deleted()
    {
        _snapshots.Add("declared-20250101-000000");
        _change = request => request.StartsWith("DELETE", StringComparison.Ordinal) ? (400, "It is in use") : Taken(request);

        Fault(await DeclaredAsync(keep: 1)).ShouldMatch(
            "^INFRA4075 .*: snapshot 'declared-[-0-9]*' was taken, "
            + "but 'declared-20250101-000000', which exceeds keep, could not be deleted. Incus says: It is in use$");
    }

    // The first answer to a wait is what a server after 6.0.4 gives for a command that still runs.
    [TestCase("""{"status_code":200,"metadata":{"return":7}}""",
        "INFRA4071 .* of snapshots.pre failed with exit code 7. No snapshot was taken.")]
    [TestCase("""{"status_code":400,"err":"not found"}""",
        "INFRA4071 .* of snapshots.pre could not run. No snapshot was taken. Its output: not found")]
    [TestCase("""{"status_code":200,"metadata":{}}""", "INFRA4011 .* the command in .* ended without an exit code.")]
    public async Task A_command_before_that_outlasts_the_wait_and_fails_prevents_the_snapshot_and_those_after_run(
        string end, string expected)
    {
        var waits = new Queue<string>(["""{"status_code":103,"metadata":{}}""", end]);
        _wait = () => waits.TryDequeue(out var wait) ? wait : """{"status_code":200,"metadata":{"return":0}}""";

        Fault(await DeclaredAsync(pre: [["first"]], post: [["last"]])).ShouldMatch($"^{expected}");

        _commands.ShouldBe(["first", "last"]);
        _snapshots.ShouldBe(["old"]);
    }

    [Test]
    public async Task A_command_after_that_fails_does_not_hide_that_the_snapshot_was_taken()
    {
        _change = Taken;
        _wait = () => """{"status_code":200,"metadata":{"return":3}}""";

        Fault(await DeclaredAsync(post: [["last"]])).ShouldMatch(
            "^INFRA4071 .* of snapshots.post failed with exit code 3. Snapshot 'declared-[-0-9]*' was taken.$");
    }

    [TestCase("99999y")]
    [TestCase("99999999999y")]
    [TestCase("999999w 1d")]
    [TestCase("soon")]
    [TestCase("d")]
    public async Task An_expiry_that_ends_never_or_nowhere_is_a_fault_of_that_machine_alone(string expiry)
    {
        _change = Taken;

        var results = await RunAsync(engine => engine.TakeDeclaredAsync(
            [Declared() with { Expiry = expiry }, Declared("other") with { Expiry = "1y 2m 3w 4d 5H 6M 7S" }],
            CancellationToken.None));

        results[0].Error!.Code.ShouldBe("INFRA4076");
        results[0].Error!.Message.ShouldContain($"'{expiry}'");
        results[1].Error?.Message.ShouldBeNull();
    }

    private (int Status, string Reason)? Taken(string request)
    {
        if (request.StartsWith("POST", StringComparison.Ordinal))
        {
            var from = request.IndexOf("\"name\":\"", StringComparison.Ordinal) + "\"name\":\"".Length;
            _snapshots.Add(request[from..request.IndexOf('"', from)]);
        }

        return null;
    }

    private (int Status, string Reason)? Restored(string status)
    {
        _status = status;
        _generation++;
        return null;
    }

    private string Reply(string request)
    {
        _requests.Add(request[..request.IndexOf(" HTTP", StringComparison.Ordinal)]);
        if (_requests[^1].Contains("/exec?", StringComparison.Ordinal))
        {
            _commands.Add(request.Split("\"command\":[\"")[1].Split('"')[0]);
            return """{"type":"async","operation":"/1.0/operations/1"}""";
        }

        if (!request.StartsWith("GET", StringComparison.Ordinal))
        {
            return _change(request) is var (status, reason) ? FakeIncus.Error(status, reason) : FakeIncus.Sync("{}");
        }

        if (_requests[^1].Contains("/wait?", StringComparison.Ordinal))
        {
            return FakeIncus.Sync(_wait());
        }

        if (_requests[^1].Split("/box/snapshots/") is [_, var one])
        {
            return _snapshots.Contains(one.Split('?')[0])
                ? FakeIncus.Sync("{}")
                : FakeIncus.Error(404, "Instance snapshot not found");
        }

        var snapshots = string.Join(',', _snapshots.Select(s => $$"""{"name":"{{s}}"}"""));
        return !IsReading(_requests[^1]) ? FakeIncus.Sync("{}")
            : _status.Length == 0 ? FakeIncus.Error(503, "shutting down")
            : _isAway ? FakeIncus.Sync("""[{"name":"box","project":"home","status":"Error","location":"m3"}]""")
            : FakeIncus.Sync($$"""
                [{"name":"box","project":"home","status":"{{_status}}",
                  "config":{"volatile.uuid.generation":"{{_generation}}"},"snapshots":[{{snapshots}}]},
                 {"name":"other","project":"home","status":"Running","snapshots":[{{snapshots}}]}]
                """);
    }

    private static bool IsReading(string request) => request.StartsWith("GET /1.0/instances?", StringComparison.Ordinal);

    private int Readings() => _requests.Count(IsReading);

    private static string Fault(IReadOnlyList<SnapshotResult> results) =>
        $"{results.Single().Error?.Code} {results.Single().Error?.Message}";

    private Task<IReadOnlyList<SnapshotResult>> TakeAsync(string name = "new") =>
        RunAsync(engine => engine.TakeAsync(new NamedInstances(["box"], null), name, CancellationToken.None));

    private Task<IReadOnlyList<SnapshotResult>> DeleteAsync() =>
        RunAsync(engine => engine.DeleteAsync(new NamedInstances(["box"], null), "old", CancellationToken.None));

    private Task<IReadOnlyList<SnapshotResult>> RestoreAsync() =>
        RunAsync(engine => engine.RestoreAsync(new NamedInstances(["box"], null), "old", _ => false, CancellationToken.None));

    private Task<IReadOnlyList<SnapshotResult>> DeclaredAsync(
        int? keep = null, string[][]? pre = null, string[][]? post = null) =>
        RunAsync(engine => engine.TakeDeclaredAsync(
            [Declared() with { Keep = keep, Pre = pre ?? [], Post = post ?? [] }], CancellationToken.None));

    [Test]
    public async Task Two_runs_within_one_second_have_names_of_their_own()
    {
        var clock = new StoppedClock();
        _snapshots.AddRange(["declared-20260101-000000", "declared-20260101-000001", "snap-20260101-000000"]);
        _change = Taken;

        var declared = await RunAsync(engine => engine.TakeDeclaredAsync([Declared()], CancellationToken.None), clock);
        var taken = await RunAsync(
            engine => engine.TakeAsync(new NamedInstances(["box"], null), null, CancellationToken.None), clock);

        declared.Concat(taken).Select(r => $"{r.Snapshot} {r.Status}")
            .ShouldBe(["declared-20260101-000002 Done", "snap-20260101-000001 Done"]);
    }

    private static DeclaredSnapshot Declared(string name = "box") =>
        new(ObjectId.Instance("home", name), Expiry: null, Keep: null, Pre: [], Post: []);

    private async Task<IReadOnlyList<SnapshotResult>> RunAsync(
        Func<SnapshotEngine, Task<IReadOnlyList<SnapshotResult>>> run, TimeProvider? clock = null)
    {
        var target = new SocketTarget(_incus.SocketPath);
        using var client = new IncusClient(target, new RequestCounter(), IncusTimeouts.Default);
        return await run(new SnapshotEngine(client, target, new ServerInfo(), _ => { }, _ => { }, clock ?? TimeProvider.System));
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
