using System.Text;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.State;

namespace Incus.Infra.Core.Importing;

/// <summary>Writes infra.yml and infra.lock.yml, never over others unless told to.</summary>
/// <param name="options">Where the project keeps its files.</param>
/// <param name="force">Whether files that exist are replaced.</param>
internal sealed class ImportFiles(BuildOptions options, bool force)
{
    /// <summary>What is in the way, or null.</summary>
    public Diagnostic? Check() => force ? null : new[] { options.InfraFile, options.LockFile }
        .Where(file => Path.Exists(options.FullPath(file)))
        .Select(UseDiagnostics.FileInTheWay)
        .FirstOrDefault();

    /// <summary>Makes both texts and writes them; returns null, with the fault among the diagnostics, where that fails.</summary>
    public ImportedFiles? Write(ImportedHost host, DiagnosticBag faults, CancellationToken ct)
    {
        var (infra, addressLock) = (options.FullPath(options.InfraFile), options.FullPath(options.LockFile));
        var files = new ImportDraft(host).Compile(
            options.RelativePath(infra), options.RelativePath(addressLock), Guid.NewGuid().ToString());
        if (files.Domains.Count == 0)
        {
            return files;
        }

        using var held = BuildLock.Acquire(options, onWaiting: null, faults, ct);
        if (held is null)
        {
            return null;
        }

        // Somebody may have made them since.
        if (Check() is { } inTheWay)
        {
            faults.Add(inTheWay);
            return null;
        }

        // The lock comes last: alone it would be in the way of the next Import, and without it a build chooses the same.
        return Write(infra, files.Infra, faults) && Write(addressLock, files.Lock, faults) ? files : null;
    }

    private bool Write(string path, string text, DiagnosticBag faults)
    {
        var fault = FileFault.Of(() => AtomicFile.Write(path, Encoding.UTF8.GetBytes(text), File.Exists(path)));
        if (fault is not null)
        {
            faults.Add(fault.WhenWriting(options.RelativePath(path)));
        }

        return fault is null;
    }
}
