using System.Globalization;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>Starts and stops instances.</summary>
internal sealed class InstanceStates(IncusClient client)
{
    // As when the host is shut down: the guest may end its work first, for as long as its key or Incus's default says.
    private const string StopSecondsKey = "boot.host_shutdown_timeout";
    private const int StopSeconds = 30;
    private const int LooksAtEnd = 50;

    public async Task StartAsync(ObjectId id, CancellationToken ct)
    {
        var action = await client.FindAsync(id, ct) is { Value.IsPaused: true } ? "unfreeze" : "start";
        await SetAsync(id, new StateChange(action, -1, Force: false), ct);
    }

    /// <summary>Stops one, and returns when Incus has put its devices away.</summary>
    public async Task StopAsync(ObjectId id, bool force, CancellationToken ct)
    {
        if (!force && await client.FindAsync(id, ct) is { Value: var live })
        {
            try
            {
                if (live.IsPaused)
                {
                    // Incus asks a frozen guest to stop before it thaws it, and then waits for nothing.
                    await SetAsync(id, new StateChange("unfreeze", -1, Force: false), ct);
                }

                await SetAsync(id, new StateChange("stop", StopSecondsOf(live), Force: false), ct);
                return;
            }
            catch (IncusErrorException)
            {
                // It did not listen.
            }
        }

        try
        {
            await SetAsync(id, new StateChange("stop", -1, Force: true), ct);
        }
        catch (IncusErrorException)
        {
            // Has it ended by itself just now?
            for (var look = 1; !await HasEndedAsync(id, ct); look++)
            {
                if (look == LooksAtEnd)
                {
                    throw;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
            }
        }
    }

    // One that Incus deletes at its end is gone.
    private async Task<bool> HasEndedAsync(ObjectId id, CancellationToken ct) =>
        await client.FindAsync(id, ct) is not { Value.HasEnded: false };

    private static int StopSecondsOf(IncusObject live) =>
        int.TryParse(live.ExpandedConfig?.GetValueOrDefault(StopSecondsKey), CultureInfo.InvariantCulture, out var seconds)
            ? Math.Max(seconds, 0)
            : StopSeconds;

    private Task SetAsync(ObjectId id, StateChange change, CancellationToken ct) =>
        client.PutStateAsync(Urls.State(id), change, ct);
}
