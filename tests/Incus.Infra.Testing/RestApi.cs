using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Incus.Infra.Testing;

/// <summary>The REST API of an Incus over its socket, for what its client does not do as a test needs it.</summary>
/// <remarks>Every method throws <see cref="InvalidOperationException"/> with Incus's own reply when Incus refuses.</remarks>
public sealed class RestApi : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;

    /// <summary>For the Incus behind a socket; a request may take <see cref="Tool.Patience"/>.</summary>
    public RestApi(string socketPath)
    {
        _handler = new SocketsHttpHandler { ConnectCallback = (_, ct) => ConnectAsync(socketPath, ct) };
        _client = new HttpClient(_handler) { BaseAddress = new Uri("http://incus"), Timeout = Tool.Patience };
    }

    /// <summary>Sends a request that begins an operation, waits for its end, and returns what the operation says then.</summary>
    public async Task<JsonElement> OperateAsync(HttpMethod method, string path, object? body)
    {
        using var begun = await SendAsync(method, path, JsonContent.Create(body));
        // That of another member of a cluster has a query.
        var operation = (await ReadAsync(begun)).GetProperty("operation").GetString()!.Split('?');
        var wait = $"{operation[0]}/wait?{operation.ElementAtOrDefault(1)}";
        using var ended = await SendAsync(HttpMethod.Get, wait, content: null);
        var reply = await ReadAsync(ended);
        var result = reply.GetProperty("metadata");
        return result.GetProperty("status_code").GetInt32() < 400
            ? result
            : throw new InvalidOperationException(reply.ToString());
    }

    /// <summary>Reads what is at a path to its end.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var reply = await SendAsync(HttpMethod.Get, path, content: null);
        return (await ReadAsync(reply)).GetProperty("metadata");
    }

    /// <summary>Reads a file and deletes it.</summary>
    public async Task<string> TakeFileAsync(string path)
    {
        using var file = await SendAsync(HttpMethod.Get, path, content: null);
        if (!file.IsSuccessStatusCode)
        {
            await ReadAsync(file);
        }

        using var deleted = await SendAsync(HttpMethod.Delete, path, content: null);
        await ReadAsync(deleted);
        return await file.Content.ReadAsStringAsync();
    }

    /// <inheritdoc/>
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

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        return await _client.SendAsync(request);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var reply = await response.Content.ReadFromJsonAsync<JsonElement>();
        return response.IsSuccessStatusCode ? reply : throw new InvalidOperationException(reply.ToString());
    }
}
