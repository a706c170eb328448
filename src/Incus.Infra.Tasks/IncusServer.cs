using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;

namespace Incus.Infra.Tasks;

/// <summary>Queries an Incus server about itself.</summary>
internal static class IncusServer
{
    /// <summary>Version and place of the server, and a warning about that version.</summary>
    /// <param name="remote">A remote of the incus client, or empty for the local server.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <exception cref="ToolFaultException">Why it cannot be used, and how to fix that.</exception>
    public static async Task<(string Found, Diagnostic? Doubt)> DescribeAsync(string? remote, CancellationToken ct)
    {
        var target = IncusTarget.Resolve(socket: null, remote);
        using var client = new IncusClient(target, new RequestCounter(), IncusTimeouts.Default);
        var server = await ServerCheck.WithReadsAsync(client, target, ct);
        return ($"Incus {server.Environment?.ServerVersion} at {target.Name}", ServerCheck.NewerThanTested(server));
    }
}
