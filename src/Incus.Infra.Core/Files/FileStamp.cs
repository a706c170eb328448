namespace Incus.Infra.Core.Files;

/// <summary>Shows without reading a file whether it changed.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="ModifiedTicks">Last write, UTC, in units of 100 ns.</param>
internal readonly record struct FileStamp(long Length, long ModifiedTicks)
{
    public static FileStamp Of(FileInfo file) => new(file.Length, file.LastWriteTimeUtc.Ticks);
}
