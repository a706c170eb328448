namespace Incus.Infra.Core.Files;

/// <summary>Reads files without ever hanging on a pipe or a device.</summary>
internal static class RegularFile
{
    /// <summary>The content of a file; empty for one of length 0.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    public static byte[] Read(string realPath) =>
        // Pipes, sockets and devices have length 0, and merely opening one may block for ever.
        new FileInfo(realPath).Length == 0 ? [] : File.ReadAllBytes(realPath);
}
