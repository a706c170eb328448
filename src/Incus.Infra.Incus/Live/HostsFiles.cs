using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>
/// The block in the hosts files of instances. Incus reads and writes them without any program in the instance; of a container
/// that runs or not, of a virtual machine by its agent.
/// </summary>
/// <param name="client">Speaks to Incus.</param>
internal sealed class HostsFiles(IncusClient client)
{
    private const string Path = "/etc/hosts";

    // Takes the same space first, as what is written into the file itself empties it before.
    private const string Beside = "/etc/.hosts.incus-infra";

    private const int MostBytes = 1 << 20;

    /// <summary>Incus's words for a virtual machine that starts, or whose image has no agent.</summary>
    public const string AgentAway = "agent isn't currently running";

    /// <summary>How long that may be so. The connection of the collection has as much patience, before it provisions.</summary>
    public static readonly TimeSpan AgentPatience = TimeSpan.FromMinutes(3);

    // Incus 6.0 sends no event when an agent has started.
    private static readonly TimeSpan AgentPause = TimeSpan.FromSeconds(1);

    /// <summary>The lines that the file has in its block; empty where it has none.</summary>
    /// <exception cref="ToolFaultException">INFRA4190: they cannot be read.</exception>
    public async Task<string> ReadAsync(ObjectId id, CancellationToken ct) =>
        (await TryAsync(id, () => FindAsync(id, ct))).Place.Lines;

    /// <summary>Gives it these lines, and ends when it shows them.</summary>
    /// <exception cref="ToolFaultException">INFRA4190: it does not have them.</exception>
    public Task WriteAsync(ObjectId id, string lines, CancellationToken ct) => TryAsync(id, async () =>
    {
        var (content, place) = await FindStartedAsync(id, ct);
        if (place.Lines == lines)
        {
            return place;
        }

        content = HostsBlock.OfMachine.Put(content, place, lines);
        await client.WriteFileAsync(Urls.File(id, Beside), content, ct);
        // From here on nothing may end this.
        await client.WriteFileAsync(Urls.File(id, Path), content, CancellationToken.None);
        await client.DeleteAsync(Urls.File(id, Beside), CancellationToken.None);
        (_, place) = await FindAsync(id, CancellationToken.None);
        return place.Lines == lines ? place : throw new IOException("Incus wrote it, and it has something else now");
    });

    // A virtual machine that was just started has no agent yet.
    private async Task<(byte[] Content, HostsPlace Place)> FindStartedAsync(ObjectId id, CancellationToken ct)
    {
        for (var end = DateTime.UtcNow + AgentPatience; ;)
        {
            try
            {
                return await FindAsync(id, ct);
            }
            catch (IncusErrorException e)
                when (e.Message.Contains(AgentAway, StringComparison.Ordinal) && DateTime.UtcNow < end)
            {
                await Task.Delay(AgentPause, ct);
            }
        }
    }

    private async Task<(byte[] Content, HostsPlace Place)> FindAsync(ObjectId id, CancellationToken ct) =>
        await client.FindFileAsync(Urls.File(id, Path), MostBytes, ct) switch
        {
            null => ([], new HostsPlace(0, 0, "")),
            { Type: not InstanceFile.Regular and var type } => throw new IOException($"it is a {type}"),
            { Content.Length: MostBytes } => throw new IOException($"it has more than {MostBytes / 1024} KiB"),
            { Content: var content } => (content, HostsBlock.OfMachine.Find(content)
                ?? throw new IOException("the lines '# ===' that begin and end the managed block are not one each")),
        };

    private static async Task<T> TryAsync<T>(ObjectId id, Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (e is IncusErrorException or IOException)
        {
            throw new ToolFaultException(
                ToolDiagnostics.NoNames(id, e is IncusErrorException ? $"Incus says: {e.Message}" : e.Message), e);
        }
    }
}
