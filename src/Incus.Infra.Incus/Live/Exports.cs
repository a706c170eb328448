using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>Brings instances and volumes into files that <c>incus import</c> and its like take back.</summary>
/// <param name="client">Speaks to Incus.</param>
/// <remarks>Incus makes such a file on its own disk first. Source: Incus 6.0, <c>cmd/incusd/backup.go</c>.</remarks>
internal sealed class Exports(IncusClient client)
{
    private const string Unfinished = ".part";

    // So that what a killed run leaves there does not stay for good.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>Exports one, with its snapshots, into a file that is not there yet.</summary>
    /// <exception cref="ToolFaultException">INFRA4083: there is no such file now.</exception>
    public async Task WriteAsync(ObjectId id, string file, CancellationToken ct)
    {
        try
        {
            var backup = $"infra-{Guid.NewGuid()}";
            var body = new NewBackup(backup, DateTimeOffset.UtcNow + Kept, "gzip");
            await client.PostAsync(Urls.Backups(id), body, IncusJson.Default.NewBackup, ct);
            try
            {
                await DownloadAsync(Urls.BackupFile(id, backup), file, ct);
            }
            finally
            {
                await client.DeleteAsync(Urls.Backup(id, backup), CancellationToken.None);
            }
        }
        catch (Exception e) when (e is IncusErrorException or IOException or UnauthorizedAccessException)
        {
            throw new ToolFaultException(ToolDiagnostics.ExportFailed(id, file, e.Message), e);
        }
    }

    // All that the machine has may be read there, passwords among it.
    private async Task DownloadAsync(string url, string file, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var stream = new FileStream(file + Unfinished, options))
        {
            await client.DownloadAsync(url, stream, ct);
            await stream.FlushAsync(ct);
            RandomAccess.FlushToDisk(stream.SafeFileHandle);
        }

        File.Move(file + Unfinished, file, overwrite: false);
    }
}
