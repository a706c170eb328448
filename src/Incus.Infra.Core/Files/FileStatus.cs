using System.Runtime.InteropServices;

namespace Incus.Infra.Core.Files;

/// <summary>What the class library does not say of a file: whether it is one at all, and whose it is.</summary>
/// <param name="IsRegular">Neither a folder nor a device, pipe or socket.</param>
/// <param name="User">The number of its owner.</param>
/// <param name="Group">The number of its group.</param>
internal readonly partial record struct FileStatus(bool IsRegular, uint User, uint Group)
{
    private const int CurrentFolder = -100;
    private const uint TypeAndOwner = 0x19;
    private const int OwnerOffset = 20;
    private const int GroupOffset = 24;
    private const int ModeOffset = 28;
    private const int StatusSize = 256;
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;

    /// <summary>That of a file, or of what a link leads to.</summary>
    /// <exception cref="IOException">There is none, or nobody may know.</exception>
    public static FileStatus Of(string path)
    {
        // The layout is the same on all processors.
        var status = new byte[StatusSize];
        Check(StatusOf(CurrentFolder, path, 0, TypeAndOwner, ref status[0]));
        return new FileStatus(
            (BitConverter.ToUInt16(status, ModeOffset) & TypeMask) == RegularType,
            BitConverter.ToUInt32(status, OwnerOffset),
            BitConverter.ToUInt32(status, GroupOffset));
    }

    /// <summary>Gives a file the owner and the group that this one has, unless it has them.</summary>
    /// <exception cref="IOException">This user may not.</exception>
    public void GiveTo(string path)
    {
        var other = Of(path);
        if ((other.User, other.Group) != (User, Group))
        {
            Check(ChangeOwner(path, User, Group));
        }
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatusOf(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
