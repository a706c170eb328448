using System.Diagnostics;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>What making and taking away a bridge needs beyond one request.</summary>
/// <param name="client">Speaks to Incus.</param>
/// <remarks>Source: Incus 6.0, <c>internal/server/network/driver_bridge.go</c> and <c>cmd/incusd/networks.go</c>.</remarks>
internal sealed class Bridges(IncusClient client)
{
    /// <summary>A value of a bridge that Incus sets it up for, and whose change changes nothing else.</summary>
    public const string SetUpKey = "security.acls.default.ingress.logged";

    private const string False = "false";
    private const int Attempts = 20;
    private const int AttemptsAtAddress = 3;

    private static readonly TimeSpan Removal = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(75);
    // It takes a second, and with 100 domains three.
    private static readonly TimeSpan Change = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartPolling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Polling = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Sends a request that sets a bridge up or takes it away. Incus looks at every interface of the host meanwhile, and
    /// gives up (and takes back what it did) when one of them, such as that of any container that starts, has vanished
    /// since it made its list. It gives the DHCP server that it ends a tenth of a second, and gives up when that still has the
    /// address of the next one. Then, and only then, the request is sent again.
    /// </summary>
    public static async Task SendAsync(ObjectId id, Func<Task> request)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await request();
                return;
            }
            catch (IncusErrorException e) when (attempt < (HasVanished(e) ? Attempts : HasAddress(e) ? AttemptsAtAddress : 0))
            {
                // The next list is a new one, and the former server has ended.
            }
            catch (IncusErrorException e) when (HasAddress(e))
            {
                throw new ToolFaultException(ToolDiagnostics.AddressInUse(id, e.Message), e);
            }
        }
    }

    /// <summary>The other value of <see cref="SetUpKey"/>; null for none.</summary>
    public static string? OtherwiseSetUp(string? value) => value == False ? null : False;

    /// <summary>A configuration that means the same, and for which Incus sets the bridge up.</summary>
    public static Dictionary<string, string> OtherwiseSetUp(IReadOnlyDictionary<string, string> config)
    {
        var changed = new Dictionary<string, string>(config, StringComparer.Ordinal);
        changed.Remove(SetUpKey);
        if (OtherwiseSetUp(config.GetValueOrDefault(SetUpKey)) is { } other)
        {
            changed.Add(SetUpKey, other);
        }

        return changed;
    }

    /// <summary>Deletes a bridge; also one whose creation or deletion a killed run left to Incus.</summary>
    /// <exception cref="ToolFaultException">The bridge of an interrupted creation stays: no request takes it away.</exception>
    public async Task DeleteAsync(ObjectId id, CancellationToken ct)
    {
        // Incus gives up the bridge, and keeps the record, when whoever asked for it goes away. A record that is deleted
        // before the bridge is away leaves it for good.
        var halfMade = await client.FindAsync(id, ct) is { Value.IsHalfMade: true };
        var away = !await HasInterfaceAsync(id.Name, ct);
        var atWork = (halfMade || away) && !await StaysAwayAsync(id.Name, ct);
        if (halfMade && atWork)
        {
            throw new ToolFaultException(ToolDiagnostics.BridgeLeftBehind(id));
        }

        try
        {
            await SendAsync(id, () => client.DeleteAsync(Urls.Of(id), ct));
        }
        catch (IncusErrorException) when (!away)
        {
            // A deletion that a killed run began was faster.
            if (await HasInterfaceAsync(id.Name, ct) || !await StaysAwayAsync(id.Name, ct))
            {
                throw;
            }

            await client.DeleteAsync(Urls.Of(id), ct);
        }
    }

    /// <summary>
    /// Waits for a bridge that incusd could not set up when it started: it lost the same race, and tries again every minute.
    /// There is no request for that.
    /// </summary>
    public async Task WaitUntilAvailableAsync(ObjectId id, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        while (await client.FindAsync(id, ct) is { Value.IsUnavailable: true })
        {
            if (clock.Elapsed > Start)
            {
                throw new ToolFaultException(ToolDiagnostics.BridgeNotStarted(id, Start));
            }

            await Task.Delay(StartPolling, ct);
        }
    }

    /// <summary>Waits until Incus has most likely done what a killed run began on a bridge.</summary>
    public static async Task WaitAsync(Action<string> onWaiting, CancellationToken ct)
    {
        onWaiting("A run was killed while Incus changed a bridge; waiting until Incus is done with it.");
        await Task.Delay(Change, ct);
    }

    /// <summary>An interface of the Incus host, or of a member, a bridge or not; null where there is none.</summary>
    public async Task<InterfaceState?> FindInterfaceAsync(string name, string? member, CancellationToken ct)
    {
        try
        {
            var url = Urls.On(Urls.InterfaceState(name), member);
            return (await client.GetAsync(url, IncusJson.Default.ReplyInterfaceState, ct)).Value;
        }
        catch (IncusErrorException e) when (e.IsMissing || e.Status == 500)
        {
            // For an interface that does not exist Incus answers one or the other, by version.
            return null;
        }
    }

    // Incus tells neither that it is at work on a bridge nor when that ends: it may not be there yet, and when it has
    // gone, its DHCP server has not.
    private async Task<bool> StaysAwayAsync(string name, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var away = Stopwatch.StartNew();
        while (away.Elapsed < Away)
        {
            if (clock.Elapsed > Removal)
            {
                return false;
            }

            if (await HasInterfaceAsync(name, ct))
            {
                away.Restart();
            }

            await Task.Delay(Polling, ct);
        }

        return true;
    }

    private async Task<bool> HasInterfaceAsync(string name, CancellationToken ct) =>
        await FindInterfaceAsync(name, member: null, ct) is not null;

    private static bool HasVanished(IncusErrorException e) =>
        e.Message.Contains("Failed to delete bridge children interfaces", StringComparison.Ordinal);

    private static bool HasAddress(IncusErrorException e) =>
        e.Message.Contains("Address already in use", StringComparison.Ordinal);
}
