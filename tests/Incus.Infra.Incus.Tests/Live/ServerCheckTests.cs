using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Live;

/// <summary>On a fake: what stands there is an Incus that cannot be used.</summary>
internal sealed class ServerCheckTests
{
    [TestCase(
        """{"auth":"trusted","api_extensions":["instance_create_start"],"environment":{"server_version":"0.7"}}""",
        "INFRA4004 Incus 0.7 is too old: it lacks 'profiles_all_projects'. Install Incus 6.0 LTS or later.")]
    [TestCase("""{"auth":"untrusted"}""", "INFRA4006 Incus at '{socket}' does not trust this client. ")]
    public async Task What_is_wrong_is_said_with_its_mend(string server, string expected)
    {
        using var incus = new FakeIncus(_ => FakeIncus.Sync(server));

        (await FaultOf(incus)).ShouldStartWith(expected.Replace("{socket}", incus.SocketPath, StringComparison.Ordinal));
    }

    [Test]
    public async Task What_a_server_says_that_is_not_ready_is_told()
    {
        using var incus = new FakeIncus(_ => """{"type":"error","error":"Incus daemon is starting","error_code":503}""");

        (await FaultOf(incus)).ShouldBe("INFRA4011 Objects in Incus cannot be read. Incus says: Incus daemon is starting");
    }

    [Test]
    public async Task Another_server_than_Incus_is_told_apart()
    {
        using var other = new FakeIncus(_ => "<html>");

        (await FaultOf(other)).ShouldBe(
            $"INFRA4007 Incus at '{other.SocketPath}' cannot be reached: the server there is not Incus.");
    }

    [Test]
    public async Task A_server_that_cannot_close_domains_is_told_before_anything_is_planned()
    {
        using var incus = new FakeIncus(_ => FakeIncus.Sync(Trusted(clustered: false, "xtables")));

        (await FaultOf(incus, ServerCheck.ForApplyAsync)).ShouldStartWith(
            $"INFRA4050 Incus at '{incus.SocketPath}' filters packets with 'xtables', which cannot close domains. ");
    }

    [Test]
    public async Task A_client_that_may_not_read_what_Apply_needs_is_told_before_Apply()
    {
        using var incus = new FakeIncus(request => request.StartsWith("GET /1.0 ", StringComparison.Ordinal)
            ? FakeIncus.Sync(Trusted(clustered: false))
            : FakeIncus.Error(403, "Certificate is restricted"));

        (await FaultOf(incus, ServerCheck.WithReadsAsync)).ShouldStartWith(
            "INFRA4014 This client may not read everything that Plan and Apply need. Incus says: Certificate is restricted. ");
    }

    [TestCase("6.0.4", false)]
    [TestCase("7.0.2", false)]
    [TestCase("7.1", true)]
    [TestCase("8.0.0", true)]
    public void A_server_that_is_newer_than_those_that_were_tested_is_told_apart(string version, bool newer)
    {
        var server = new ServerInfo { Environment = new ServerEnvironment { ServerVersion = version } };

        (ServerCheck.NewerThanTested(server)?.ToString()).ShouldBe(newer
            ? $"incus: warning INFRA4057: Incus {version} is newer than 7.0, the newest tested release. "
                + "Read the plan before you apply."
            : null);
    }

    private static string Trusted(bool clustered, string firewall = "nftables") => $$"""
        {"auth":"trusted","api_extensions":["instance_create_start","profiles_all_projects","storage_volumes_all_projects",
         "images_all_projects","operations_get_query_all_projects"],
         "environment":{"firewall":"{{firewall}}","server_clustered":{{(clustered ? "true" : "false")}} } }
        """;

    private static Task<string> FaultOf(FakeIncus incus) => FaultOf(incus, ServerCheck.RunAsync);

    private static async Task<string> FaultOf(
        FakeIncus incus, Func<IncusClient, IncusTarget, CancellationToken, Task<ServerInfo>> check)
    {
        var target = new SocketTarget(incus.SocketPath);
        using var client = new IncusClient(target, new RequestCounter(), IncusTimeouts.Default);
        var fault = await Should.ThrowAsync<ToolFaultException>(check(client, target, CancellationToken.None));
        return $"{fault.Diagnostic.Code} {fault.Diagnostic.Message}";
    }
}
