using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>
/// Which instance this process runs in, by what Incus tells its guests. A host name would not do: it can be changed, and
/// an Incus inside of an instance may have an instance of that name itself.
/// </summary>
internal static class GuestIdentity
{
    private const string GuestSocket = "/dev/incus/sock";
    private const string Metadata = "/1.0/meta-data";
    private const string IdLine = "instance-id:";
    private const string IdKey = "volatile.cloud-init.instance-id";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The instance-id of this machine; null where it is no instance, or one that must not ask.</summary>
    public static async Task<string?> ReadAsync(CancellationToken ct)
    {
        if (!File.Exists(GuestSocket))
        {
            return null;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        using var connection = new IncusConnection(new SocketTarget(GuestSocket));
        using var request = new HttpRequestMessage(HttpMethod.Get, Metadata);
        try
        {
            using var response = await connection.SendAsync(request, limit.Token);
            return IdIn(await response.Content.ReadAsStringAsync(limit.Token));
        }
        catch (Exception e) when (e is ToolFaultException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null; // Nobody answers there: an instance without the guest API.
        }
    }

    public static bool IsOf(InstanceView instance, string? id) =>
        id is not null && instance.Config?.GetValueOrDefault(IdKey) == id;

    private static string? IdIn(string metadata) => metadata.Split('\n')
        .FirstOrDefault(line => line.StartsWith(IdLine, StringComparison.Ordinal))?[IdLine.Length..].Trim();
}
