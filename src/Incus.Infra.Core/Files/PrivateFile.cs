namespace Incus.Infra.Core.Files;

/// <summary>Files that nobody but their owner can read, at no time.</summary>
internal static class PrivateFile
{
    /// <summary>Writes one as a whole; a former one of the name is replaced, with its rights.</summary>
    /// <exception cref="IOException">It cannot be written; a former one is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written; a former one is as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + Path.GetRandomFileName();
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var file = new FileStream(temporary, options))
            {
                file.Write(content);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
