using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Incus.Tests.Snapshots;

internal sealed class ZfsTests
{
    [Test]
    public async Task A_pool_that_brings_back_its_newest_snapshot_only_is_told_with_those_that_are_in_the_way()
    {
        using var incus = new FakeZfsIncus();
        var target = new SocketTarget(incus.SocketPath);
        using var client = new IncusClient(target, new RequestCounter(), IncusTimeouts.Default);
        var engine = new SnapshotEngine(client, target, _ => { }, _ => { }, TimeProvider.System);

        var results = await engine.RestoreAsync(new OneInstance("box", null), "old", _ => false, CancellationToken.None);

        results.Single().Error!.Code.ShouldBe("INFRA4066");
        results.Single().Error!.Message.ShouldContain("Delete the newer ones with SnapDelete first: young, new.");
    }
}
