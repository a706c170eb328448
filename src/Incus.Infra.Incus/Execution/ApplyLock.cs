using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Incus.Infra.Incus.Api;

namespace Incus.Infra.Incus.Execution;

/// <summary>
/// Lets one Apply at a time work on a server. The lock is a name in Linux's abstract socket namespace: the kernel frees
/// it when its holder dies, however it dies, tells who that is, and wakes who waits. It keeps apart the users of one
/// machine; two machines that apply to one remote are kept apart by Incus's tags alone.
/// </summary>
internal sealed class ApplyLock : IDisposable
{
    // Linux: SOL_SOCKET and SO_PEERCRED, which yields process, user and group id of who listens.
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int CredentialsSize = 12;

    private readonly Socket _name = NewSocket();

    private ApplyLock(UnixDomainSocketEndPoint name)
    {
        try
        {
            _name.Bind(name);
            _name.Listen();
        }
        catch (SocketException)
        {
            _name.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the lock.</summary>
    /// <param name="target">The server.</param>
    /// <param name="onWaiting">Told of each holder in a sentence.</param>
    /// <param name="ct">Ends the waiting.</param>
    public static async Task<ApplyLock> AcquireAsync(IncusTarget target, Action<string> onWaiting, CancellationToken ct)
    {
        var key = SHA256.HashData(Encoding.UTF8.GetBytes(target.Name)).AsSpan(0, 8);
        var name = new UnixDomainSocketEndPoint($"\0incus-infra-{Convert.ToHexStringLower(key)}");
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            try
            {
                return new ApplyLock(name);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                await WaitAsync(name, onWaiting, ct);
            }
        }
    }

    /// <summary>Frees the lock.</summary>
    public void Dispose() => _name.Dispose();

    // The holder never accepts: the connection breaks when it closes its socket or dies.
    private static async Task WaitAsync(UnixDomainSocketEndPoint name, Action<string> onWaiting, CancellationToken ct)
    {
        using var socket = NewSocket();
        try
        {
            await socket.ConnectAsync(name, ct);
            onWaiting($"Process {PeerOf(socket)} is at work on this Incus; waiting for it to end.");
            await socket.ReceiveAsync(new byte[1], ct);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
        {
            // It was freed; try to take it.
        }
    }

    private static int PeerOf(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[CredentialsSize];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        return BitConverter.ToInt32(credentials);
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
