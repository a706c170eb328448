using System.Collections.Concurrent;
using System.Text.Json;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;

namespace Incus.Infra.Incus.Live;

/// <summary>The newest image of a name.</summary>
/// <param name="Fingerprint">Of the image; null where it is not known.</param>
/// <param name="Unknown">Why, as a clause; null where it is known.</param>
internal sealed record NewestImage(string? Fingerprint, string? Unknown = null);

/// <summary>
/// What the remotes of images have, each list read at most once a run. This client asks them, not the server: that would
/// fetch an image to tell, and shows only what it has fetched before.
/// </summary>
internal sealed class RemoteImages
{
    // Who has no network waits for every Plan; a list of a few megabytes may take its time.
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Lazy<Task<(ImageStream? Stream, string? Fault)>>> _streams = [];
    private readonly ConcurrentDictionary<ImageSource, Lazy<Task<NewestImage>>> _aliases = [];

    /// <summary>The newest image of a name.</summary>
    /// <param name="origin">The remote, and the name there.</param>
    /// <param name="architecture">In Incus's word.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<NewestImage> FindNewestAsync(ImageSource origin, string architecture, CancellationToken ct)
    {
        switch (origin.Protocol)
        {
            case "incus":
                return await _aliases.GetOrAdd(origin, o => new(() => AskAsync(o, ct))).Value;
            case "simplestreams":
                var (stream, fault) = await _streams.GetOrAdd(origin.Server!, server => new(() => ReadAsync(server, ct))).Value;
                return stream is null
                    ? new NewestImage(null, fault)
                    : stream.FindNewest(origin.Alias!, origin.ImageType == InstanceForm.VirtualMachine, architecture) is { } found
                        ? new NewestImage(found)
                        : new NewestImage(null, $"'{origin.Server}' lists no '{origin.Alias}' for {architecture}");
            default:
                return new NewestImage(null, $"a remote of the protocol '{origin.Protocol}' does not say");
        }
    }

    private static async Task<(ImageStream? Stream, string? Fault)> ReadAsync(string server, CancellationToken ct)
    {
        using var handler = new SocketsHttpHandler { ConnectTimeout = ConnectLimit };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(server.TrimEnd('/') + "/"), Timeout = Limit };
        try
        {
            return (await ImageStream.ReadAsync(http, ct), null);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException
            || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return (null, $"'{server}' cannot be asked: {e.Message.TrimEnd('.')}");
        }
    }

    private static async Task<NewestImage> AskAsync(ImageSource origin, CancellationToken ct)
    {
        using var client = new IncusClient(
            new RemoteTarget([new Uri(origin.Server!)], Client: null, origin.Certificate),
            new RequestCounter(),
            new IncusTimeouts(Limit, Limit, Limit));
        try
        {
            var alias = await client.FindAsync(Urls.ImageAlias(origin.Alias!), IncusJson.Default.ReplyAliasTarget, ct);
            return alias is { Value: { } found }
                && (found.Type.Length == 0 ? InstanceForm.Container : found.Type) == origin.ImageType
                ? new NewestImage(found.Target)
                : new NewestImage(null, $"'{origin.Server}' has no '{origin.Alias}' for a {origin.ImageType}");
        }
        catch (ToolFaultException e)
        {
            return new NewestImage(null, e.Message.TrimEnd('.'));
        }
        catch (IncusErrorException e)
        {
            return new NewestImage(null, $"'{origin.Server}' says: {e.Message.TrimEnd('.')}");
        }
    }
}
