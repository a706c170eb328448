using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Live;

/// <summary>On a fake: what Incus does whose database and kernel tell different rules.</summary>
internal sealed class AclTests
{
    [TestCase(500, true)]
    [TestCase(412, false)]
    public async Task After_a_change_that_fails_the_rules_of_the_database_are_sent_once_more(int status, bool sendsFormer)
    {
        var sent = new List<string>();
        using var incus = new FakeIncus(request =>
        {
            if (request.StartsWith("GET", StringComparison.Ordinal))
            {
                return FakeIncus.Sync("""{"name":"net-home","config":{},"ingress":[{"action":"allow","source":"10.0.0.1"}]}""");
            }

            sent.Add(request.Split("\"source\":\"")[1].Split('"')[0]);
            return FakeIncus.Error(status, "peer node 10.66.0.13:8443 is down");
        });
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), IncusTimeouts.Default);
        var content = new IncusObject { Config = [], Ingress = [new AclRule { Action = "allow", Source = "10.0.0.2" }] };

        var refusal = await Should.ThrowAsync<IncusErrorException>(
            new IncusStore(client).UpdateAsync(ObjectId.Acl("net-home"), content, etag: null, CancellationToken.None));

        refusal.Message.ShouldBe("peer node 10.66.0.13:8443 is down");
        sent.ShouldBe(sendsFormer ? ["10.0.0.2", "10.0.0.1"] : ["10.0.0.2"]);
    }
}
