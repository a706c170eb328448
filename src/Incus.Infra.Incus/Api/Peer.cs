using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Incus.Infra.Incus.Api;

/// <summary>The process at the other end of a unix socket.</summary>
/// <param name="Process">Its id.</param>
/// <param name="User">The number of its user.</param>
/// <param name="Groups">The numbers of its groups.</param>
internal sealed record Peer(int Process, uint User, IReadOnlyList<uint> Groups)
{
    // Linux: SOL_SOCKET, SO_PEERCRED, which yields process, user and group of who listens, and SO_PEERGROUPS.
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int PeerGroups = 59;
    private const int MostGroups = 65_536;

    /// <summary>Who listens at a server's socket; null where that is elsewhere, or nobody does.</summary>
    public static Peer? Of(IncusTarget target)
    {
        if (target is not SocketTarget local)
        {
            return null;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(local.Path));
            return Of(socket);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public static Peer Of(Socket socket)
    {
        var credentials = new uint[3];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, MemoryMarshal.AsBytes(credentials.AsSpan()));
        var groups = new uint[MostGroups];
        var size = socket.GetRawSocketOption(SocketLevel, PeerGroups, MemoryMarshal.AsBytes(groups.AsSpan()));
        return new Peer((int)credentials[0], credentials[1], [credentials[2], .. groups[..(size / sizeof(uint))]]);
    }
}
