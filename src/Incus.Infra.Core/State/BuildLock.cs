using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;

namespace Incus.Infra.Core.State;

/// <summary>
/// Keeps two builds of one project apart. The kernel frees it when its holder dies, so that a killed build never
/// blocks the next one.
/// </summary>
internal sealed class BuildLock : IDisposable
{
    private const string FileName = "infra.build-lock";
    private const int ErrnoWouldBlock = 11;
    private const int ErrnoWouldBlockOnMac = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private BuildLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock; null when it cannot be had at all, which is then among the faults.</summary>
    /// <param name="options">Tells the intermediate folder, which is made when missing.</param>
    /// <param name="onWaiting">Called once, when another build holds the lock.</param>
    /// <param name="faults">Takes the fault.</param>
    public static BuildLock? Acquire(
        BuildOptions options, Action? onWaiting, DiagnosticBag faults, CancellationToken ct)
    {
        var folder = options.IntermediateFolder;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            FileStream? file = null;
            var fault = FileFault.Of(() => file = TryOpen(folder));
            if (fault is not null)
            {
                var path = options.RelativePath(folder);
                faults.Add(GeneratingDiagnostics.IntermediateFolderUnusable(path, fault.Reason));
                return null;
            }

            if (file is not null)
            {
                return new BuildLock(file);
            }

            onWaiting?.Invoke();
            onWaiting = null;
            ct.WaitHandle.WaitOne(RetryInterval);
        }
    }

    public void Dispose() => _file.Dispose();

    private static FileStream? TryOpen(string folder)
    {
        Directory.CreateDirectory(folder);
        try
        {
            var path = Path.Join(folder, FileName);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (e.HResult is ErrnoWouldBlock or ErrnoWouldBlockOnMac or WindowsSharingViolation)
        {
            return null;
        }
    }
}
