using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Live;

/// <summary>How an instance is asked to stop.</summary>
internal sealed class StopTests
{
    [TestCase("{}", 30)]
    [TestCase("""{"boot.host_shutdown_timeout":"300"}""", 300)]
    [TestCase("""{"boot.host_shutdown_timeout":"0"}""", 0)]
    [TestCase("""{"boot.host_shutdown_timeout":"-1"}""", 0)]
    public async Task It_may_take_as_long_as_its_key_or_that_of_its_profiles_says(string config, int seconds) =>
        (await AskedAsync("Running", config)).ShouldBe([$$"""{"action":"stop","timeout":{{seconds}},"force":false}"""]);

    [Test]
    public async Task One_that_is_paused_is_resumed_first_so_that_it_hears_it() =>
        (await AskedAsync("Frozen", "{}")).ShouldBe(
        [
            """{"action":"unfreeze","timeout":-1,"force":false}""",
            """{"action":"stop","timeout":30,"force":false}""",
        ]);

    [TestCase("Stopped", 2, false)]
    [TestCase("Running", 0, true)]
    public async Task One_that_stops_by_itself_a_moment_too_late_is_stopped_when_it_can_be_changed(
        string afterwards, int refusals, bool fails)
    {
        var stops = 0;
        using var incus = new FakeIncus(request =>
            !request.StartsWith("PUT", StringComparison.Ordinal)
                ? FakeIncus.Sync($$"""{"status":"{{(stops < 2 ? "Running" : afterwards)}}"}""")
            : request.Contains("/state", StringComparison.Ordinal)
                ? FakeIncus.Error(500, stops++ == 0 ? "Failed shutting down instance" : "container is not running")
            : refusals-- > 0 ? FakeIncus.Error(500, "Instance is busy running a 'stop' operation")
            : FakeIncus.Sync("{}"));
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), IncusTimeouts.Default);
        var stop = new IncusStore(client).StopAsync(ObjectId.Instance("home", "box"), force: false, CancellationToken.None);

        await (fails ? Should.ThrowAsync<IncusErrorException>(stop) : stop);

        (stops, refusals).ShouldBe((2, fails ? 0 : -1));
    }

    private static async Task<List<string>> AskedAsync(string status, string config)
    {
        var asked = new List<string>();
        using var incus = new FakeIncus(request =>
        {
            if (request.StartsWith("PUT", StringComparison.Ordinal))
            {
                var begin = request.IndexOf('{', StringComparison.Ordinal);
                var end = request.IndexOf('}', StringComparison.Ordinal) + 1;
                asked.Add(request[begin..end]);
            }

            return FakeIncus.Sync($$"""{"status":"{{status}}","expanded_config":{{config}}}""");
        });
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), IncusTimeouts.Default);
        await new IncusStore(client).StopAsync(ObjectId.Instance("home", "box"), force: false, CancellationToken.None);
        return asked;
    }
}
