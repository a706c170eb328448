using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Api;

/// <summary>A value that the server sent, and the tag that tells later whether it is still the same.</summary>
/// <param name="Value">What was asked for.</param>
/// <param name="ETag">For <c>If-Match</c>; null where the server gives none.</param>
internal sealed record Tagged<T>(T Value, string? ETag);

/// <summary>How long Incus may take.</summary>
/// <param name="Request">For a request; creating a bridge takes about two seconds, unpacking happens in operations.</param>
/// <param name="StateChange">For the start or stop of an instance.</param>
/// <param name="Operation">For another background operation: an image may have to be fetched and unpacked.</param>
internal sealed record IncusTimeouts(TimeSpan Request, TimeSpan StateChange, TimeSpan Operation)
{
    /// <summary>Two minutes, two minutes and half an hour.</summary>
    public static IncusTimeouts Default { get; } =
        new(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(30));
}

/// <summary>
/// The Incus REST API over a unix socket or HTTPS. Every method throws <see cref="IncusErrorException"/> with Incus's
/// own words when Incus refuses, and <see cref="ToolFaultException"/> when Incus does not answer.
/// </summary>
/// <param name="target">The server.</param>
/// <param name="counter">Takes every request.</param>
/// <param name="timeouts">Bounds of every call.</param>
internal sealed class IncusClient(IncusTarget target, RequestCounter counter, IncusTimeouts timeouts) : IDisposable
{
    // The server answers a wait after this time at the latest; short enough for proxies that cut idle connections.
    private const int WaitSeconds = 60;
    private const int PartBytes = 1 << 20;

    private readonly ConcurrentBag<IncusConnection> _idle = [];

    /// <summary>The server.</summary>
    public IncusTarget Target => target;

    public void Dispose()
    {
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    internal async Task<Tagged<T>> GetAsync<T>(string path, JsonTypeInfo<Reply<T>> type, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await SendAsync(request, ct);
        var reply = await ReadAsync(response, type, ct);
        return new Tagged<T>(reply.Metadata!, response.Headers.ETag?.ToString());
    }

    /// <summary>Reads something, or null where there is nothing.</summary>
    internal async Task<Tagged<T>?> FindAsync<T>(string path, JsonTypeInfo<Reply<T>> type, CancellationToken ct)
    {
        try
        {
            return await GetAsync(path, type, ct);
        }
        catch (IncusErrorException e) when (e.IsMissing)
        {
            return null;
        }
    }

    /// <summary>An object with its tag, or null where there is none.</summary>
    internal Task<Tagged<IncusObject>?> FindAsync(ObjectId id, CancellationToken ct) =>
        FindAsync(Urls.Of(id), IncusJson.Default.ReplyIncusObject, ct);

    /// <summary>Makes something and waits until it is made; the operation that made it, or null where none was needed.</summary>
    internal Task<Operation?> PostAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken ct) =>
        ChangeAsync(HttpMethod.Post, path, JsonContent.Create(body, type), null, timeouts.Operation, ct);

    /// <summary>Makes something that the server keeps as an operation, which nobody waits for: a token.</summary>
    internal async Task<Operation> BeginAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, type) };
        using var response = await SendAsync(request, ct);
        return (await ReadAsync(response, IncusJson.Default.ReplyOperation, ct)).Metadata!;
    }

    /// <summary>Replaces something, if it is still as <paramref name="etag"/> says, and waits until that is done.</summary>
    internal Task PutAsync<T>(string path, T body, JsonTypeInfo<T> type, string? etag, CancellationToken ct) =>
        ChangeAsync(HttpMethod.Put, path, JsonContent.Create(body, type), etag, timeouts.Operation, ct);

    /// <summary>Starts or stops an instance and waits until that is done, longer where the guest may take its time.</summary>
    internal Task PutStateAsync(string path, StateChange change, CancellationToken ct) => ChangeAsync(
        HttpMethod.Put,
        path,
        JsonContent.Create(change, IncusJson.Default.StateChange),
        null,
        timeouts.StateChange + TimeSpan.FromSeconds(Math.Max(change.Timeout, 0)),
        ct);

    /// <summary>Deletes something and waits until it is gone, whoever deleted it.</summary>
    internal async Task DeleteAsync(string path, CancellationToken ct)
    {
        try
        {
            await ChangeAsync(HttpMethod.Delete, path, null, null, timeouts.Operation, ct);
        }
        catch (IncusErrorException)
        {
            // It expired, or somebody else was faster; Incus says that in several ways.
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            using var found = await SendAsync(request, ct);
            if (found.StatusCode != HttpStatusCode.NotFound)
            {
                throw;
            }
        }
    }

    /// <summary>Runs a command in an instance and waits for its end; the result has an exit code.</summary>
    /// <param name="id">The instance.</param>
    /// <param name="command">A program and its arguments.</param>
    /// <param name="keepsOutput">Whether Incus keeps what it writes, in files that somebody has to delete.</param>
    /// <param name="ct">Ends the waiting, not the command.</param>
    internal async Task<ExecResult> ExecAsync(
        ObjectId id, IReadOnlyList<string> command, bool keepsOutput, CancellationToken ct)
    {
        var body = JsonContent.Create(new NewExec(command, keepsOutput), IncusJson.Default.NewExec);
        var operation = await ChangeAsync(HttpMethod.Post, Urls.Exec(id), body, null, timeouts.Operation, ct);
        return operation?.Metadata?.Deserialize(IncusJson.Default.ExecResult) is { Return: not null } result
            ? result
            : throw new ToolFaultException(ToolDiagnostics.CannotBeRead($"the command in {id} ended without an exit code."));
    }

    /// <summary>Reads a file, such as what a command wrote.</summary>
    internal async Task<string> GetTextAsync(string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await SendAsync(request, ct);
        return await response.Content.ReadAsStringAsync(ct);
    }

    /// <summary>Copies a file of any size; each part of it may take as long as a request.</summary>
    /// <exception cref="IOException">The file broke off, or <paramref name="to"/> does not take it.</exception>
    internal Task DownloadAsync(string path, Stream to, CancellationToken ct) => ReadAsync(
        path,
        async (response, limit) =>
        {
            await using var from = await response.Content.ReadAsStreamAsync(limit.Token);
            var part = new byte[PartBytes];
            for (int count; (count = await from.ReadAsync(part, limit.Token)) > 0;)
            {
                await to.WriteAsync(part.AsMemory(0, count), limit.Token);
                limit.CancelAfter(timeouts.Request);
            }

            return to;
        },
        ct);

    /// <summary>Reads the beginning of a file in an instance, which may have any size; null where there is none.</summary>
    /// <param name="path">Its URL.</param>
    /// <param name="most">How many bytes are read.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="IOException">The file broke off.</exception>
    internal async Task<InstanceFile?> FindFileAsync(string path, int most, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(
                path,
                async (response, limit) =>
                {
                    await using var from = await response.Content.ReadAsStreamAsync(limit.Token);
                    var content = new byte[most];
                    var count = await from.ReadAtLeastAsync(content, most, throwOnEndOfStream: false, limit.Token);
                    return new InstanceFile(
                        response.Headers.TryGetValues(InstanceFile.TypeHeader, out var types) ? types.First() : "",
                        content[..count]);
                },
                ct);
        }
        catch (IncusErrorException e) when (e.IsMissing)
        {
            return null;
        }
    }

    /// <summary>Writes a file in an instance; one that is there keeps its mode and owner, a new one is root's.</summary>
    internal async Task WriteFileAsync(string path, byte[] content, CancellationToken ct)
    {
        using var body = new ByteArrayContent(content);
        // Of any other type Incus looks for the path in it.
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        foreach (var (name, value) in InstanceFile.HeadersOfNew)
        {
            body.Headers.Add(name, value);
        }

        await ChangeAsync(HttpMethod.Post, path, body, null, timeouts.Request, ct);
    }

    /// <summary>
    /// Waits for the end of an operation that somebody else began; throws <see cref="IncusErrorException"/> when it failed.
    /// </summary>
    /// <param name="operation">It may take as long as one of this client's own.</param>
    /// <param name="name">What it is, for people.</param>
    /// <param name="ct">Ends the waiting, not the operation.</param>
    internal Task WaitAsync(Operation operation, string name, CancellationToken ct) => WaitAsync(
        $"/1.0/operations/{operation.Id}", name, operation.ChangesState ? timeouts.StateChange : timeouts.Operation, ct);

    // The whole may be too large for the memory.
    private async Task<T> ReadAsync<T>(
        string path, Func<HttpResponseMessage, CancellationTokenSource, Task<T>> read, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeouts.Request);
        using var connection = new IncusConnection(target);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        try
        {
            using var response = await connection.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                await ReadAsync(response, IncusJson.Default.ReplyJsonElement, limit.Token);
            }

            var result = await read(response, limit);
            counter.Add(new RequestRecord(request.Method.Method, path, (int)response.StatusCode, clock.Elapsed));
            return result;
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new ToolFaultException(TimedOut($"{request.Method} {path}", timeouts.Request), e);
        }
    }

    // Decides by the operation itself. A server answers a wait with the operation as it is then, still running or failed
    // among it; Incus up to 6.0.4 answers both of these with an error.
    private async Task<Operation> WaitAsync(string url, string name, TimeSpan limit, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < limit)
        {
            var wait = Urls.Wait(url, (int)Math.Min(WaitSeconds, limit.TotalSeconds));
            Operation operation;
            try
            {
                operation = (await GetAsync(wait, IncusJson.Default.ReplyOperation, ct)).Value;
            }
            catch (IncusErrorException)
            {
                if (await FindAsync(url, IncusJson.Default.ReplyOperation, ct) is not { } found)
                {
                    throw;
                }

                operation = found.Value;
            }

            if (operation.Failed)
            {
                throw new IncusErrorException(
                    operation.StatusCode,
                    operation.Err is { Length: > 0 } why ? why : "The operation was cancelled",
                    operation.Location is null or "" or "none" ? null : operation.Location);
            }

            if (!operation.Runs)
            {
                return operation;
            }
        }

        throw new ToolFaultException(TimedOut(name, limit));
    }

    private Diagnostic TimedOut(string what, TimeSpan limit) => ToolDiagnostics.TimedOut(what, target.Name, limit);

    private async Task<Operation?> ChangeAsync(
        HttpMethod method, string path, HttpContent? body, string? etag, TimeSpan limit, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (etag is not null)
        {
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(etag));
        }

        using var response = await SendAsync(request, ct);
        var reply = await ReadAsync(response, IncusJson.Default.ReplyJsonElement, ct);
        return reply is { Type: "async", Operation: { } url } ? await WaitAsync(url, $"{method} {path}", limit, ct) : null;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var path = request.RequestUri!.OriginalString;
        var clock = Stopwatch.StartNew();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeouts.Request);
        var connection = _idle.TryTake(out var idle) ? idle : new IncusConnection(target);
        try
        {
            var response = await connection.SendAsync(request, limit.Token);
            counter.Add(new RequestRecord(request.Method.Method, path, (int)response.StatusCode, clock.Elapsed));
            return response;
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new ToolFaultException(TimedOut($"{request.Method} {path}", timeouts.Request), e);
        }
        finally
        {
            _idle.Add(connection);
        }
    }

    private async Task<Reply<T>> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<Reply<T>> type, CancellationToken ct)
    {
        try
        {
            var reply = await response.Content.ReadFromJsonAsync(type, ct) ?? throw new JsonException("the reply is empty");

            // Not the HTTP status: a wait answers 200 at once and may still end in an error.
            return reply.Type == "error" ? throw new IncusErrorException(reply.ErrorCode, reply.Error ?? "") : reply;
        }
        catch (JsonException e)
        {
            throw new ToolFaultException(ToolDiagnostics.Unreachable(target.Name, "the server there is not Incus"), e);
        }
    }
}
