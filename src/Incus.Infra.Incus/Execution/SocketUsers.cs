using System.Runtime.InteropServices;
using Incus.Infra.Incus.Api;

namespace Incus.Infra.Incus.Execution;

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
