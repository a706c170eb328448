using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.Files;

/// <summary>Why the operating system rejected a file operation, in words that a user can act on.</summary>
/// <param name="Reason">A clause without full stop.</param>
/// <param name="DiskFull">Whether free space is all that is missing.</param>
internal sealed record FileFault(string Reason, bool DiskFull = false)
{
    private const int ErrnoNoSpace = 28;
    private const int ErrnoReadOnlyDisk = 30;
    private const int ErrnoQuota = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Runs an operation; null means that it succeeded.</summary>
    public static FileFault? Of(Action operation)
    {
        try
        {
            operation();
            return null;
        }
        catch (IOException e)
        {
            return Of(e);
        }
        catch (UnauthorizedAccessException)
        {
            return new FileFault("permission denied, or it is protected against changes");
        }
    }

    public Diagnostic WhenWriting(string path) => DiskFull
        ? GeneratingDiagnostics.DiskFull(path)
        : GeneratingDiagnostics.CannotBeWritten(path, Reason);

    private static FileFault Of(IOException e) => e switch
    {
        PathTooLongException => new FileFault("its path is too long"),
        FileNotFoundException or DirectoryNotFoundException => new FileFault("it vanished during the build"),
        { HResult: ErrnoNoSpace or ErrnoQuota or WindowsDiskFull } => new FileFault("the disk is full", DiskFull: true),
        { HResult: ErrnoReadOnlyDisk } => new FileFault("the disk is mounted read-only"),
        _ => new FileFault(e.Message.TrimEnd('.')),
    };
}
