namespace Incus.Infra.Core.Files;

/// <summary>A file outside of the project that is not ours: what others see of it is the old content or the new.</summary>
internal static class SystemFile
{
    private const UnixFileMode Writable = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Its content; empty where there is none.</summary>
    /// <exception cref="IOException">It cannot be read, or is none.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public static byte[] Read(string path)
    {
        var real = RealPath.Of(path);
        return Exists(real) ? File.ReadAllBytes(real) : [];
    }

    /// <summary>Replaces it, or what a link leads to, as a whole; it keeps its mode and owner.</summary>
    /// <exception cref="IOException">It is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It is as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var real = RealPath.Of(path);
        var exists = Exists(real);
        if (!Directory.Exists(Path.GetDirectoryName(real)))
        {
            throw new IOException("its folder does not exist");
        }

        if (exists && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(real) & Writable) == 0)
        {
            throw new IOException("it is read-only");
        }

        AtomicFile.Write(real, content, exists, keepsOwner: true);
    }

    private static bool Exists(string real)
    {
        if (!Path.Exists(real))
        {
            return false;
        }

        return !OperatingSystem.IsLinux() || FileStatus.Of(real).IsRegular
            ? true
            : throw new IOException("it is no regular file");
    }
}
