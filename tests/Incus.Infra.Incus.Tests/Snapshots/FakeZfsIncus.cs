using System.Net.Sockets;
using System.Text;

namespace Incus.Infra.Incus.Tests.Snapshots;

/// <summary>
/// A fake: an Incus with one instance on a pool of ZFS, which refuses to restore. The kernel of a test machine seldom has
/// ZFS. The words are those of Incus (internal/server/storage/drivers/driver_zfs_volumes.go).
/// </summary>
internal sealed class FakeZfsIncus : IDisposable
{
    private const string Instances = """
        [{"name":"box","project":"home","status":"Running","snapshots":[
          {"name":"old","created_at":"2026-01-01T00:00:00Z"},
          {"name":"young","created_at":"2026-01-02T00:00:00Z"},
          {"name":"new","created_at":"2026-01-03T00:00:00Z"}]}]
        """;

    private const string Refusal =
        "Snapshot \\\"old\\\" cannot be restored due to subsequent snapshot(s). Set zfs.remove_snapshots to override";

    private readonly string _folder = Directory.CreateTempSubdirectory("fake-zfs-").FullName;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task _serving;

    public FakeZfsIncus()
    {
        _socket.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _socket.Listen();
        _serving = ServeAsync();
    }

    public string SocketPath => Path.Join(_folder, "unix.socket");

    public void Dispose()
    {
        _socket.Dispose();
        _serving.Wait();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await _socket.AcceptAsync();
                var request = new byte[8192];
                var length = await connection.ReceiveAsync(request);
                await connection.SendAsync(Reply(Encoding.ASCII.GetString(request, 0, length)));
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

    private static byte[] Reply(string request)
    {
        var body = request switch
        {
            _ when request.StartsWith("GET /1.0/instances?", StringComparison.Ordinal) => Sync(Instances),
            _ when request.StartsWith("GET ", StringComparison.Ordinal) => Sync("{}"),
            _ => $$"""{"type":"error","error_code":400,"error":"{{Refusal}}"}""",
        };
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private static string Sync(string metadata) => $$"""{"type":"sync","metadata":{{metadata}}}""";
}
