using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Incus.Infra.Bench;

/// <summary>What Incus itself takes: instances on an existing network, made by the least possible requests.</summary>
internal sealed class RawFloor : IDisposable
{
    private const int Parallel = 8;

    private readonly string _network;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;
    private readonly List<string> _names = [];

    public RawFloor(string socketPath, string network)
    {
        _network = network;
        _handler = new SocketsHttpHandler { ConnectCallback = (_, ct) => ConnectAsync(socketPath, ct) };
        _client = new HttpClient(_handler) { BaseAddress = new Uri("http://incus") };
    }

    public Measurement Create(int instances)
    {
        _names.AddRange(Enumerable.Range(0, instances).Select(i => $"floor{i:000}"));
        var source = new { type = "image", alias = "busybox" };
        var devices = new
        {
            root = new { type = "disk", path = "/", pool = "default" },
            eth0 = new { type = "nic", network = _network },
        };
        var clock = Stopwatch.StartNew();
        ForEach(name => SendAsync(HttpMethod.Post, "/1.0/instances", new { name, source, devices, type = "container", start = true }));
        return new Measurement(clock.Elapsed, Requests: 2 * instances);
    }

    public void Delete() => ForEach(async name =>
    {
        await SendAsync(HttpMethod.Put, $"/1.0/instances/{name}/state", new { action = "stop", force = true, timeout = -1 });
        await SendAsync(HttpMethod.Delete, $"/1.0/instances/{name}", null);
    });

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken ct)
    {
        // The stream that the client gets owns it.
#pragma warning disable CA2000
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
#pragma warning restore CA2000
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private void ForEach(Func<string, Task> action) => System.Threading.Tasks.Parallel.ForEachAsync(
        _names, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (name, _) => await action(name)).Wait();

    private async Task SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var response = await _client.SendAsync(request);
        var reply = await ReadAsync(response);
        using var end = await _client.GetAsync(new Uri($"{reply.GetProperty("operation").GetString()}/wait?timeout=60", UriKind.Relative));
        await ReadAsync(end);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var reply = await response.Content.ReadFromJsonAsync<JsonElement>();
        var failed = reply.GetProperty("type").GetString() == "error" || reply.GetProperty("metadata").GetProperty("status_code").GetInt32() >= 400;
        return failed ? throw new InvalidOperationException(reply.ToString()) : reply;
    }
}
