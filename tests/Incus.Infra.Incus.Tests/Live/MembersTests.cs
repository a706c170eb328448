using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Live;

/// <summary>Networks of a fake cluster that answers as Incus 6.0.4 does.</summary>
internal sealed class MembersTests
{
    [Test]
    public async Task A_network_is_made_also_where_a_member_lost_the_race_with_an_interface_that_vanished()
    {
        var made = new List<string>();
        using var incus = new FakeIncus(request => request.Split(' ', '?') switch
        {
            ["GET", "/1.0/cluster/members", ..] => FakeIncus.Sync("""[{"server_name":"m1"},{"server_name":"m2"}]"""),
            ["GET", "/1.0/networks/net-a", ..] => FakeIncus.Error(404, "Network not found"),
            ["POST", "/1.0/networks", var query, ..] when !query.Contains("target=", StringComparison.Ordinal) => Make(request),
            _ => FakeIncus.Sync("{}"),
        });
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), IncusTimeouts.Default);
        var network = new NewObject
        {
            Name = "net-a",
            Config = new Dictionary<string, string> { ["ipv4.nat"] = "true" },
        };

        await new Members(client, isCluster: true).CreateNetworkAsync(
            ObjectId.Network("net-a"), network, CancellationToken.None);

        made.Count.ShouldBe(2);

        string Make(string request)
        {
            made.Add(request);
            return made.Count == 1
                ? FakeIncus.Error(500, "Failed to delete bridge children interfaces: no such device")
                : request.Contains("ipv4.nat", StringComparison.Ordinal)
                    ? FakeIncus.Error(400, "Network already partially created. Please do not specify any global config")
                    : FakeIncus.Sync("{}");
        }
    }
}
