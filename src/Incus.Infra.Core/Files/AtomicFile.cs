using Microsoft.Win32.SafeHandles;

namespace Incus.Infra.Core.Files;

/// <summary>
/// Replaces whole files: a reader, or a build that was killed, sees the old content or the new, never a part.
/// There is no fsync: after a power cut the next build heals what is missing.
/// </summary>
internal static class AtomicFile
{
    // Ansible ignores names that begin with a dot.
    private const string TemporaryPrefix = ".";
    private const string TemporarySuffix = ".infra-tmp";

    /// <summary>Whether a killed build left this file behind.</summary>
    public static bool IsTemporary(ReadOnlySpan<char> name) =>
        name.StartsWith(TemporaryPrefix) && name.EndsWith(TemporarySuffix);

    /// <summary>Writes a file and returns its new stamp. Keeps the mode of an existing file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of it.</param>
    /// <param name="exists">Whether there is one.</param>
    /// <param name="keepsOwner">Whether an existing one keeps its owner and group, too, or else is not written.</param>
    /// <exception cref="IOException">The file cannot be written; it is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be written; it is as it was.</exception>
    public static FileStamp Write(string path, ReadOnlySpan<byte> content, bool exists, bool keepsOwner = false)
    {
        var temporary = TemporaryBeside(path);
        var moved = false;
        try
        {
            var stamp = WriteTemporary(temporary, content, exists ? path : null);
            if (exists && keepsOwner && OperatingSystem.IsLinux())
            {
                FileStatus.Of(path).GiveTo(temporary);
            }

            File.Move(temporary, path, overwrite: true);
            moved = true;
            return stamp;
        }
        finally
        {
            if (!moved)
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>Proves that files can be made in a folder, by making one.</summary>
    /// <exception cref="IOException">They cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">They cannot.</exception>
    public static void Probe(string folder)
    {
        var temporary = TemporaryBeside(Path.Join(folder, "probe"));
        Create(temporary).Dispose();
        File.Delete(temporary);
    }

    private static FileStamp WriteTemporary(string temporary, ReadOnlySpan<byte> content, string? modeOf)
    {
        using var handle = Create(temporary);
        if (modeOf is not null && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(handle, File.GetUnixFileMode(modeOf));
        }

        RandomAccess.Write(handle, content, 0);
        return new FileStamp(content.Length, File.GetLastWriteTimeUtc(handle).Ticks);
    }

    // The target's name is left out: with it, a name of the greatest length could not be written.
    private static string TemporaryBeside(string path) =>
        Path.Join(Path.GetDirectoryName(path), TemporaryPrefix + Path.GetRandomFileName() + TemporarySuffix);

    // Any other FileShare costs a system call to lock a file that nobody else knows.
    private static SafeFileHandle Create(string path) =>
        File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
}
