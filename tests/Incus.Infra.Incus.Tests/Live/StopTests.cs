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

    [TestCase("container is not running")]
    [TestCase("The instance is already stopped")]
    public async Task One_that_ends_by_itself_a_moment_too_late_has_stopped_when_its_devices_are_put_away(string refusal)
    {
        var looks = new Queue<(string Status, string Recorded)>(
            [("Running", "RUNNING"), ("Stopped", "RUNNING"), ("Running", "STOPPED"), ("Stopped", "STOPPED")]);

        await StopAsync(refusal, looks.Dequeue);

        looks.ShouldBeEmpty();
    }

    [Test]
    public async Task One_that_does_not_end_is_an_error() => (await Should.ThrowAsync<IncusErrorException>(
        StopAsync("Failed stopping instance", () => ("Running", "RUNNING")))).Message.ShouldContain("Failed stopping instance");

    private static async Task StopAsync(string refusal, Func<(string Status, string Recorded)> look)
    {
        var stops = 0;
        using var incus = new FakeIncus(request =>
        {
            if (request.StartsWith("PUT", StringComparison.Ordinal))
            {
                return FakeIncus.Error(500, stops++ == 0 ? "Failed shutting down instance" : refusal);
            }

            var (status, recorded) = look();
            return FakeIncus.Sync($$$"""{"status":"{{{status}}}","config":{"volatile.last_state.power":"{{{recorded}}}"}}""");
        });
        using var client = new IncusClient(new SocketTarget(incus.SocketPath), new RequestCounter(), IncusTimeouts.Default);
        await new IncusStore(client).StopAsync(ObjectId.Instance("home", "box"), force: false, CancellationToken.None);
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
