using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;

namespace Incus.Infra.Core.Tree;

/// <summary>Carries out a plan.</summary>
/// <param name="options">Tells the project folder.</param>
/// <param name="faults">Takes what cannot be written.</param>
internal sealed class TreeWriter(BuildOptions options, DiagnosticBag faults)
{
    // More writers only queue for the folder's lock in the kernel.
    private const int MaxWriters = 2;

    /// <summary>Finds out, without changing a file, whether the changes may be written.</summary>
    public void Check(IReadOnlyList<PlannedFile> changes)
    {
        foreach (var (folder, path) in changes.Select(c => (FolderOf(c), c.Path)).DistinctBy(c => c.Item1))
        {
            if (FileFault.Of(() => AtomicFile.Probe(ProjectFolder.NearestExisting(folder))) is { } fault)
            {
                var reason = $"no file can be created in its folder ({fault.Reason})";
                faults.Add((fault with { Reason = reason }).WhenWriting(path));
            }
        }

        // Replacing a file needs the folder's permission only; but who made the file read-only meant it.
        // Empty ones may be pipes, which must not be opened.
        foreach (var change in changes.Where(c => c.Before.Length > 0))
        {
            Try(change.Path, () => File.OpenHandle((change.Former ?? change.Place).RealPath, access: FileAccess.Write).Dispose());
        }
    }

    /// <summary>Deletes what killed builds left behind.</summary>
    /// <param name="leftovers">Absolute paths.</param>
    public void Sweep(IEnumerable<string> leftovers)
    {
        foreach (var leftover in leftovers)
        {
            Try(options.RelativePath(leftover), () => File.Delete(leftover));
        }
    }

    /// <summary>Writes the changes and returns the new stamps by path. Stops at the first fault.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; each file is old or new.</exception>
    public IReadOnlyDictionary<string, FileStamp> Write(IReadOnlyList<PlannedFile> changes, CancellationToken ct)
    {
        var stamps = new Dictionary<string, FileStamp>(changes.Count, StringComparer.Ordinal);
        foreach (var (folder, path) in changes.Select(c => (FolderOf(c), c.Path)).DistinctBy(c => c.Item1))
        {
            Try(path, () => Directory.CreateDirectory(folder));
        }

        if (faults.HasErrors)
        {
            return stamps;
        }

        var gate = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxWriters, CancellationToken = ct };
        Parallel.ForEach(changes, options, (change, loop) =>
        {
            var (stamp, fault) = Write(change);
            lock (gate)
            {
                if (fault is null)
                {
                    stamps.Add(change.Path, stamp);
                    return;
                }

                faults.Add(fault);
                loop.Stop();
            }
        });
        return stamps;
    }

    private static (FileStamp Stamp, Diagnostic? Fault) Write(PlannedFile change)
    {
        var target = change.Place.RealPath;
        var exists = change.Kind == ChangeKind.Updated || change.Former is not null;
        FileStamp stamp = default;
        var changedMeanwhile = false;
        var fault = FileFault.Of(() =>
        {
            changedMeanwhile = change switch
            {
                { Former: { } former } => Path.Exists(target)
                    || FileStamp.Of(new FileInfo(former.RealPath)) != former.Entry.Stamp,
                { Kind: ChangeKind.Updated } => FileStamp.Of(new FileInfo(target)) != change.Place.Entry.Stamp,
                _ => Path.Exists(target),
            };
            if (!changedMeanwhile)
            {
                if (change.Former is { } former)
                {
                    // A build that is killed now leaves a file with all that the user wrote, which the next one updates.
                    File.Move(former.RealPath, target);
                }

                stamp = AtomicFile.Write(target, change.After, exists);
            }
        });
        return (stamp, changedMeanwhile
            ? GeneratingDiagnostics.ChangedMeanwhile(change.Path)
            : fault?.WhenWriting(change.Path));
    }

    private void Try(string path, Action operation)
    {
        if (FileFault.Of(operation) is { } fault)
        {
            faults.Add(fault.WhenWriting(path));
        }
    }

    private static string FolderOf(PlannedFile change) => Path.GetDirectoryName(change.Place.RealPath)!;
}
