using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Rendering;

namespace Incus.Infra.Core.Building;

/// <summary>Reads the source files of a project.</summary>
internal static class SourceReader
{
    private const int Mebibyte = 1 << 20;
    private const long MaxMebibytes = 32;

    /// <summary>The sources, or null when one cannot be read; the faults then say why.</summary>
    public static Sources? Read(BuildOptions options, DiagnosticBag faults)
    {
        var (infraPath, infra) = Find(options, options.InfraFile);
        var (lockPath, lockFile) = Find(options, options.LockFile);
        if (infra is null)
        {
            faults.Add(ReadingDiagnostics.NotFound(infraPath, Instead(options)));
        }

        var infraContent = Read(infraPath, infra, faults);
        // A lock that is there but unreadable stops the build: without it all addresses would be given out anew.
        var lockContent = Read(lockPath, lockFile, faults);
        var tables = CsvFiles.Read(options, infraPath, infraContent, faults);
        var keys = KeyFiles.Read(options, infraPath, infraContent, tables, faults);
        return infraContent is null || faults.HasErrors
            ? null
            : new Sources(
                infraPath,
                infraContent,
                lockPath,
                lockContent is null ? default(ReadOnlyMemory<byte>?) : lockContent,
                Guid.NewGuid().ToString())
            {
                Tables = tables,
                KeyFiles = keys,
                WantResponseFile = options.MakesResponseFile && !IsAbove(options.ProjectDirectory, ProjectFiles.ResponseFileName),
                WantPicture = options.MakesPicture,
            };
    }

    /// <summary>One of them: its path for diagnostics, and its content; null where there is none, or a fault says why.</summary>
    public static (string Path, byte[]? Content) Read(BuildOptions options, string file, DiagnosticBag faults)
    {
        var (path, entry) = Find(options, file);
        return (path, Read(path, entry, faults));
    }

    // MSBuild reads the nearest one only: another one would hide what the user has for many projects.
    private static bool IsAbove(string folder, string file) =>
        Path.GetDirectoryName(folder) is { } parent && (File.Exists(Path.Join(parent, file)) || IsAbove(parent, file));

    /// <summary>The path for diagnostics, and the file or folder there, or null when there is none.</summary>
    private static (string Path, FileSystemInfo? Entry) Find(BuildOptions options, string file)
    {
        var full = options.FullPath(file);
        return (options.RelativePath(full), Directory.Exists(full) ? new DirectoryInfo(full)
            : File.Exists(full) ? new FileInfo(full)
            : null);
    }

    /// <summary>A file that the user may have meant, or null.</summary>
    private static string? Instead(BuildOptions options)
    {
        string[] names = [Path.ChangeExtension(options.InfraFile, ".yaml"), Path.ChangeExtension(options.InfraFile, ".yml")];
        return names.FirstOrDefault(name => File.Exists(options.FullPath(name)));
    }

    private static byte[]? Read(string path, FileSystemInfo? entry, DiagnosticBag faults)
    {
        if (entry is null)
        {
            return null;
        }

        if (entry is DirectoryInfo)
        {
            faults.Add(ReadingDiagnostics.CannotBeRead(path, "it is a folder"));
            return null;
        }

        byte[]? content = null;
        var fault = FileFault.Of(() => content = ReadUpToLimit(path, RealPath.Of(entry.FullName), faults));
        if (fault is not null)
        {
            faults.Add(ReadingDiagnostics.CannotBeRead(path, fault.Reason));
        }

        return content;
    }

    private static byte[]? ReadUpToLimit(string path, string realPath, DiagnosticBag faults)
    {
        if (new FileInfo(realPath).Length > MaxMebibytes * Mebibyte)
        {
            faults.Add(ReadingDiagnostics.TooLarge(path, MaxMebibytes));
            return null;
        }

        var content = RegularFile.Read(realPath);
        if (content.Length == 0)
        {
            faults.Add(ReadingDiagnostics.CannotBeRead(path, "it is empty or not a regular file"));
            return null;
        }

        return content;
    }
}
