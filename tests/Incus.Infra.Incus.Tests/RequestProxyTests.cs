using System.Net.Sockets;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests;

internal sealed class RequestProxyTests
{
    // More than the kernel keeps of one connection, and less than of two.
    private const int Size = 300_000;

    [Test]
    public async Task What_a_client_sent_before_it_left_arrives_whole_although_its_answer_has_nobody_any_more()
    {
        var path = Path.Join(Path.GetTempPath(), $"proxied-{Path.GetRandomFileName()}");
        using var listener = NewSocket();
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var proxy = new RequestProxy(path);
        using (var client = NewSocket())
        {
            await client.ConnectAsync(new UnixDomainSocketEndPoint(proxy.SocketPath));
            await client.SendAsync(new byte[Size]);
        }

        using var server = await listener.AcceptAsync();
        Should.Throw<SocketException>(() =>
        {
            while (true)
            {
                server.Send(new byte[1]);
            }
        });

        var buffer = new byte[Size];
        var received = 0;
        for (int count; (count = await server.ReceiveAsync(buffer)) > 0;)
        {
            received += count;
        }

        received.ShouldBe(Size);
        File.Delete(path);
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
