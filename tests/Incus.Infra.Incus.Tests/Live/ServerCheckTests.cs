using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Live;

/// <summary>On a fake: what stands there is an Incus that cannot be used.</summary>
internal sealed class ServerCheckTests
{
    [TestCase(
        """{"auth":"trusted","api_extensions":["instance_create_start"],"environment":{"server_version":"0.7"}}""",
        "INFRA4004 Incus 0.7 is too old: it lacks 'profiles_all_projects'. Incus 6.0 LTS or later is needed.")]
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

        (await FaultOf(incus)).ShouldBe("INFRA4011 What Incus has cannot be read. Incus says: Incus daemon is starting");
    }

    [Test]
    public async Task Another_server_than_Incus_is_told_apart()
    {
        using var other = new FakeIncus(_ => "<html>");

        (await FaultOf(other)).ShouldBe($"INFRA4007 Incus at '{other.SocketPath}' cannot be reached: what answers there is no Incus.");
    }

    [TestCase("6.0.4", false)]
    [TestCase("7.0.2", false)]
    [TestCase("7.1", true)]
    [TestCase("8.0.0", true)]
    public void A_server_that_is_newer_than_those_that_were_tested_is_told_apart(string version, bool newer)
    {
        var server = new ServerInfo { Environment = new ServerEnvironment { ServerVersion = version } };

        ServerCheck.NewerThanTested(server)?.ToString().ShouldBe(newer
            ? $"incus: warning INFRA4057: Incus {version} is newer than 7.0, the newest release that this was tested with. "
                + "Read the plan before you apply."
            : null);
    }

    private static async Task<string> FaultOf(FakeIncus incus)
    {
        var target = new SocketTarget(incus.SocketPath);
        using var client = new IncusClient(target, new RequestCounter(), IncusTimeouts.Default);
        var fault = await Should.ThrowAsync<ToolFaultException>(ServerCheck.RunAsync(client, target, CancellationToken.None));
        return $"{fault.Diagnostic.Code} {fault.Diagnostic.Message}";
    }
}
