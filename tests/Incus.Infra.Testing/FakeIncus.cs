using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Incus.Infra.Testing;

/// <summary>A fake server at a socket of its own, for what no Incus of a test machine says.</summary>
public sealed partial class FakeIncus : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fake-incus-").FullName;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<string, string> _reply;
    private readonly Task _serving;

    /// <summary>Starts it.</summary>
    /// <param name="reply">The body that answers a request, which is given from its method on.</param>
    public FakeIncus(Func<string, string> reply)
    {
        _reply = reply;
        _socket.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _socket.Listen();
        _serving = ServeAsync();
    }

    /// <summary>Its unix socket.</summary>
    public string SocketPath => Path.Join(_folder, "unix.socket");

    /// <summary>The body of an answer that went well.</summary>
    public static string Sync(string metadata) => $$"""{"type":"sync","metadata":{{metadata}}}""";

    /// <summary>The body of a refusal.</summary>
    public static string Error(int status, string reason) =>
        $$"""{"type":"error","error_code":{{status}},"error":"{{reason}}"}""";

    /// <summary>Ends and removes it.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _serving.Wait();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex("\"error_code\":([0-9]+)")]
    private static partial Regex ErrorCode();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await _socket.AcceptAsync();
                var request = new byte[8192];
                var length = await connection.ReceiveAsync(request);
                var body = _reply(Encoding.ASCII.GetString(request, 0, length));
                var status = ErrorCode().Match(body) is { Success: true } error ? error.Groups[1].Value : "200";
                await connection.SendAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 {status} \r\nContent-Type: application/json\r\nConnection: close\r\n"
                    + $"Content-Length: {body.Length}\r\n\r\n{body}"));
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
        catch (ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
