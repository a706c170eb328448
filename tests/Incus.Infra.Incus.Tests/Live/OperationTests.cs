using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Live;

/// <summary>
/// On a fake that answers as the releases of Incus do: up to 6.0.4 a wait for what failed or still runs is an error, later it
/// is the operation as it is then. The operation's own status decides.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class OperationTests
{
    private const string Running = """{"id":"1","status_code":103}""";
    private const string Succeeded = """{"id":"1","status_code":200,"metadata":{"return":7}}""";
    private const string Failed = """{"id":"1","status_code":400,"err":"no space left"}""";
    private const string Cancelled = """{"id":"1","status_code":401}""";
    private const string WaitError = """{"type":"error","error_code":500,"error":"deadline exceeded"}""";
    private const string Gone = """{"type":"error","error_code":404,"error":"Operation not found"}""";

    private static readonly ObjectId Box = ObjectId.Instance("home", "box");

    private readonly List<string> _asked = [];

    [TestCase(Running, Running, Failed, ExpectedResult = "400 no space left")]
    [TestCase(Failed, ExpectedResult = "400 no space left")]
    [TestCase(Running, Cancelled, ExpectedResult = "401 The operation was cancelled")]
    [TestCase(Running, Succeeded, ExpectedResult = "done")]
    public Task<string> What_a_wait_shows_still_running_or_failed_is_no_success(params string[] waits) =>
        DeleteAsync("/1.0/operations/1", waits.Select(FakeIncus.Sync), []);

    [TestCase("none", ExpectedResult = "400 no space left")]
    [TestCase("m2", ExpectedResult = "400 no space left (on member 'm2')")]
    public Task<string> What_fails_in_a_cluster_names_the_member_where_it_did(string location) => DeleteAsync(
        "/1.0/operations/1",
        [FakeIncus.Sync($$"""{"id":"1","status_code":400,"err":"no space left","location":"{{location}}"}""")],
        []);

    [Test]
    public async Task A_leftover_folder_is_to_be_removed_on_the_member_that_has_it() => (await RunAsync(
        "/1.0/operations/1",
        [
            FakeIncus.Sync(
                """
                {"id":"1","status_code":400,"location":"m2",
                "err":"Failed to run: btrfs subvolume delete /pools/a: exit status 1 (ERROR: Not a Btrfs subvolume)"}
                """),
        ],
        [],
        IncusTimeouts.Default,
        async client => (await Should.ThrowAsync<ToolFaultException>(
            () => new IncusStore(client).DeleteAsync(Box, CancellationToken.None))).Message))
        .ShouldContain("Run on member 'm2' 'sudo rmdir /pools/a'");

    [TestCase(Failed, ExpectedResult = "400 no space left")]
    [TestCase(Succeeded, ExpectedResult = "done")]
    public Task<string> A_wait_that_fails_is_answered_by_the_operation(string operation) =>
        DeleteAsync("/1.0/operations/1", [WaitError], [FakeIncus.Sync(operation)]);

    [Test]
    public async Task A_wait_that_fails_while_the_operation_runs_is_begun_again() =>
        (await DeleteAsync("/1.0/operations/1", [WaitError, FakeIncus.Sync(Failed)], [FakeIncus.Sync(Running)]))
            .ShouldBe("400 no space left");

    [Test]
    public async Task An_operation_that_nobody_knows_any_more_is_no_success() =>
        (await DeleteAsync("/1.0/operations/1", [WaitError], [Gone])).ShouldBe("500 deadline exceeded");

    [Test]
    public async Task The_operation_of_another_member_of_a_cluster_is_waited_for()
    {
        (await DeleteAsync("/1.0/operations/1?project=work", [FakeIncus.Sync(Failed)], [])).ShouldBe("400 no space left");

        _asked.ShouldContain("GET /1.0/operations/1/wait?timeout=60&project=work");
    }

    [Test]
    public async Task An_operation_that_never_ends_is_a_fault()
    {
        var limits = IncusTimeouts.Default with { Operation = TimeSpan.FromMilliseconds(200) };

        (await DeleteAsync("/1.0/operations/1", Enumerable.Repeat(FakeIncus.Sync(Running), 100_000), [], limits))
            .ShouldBe("INFRA4008");
    }

    [TestCase(Succeeded, ExpectedResult = "7")]
    [TestCase("""{"status_code":200,"metadata":{}}""", ExpectedResult = "INFRA4011")]
    [TestCase("""{"status_code":200}""", ExpectedResult = "INFRA4011")]
    public Task<string> A_command_without_an_exit_code_has_not_succeeded(string ended) => RunAsync(
        "/1.0/operations/1",
        [FakeIncus.Sync(Running), FakeIncus.Sync(ended)],
        [],
        IncusTimeouts.Default,
        async client => $"{(await client.ExecAsync(Box, ["true"], keepsOutput: true, CancellationToken.None)).Return}");

    private Task<string> DeleteAsync(
        string operation, IEnumerable<string> waits, IEnumerable<string> looks, IncusTimeouts? limits = null) => RunAsync(
        operation,
        waits,
        looks,
        limits ?? IncusTimeouts.Default,
        async client =>
        {
            await client.DeleteAsync("/1.0/instances/box", CancellationToken.None);
            return "done";
        });

    private async Task<string> RunAsync(
        string operation,
        IEnumerable<string> waits,
        IEnumerable<string> looks,
        IncusTimeouts limits,
        Func<IncusClient, Task<string>> request)
    {
        var answers = new Queue<string>(waits);
        var operations = new Queue<string>(looks);
        using var incus = new FakeIncus(asked =>
        {
            _asked.Add(asked[..asked.IndexOf(" HTTP", StringComparison.Ordinal)]);
            return !asked.StartsWith("GET", StringComparison.Ordinal) ? $$"""{"type":"async","operation":"{{operation}}"}"""
                : asked.StartsWith("GET /1.0/instances/", StringComparison.Ordinal) ? FakeIncus.Sync("{}")
                : asked.Contains("/wait", StringComparison.Ordinal) ? answers.Dequeue()
                : operations.Dequeue();
        });
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), limits);
        try
        {
            return await request(client);
        }
        catch (IncusErrorException e)
        {
            return $"{e.Status} {e.Message}";
        }
        catch (ToolFaultException e)
        {
            return e.Diagnostic.Code;
        }
    }
}
