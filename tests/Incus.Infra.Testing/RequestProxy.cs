using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Incus.Infra.Testing;

/// <summary>A socket before Incus's own that writes down each request of whoever uses it, and changes nothing.</summary>
public sealed partial class RequestProxy : IDisposable
{
    // Longer than any request line, which two reads may cut.
    private const int Overlap = 4096;

    private readonly UnixDomainSocketEndPoint _incus;
    private readonly Socket _listener = NewSocket();
    private readonly ConcurrentQueue<string> _requests = [];
    private readonly ConcurrentBag<Socket> _sockets = [];

    /// <summary>Stands before the socket <paramref name="incusSocket"/>.</summary>
    public RequestProxy(string incusSocket)
    {
        _incus = new UnixDomainSocketEndPoint(incusSocket);
        SocketPath = Path.Join(Path.GetTempPath(), $"proxy-{Path.GetRandomFileName()}");
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        _ = AcceptAsync();
    }

    /// <summary>The socket to use in place of Incus's own.</summary>
    public string SocketPath { get; }

    /// <summary>Takes what was written down since the last time: method and path of each request, in order of arrival.</summary>
    public IReadOnlyList<string> Take()
    {
        var taken = new List<string>();
        while (_requests.TryDequeue(out var request))
        {
            taken.Add(request);
        }

        return taken;
    }

    /// <summary>Stops listening and breaks what is open.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        File.Delete(SocketPath);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync();
                var server = NewSocket();
                _sockets.Add(client);
                _sockets.Add(server);
                await server.ConnectAsync(_incus);
                _ = RelayAsync(server, client, _ => { });
                _ = RelayAsync(client, server, NewReader());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Nobody listens any more.
        }
    }

    private Action<ReadOnlyMemory<byte>> NewReader()
    {
        var text = "";
        return bytes =>
        {
            text += Encoding.Latin1.GetString(bytes.Span);
            var end = 0;
            foreach (Match match in RequestLine().Matches(text))
            {
                _requests.Enqueue($"{match.Groups["method"].Value} {match.Groups["path"].Value}");
                end = match.Index + match.Length;
            }

            text = text[Math.Max(end, text.Length - Overlap)..];
        };
    }

    private static async Task RelayAsync(Socket from, Socket to, Action<ReadOnlyMemory<byte>> seen)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int count; (count = await from.ReceiveAsync(buffer)) > 0;)
            {
                seen(buffer.AsMemory(0, count));
                await to.SendAsync(buffer.AsMemory(0, count));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // One side is gone; the other one is told. What the one had sent before is still on its way.
            from.Shutdown(SocketShutdown.Receive);
            to.Shutdown(SocketShutdown.Send);
        }
        catch (ObjectDisposedException)
        {
            // The proxy has ended.
        }
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    [GeneratedRegex(@"(?<method>GET|HEAD|POST|PUT|PATCH|DELETE) (?<path>/\S*) HTTP/1\.1\r\n")]
    private static partial Regex RequestLine();
}
