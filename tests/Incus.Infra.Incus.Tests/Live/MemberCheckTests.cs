using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Live;

/// <summary>On a fake cluster, whose members differ as those of a test machine do not.</summary>
internal sealed class MemberCheckTests
{
    private const string Members = """
        [{"server_name":"m1","status":"Online","message":"Fully operational"},
         {"server_name":"m2","status":"Evacuated","message":"Unavailable due to maintenance"},
         {"server_name":"m3","status":"Offline","message":"No heartbeat for 1m5s"},
         {"server_name":"m4","status":"Blocked","message":"Waiting for other members to be upgraded"},
         {"server_name":"m5","status":"Online","message":"Fully operational"}]
        """;

    private readonly List<string> _requests = [];

    [Test]
    public async Task What_members_lack_is_told_of_each()
    {
        (await CheckAsync(new ServerEnvironment { ServerClustered = true })).ShouldBe(
        [
            "INFRA4126 Storage pool 'fast' cannot be used on member 'm1' of the cluster: it is Unavailable there. "
                + "Machines and volumes in this pool can be on other members only.",
            "INFRA4125 Member 'm2' of the cluster is evacuated: nothing is made or started there until "
                + "'incus cluster restore m2'.",
            "INFRA4126 Storage pool 'fast' cannot be used on member 'm2' of the cluster: it is not defined there. "
                + "Machines and volumes in this pool can be on other members only.",
            "INFRA4124 Member 'm3' of the cluster takes no part: it is Offline (No heartbeat for 1m5s). "
                + "Its machines cannot be reached, and no network or policy can be made or changed until it is back.",
            "INFRA4124 Member 'm4' of the cluster takes no part: it is Blocked (Waiting for other members to be upgraded). "
                + "Its machines cannot be reached, and no network or policy can be made or changed until it is back.",
            "INFRA4124 Member 'm5' of the cluster takes no part: Missing event connection with target cluster member. "
                + "Its machines cannot be reached, and no network or policy can be made or changed until it is back.",
            "INFRA4127 The members of the cluster have several releases of Incus: 6.0.4 on m1; 6.0.6 on m2. "
                + "Give all of them the same.",
        ]);
        _requests.ShouldAllBe(r => r.StartsWith("GET ", StringComparison.Ordinal));
    }

    [Test]
    public async Task A_single_server_is_asked_nothing_nor_a_cluster_that_hides_its_members_from_this_client()
    {
        (await CheckAsync(new ServerEnvironment())).ShouldBeEmpty();
        (await CheckAsync(new ServerEnvironment { ServerClustered = true }, new Restriction("c0ffee", ["home"]))).ShouldBeEmpty();

        _requests.ShouldBeEmpty();
    }

    private async Task<IEnumerable<string>> CheckAsync(ServerEnvironment environment, Restriction? restriction = null)
    {
        using var incus = new FakeIncus(request =>
        {
            lock (_requests)
            {
                _requests.Add(request);
            }

            return request.Split(' ')[1] switch
            {
                "/1.0/cluster/members?recursion=1" => FakeIncus.Sync(Members),
                "/1.0/storage-pools?recursion=1" => FakeIncus.Sync("""
                    [{"name":"default","locations":["m1","m2","m3","m4","m5"]},
                     {"name":"fast","locations":["m1","m3","m4","m5"]}]
                    """),
                "/1.0/storage-pools/fast?target=m1" => FakeIncus.Sync("""{"status":"Unavailable"}"""),
                "/1.0?target=m1" => FakeIncus.Sync("""{"environment":{"server_version":"6.0.4"} }"""),
                "/1.0?target=m2" => FakeIncus.Sync("""{"environment":{"server_version":"6.0.6"} }"""),
                "/1.0?target=m5" => FakeIncus.Error(500, "Missing event connection with target cluster member"),
                _ => FakeIncus.Sync("""{"status":"Created"}"""),
            };
        });
        var server = new ServerInfo { Environment = environment, Restriction = restriction };
        return (await MemberCheck.RunAsync(new SocketTarget(incus.SocketPath), server, CancellationToken.None))
            .Select(d => $"{d.Code} {d.Message}");
    }
}
