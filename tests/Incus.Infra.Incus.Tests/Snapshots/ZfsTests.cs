using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Snapshots;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Snapshots;

/// <summary>
/// On a fake with one instance on a pool of ZFS, which refuses to restore: the kernel of a test machine seldom has ZFS. The
/// words are those of Incus (internal/server/storage/drivers/driver_zfs_volumes.go).
/// </summary>
internal sealed class ZfsTests
{
    private const string Instances = """
        [{"name":"box","project":"home","status":"Running","snapshots":[
          {"name":"old","created_at":"2026-01-01T00:00:00Z"},
          {"name":"young","created_at":"2026-01-02T00:00:00Z"},
          {"name":"new","created_at":"2026-01-03T00:00:00Z"}]}]
        """;

    private const string Refusal =
        "Snapshot \\\"old\\\" cannot be restored due to subsequent snapshot(s). Set zfs.remove_snapshots to override";

    [Test]
    public async Task A_pool_that_brings_back_its_newest_snapshot_only_is_told_with_those_that_are_in_the_way()
    {
        using var incus = new FakeIncus(Reply);
        var target = new SocketTarget(incus.SocketPath);
        using var client = new IncusClient(target, new RequestCounter(), IncusTimeouts.Default);
        var engine = new SnapshotEngine(client, target, new ServerInfo(), _ => { }, _ => { }, TimeProvider.System);

        var results = await engine.RestoreAsync(new NamedInstances(["box"], null), "old", _ => false, CancellationToken.None);

        results.Single().Error!.Code.ShouldBe("INFRA4066");
        results.Single().Error!.Message.ShouldContain("Delete the newer ones with SnapDelete first: young, new.");
    }

    private static string Reply(string request) => request switch
    {
        _ when request.StartsWith("GET /1.0/instances?", StringComparison.Ordinal) => FakeIncus.Sync(Instances),
        _ when request.StartsWith("GET ", StringComparison.Ordinal) => FakeIncus.Sync("{}"),
        _ => $$"""{"type":"error","error_code":400,"error":"{{Refusal}}"}""",
    };
}
