using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Incus.Infra.Testing;

/// <summary>
/// Runs a command in an instance with its output kept in files. What <c>incus exec</c> prints was seen to get lost on a busy
/// machine, with success (Incus 6.0.4; canonical/lxd issues 11422 and 11890 tell the same).
/// </summary>
internal static class RecordedCommand
{
    /// <summary>What it wrote to its standard output, without the last line's end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has both its outputs.</exception>
    public static async Task<string> RunAsync(string socket, string project, string instance, IReadOnlyList<string> command)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, ct) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), ct);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler) { BaseAddress = new Uri("http://incus"), Timeout = TimeSpan.FromMinutes(5) };
        var line = string.Join(' ', command);
        var body = new Dictionary<string, object> { ["command"] = command, ["record-output"] = true };
        using var begun = await http.PostAsJsonAsync(Relative($"/1.0/instances/{instance}/exec?project={project}"), body);
        var operation = (await ReadAsync(begun, line)).GetProperty("operation").GetString();
        using var ended = await http.GetAsync(Relative($"{operation}/wait"));
        var result = (await ReadAsync(ended, line)).GetProperty("metadata");
        if (result.GetProperty("err").GetString() is { Length: > 0 } error)
        {
            throw new InvalidOperationException($"'{line}': {error}");
        }

        var how = result.GetProperty("metadata");
        var code = how.GetProperty("return").GetInt32();
        var (output, errors) = (await TakeAsync("1"), await TakeAsync("2"));
        return code == 0 ? output.TrimEnd('\n') : throw new InvalidOperationException($"'{line}' failed with {code}:\n{output}{errors}");

        async Task<string> TakeAsync(string stream)
        {
            var file = Relative($"{how.GetProperty("output").GetProperty(stream).GetString()}?project={project}");
            var text = await http.GetStringAsync(file);
            using var deleted = await http.DeleteAsync(file);
            await ReadAsync(deleted, line);
            return text;
        }

        static Uri Relative(string url) => new(url, UriKind.Relative);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, string line)
    {
        var reply = await response.Content.ReadFromJsonAsync<JsonElement>();
        return response.IsSuccessStatusCode
            ? reply
            : throw new InvalidOperationException($"'{line}': {reply.GetProperty("error").GetString()}");
    }
}
