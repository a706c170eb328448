using System.Net.Sockets;
using System.Runtime.InteropServices;
using Incus.Infra.Incus.Api;

namespace Incus.Infra.Incus.Execution;

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

    public static Peer Of(Socket socket)
    {
        var credentials = new uint[3];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, MemoryMarshal.AsBytes(credentials.AsSpan()));
        var groups = new uint[MostGroups];
        var size = socket.GetRawSocketOption(SocketLevel, PeerGroups, MemoryMarshal.AsBytes(groups.AsSpan()));
        return new Peer((int)credentials[0], credentials[1], [credentials[2], .. groups[..(size / sizeof(uint))]]);
    }
}

/// <summary>Who may use an Incus, as far as this machine knows: root, this user, and who may write its socket.</summary>
internal static partial class SocketUsers
{
    private const int CurrentFolder = -100;
    private const uint ModeOwnerAndGroup = 0x1a;
    private const int OwnerOffset = 20;
    private const int GroupOffset = 24;
    private const int ModeOffset = 28;
    private const int StatusSize = 256;

    public static bool MayUse(IncusTarget target, Peer peer) =>
        peer.User == 0 || peer.User == UserOfThisProcess() || (target is SocketTarget socket && MayWrite(socket.Path, peer));

    private static bool MayWrite(string path, Peer peer)
    {
        var status = new byte[StatusSize];
        if (StatusOf(CurrentFolder, path, 0, ModeOwnerAndGroup, ref status[0]) != 0)
        {
            return false;
        }

        var mode = (UnixFileMode)BitConverter.ToUInt16(status, ModeOffset);
        return mode.HasFlag(UnixFileMode.OtherWrite)
            || (mode.HasFlag(UnixFileMode.UserWrite) && peer.User == BitConverter.ToUInt32(status, OwnerOffset))
            || (mode.HasFlag(UnixFileMode.GroupWrite) && peer.Groups.Contains(BitConverter.ToUInt32(status, GroupOffset)));
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint UserOfThisProcess();

    // .NET says whose a file is nowhere. The layout of statx is the same on all processors.
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatusOf(int folder, string path, int flags, uint mask, ref byte status);
}
