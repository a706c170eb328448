using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;

namespace Incus.Infra.Incus.Live;

/// <summary>A server that answers, and the way to it.</summary>
/// <param name="Name">For people: the remote, or the socket.</param>
/// <param name="Client">Speaks to it.</param>
/// <param name="Target">The way.</param>
/// <param name="Info">What it says about itself.</param>
internal sealed record ServerLink(string Name, IncusClient Client, IncusTarget Target, ServerInfo Info) : IDisposable
{
    /// <summary>Asks a server about itself.</summary>
    /// <param name="remote">A remote of the incus client; null for the local server.</param>
    /// <param name="socket">The server's socket, in place of a remote; else null.</param>
    /// <param name="counter">Takes every request.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <inheritdoc cref="ServerCheck.RunAsync"/>
    public static async Task<ServerLink> OpenAsync(string? remote, string? socket, RequestCounter counter, CancellationToken ct)
    {
        var target = IncusTarget.Resolve(socket, remote);
        IncusClient? client = new(target, counter, IncusTimeouts.Default);
        try
        {
            var name = remote is null ? target.Name : $"remote '{Excerpt.Of(remote)}'";
            var link = new ServerLink(name, client, target, await ServerCheck.RunAsync(client, target, ct));
            client = null;
            return link;
        }
        finally
        {
            client?.Dispose();
        }
    }

    /// <summary>Refuses several ways to one server: what is wanted by one of them another one would take for gone.</summary>
    /// <exception cref="ToolFaultException">INFRA4161: two lead to one server.</exception>
    public static void CheckDistinct(IEnumerable<ServerLink> links)
    {
        if (links.GroupBy(l => l.Info.Environment is { CertificateFingerprint: { Length: > 0 } print } ? print : l.Target.Name)
            .FirstOrDefault(same => same.Count() > 1)?.ToList() is [var one, var other, ..])
        {
            throw new ToolFaultException(ToolDiagnostics.SameServer(one.Name, other.Name));
        }
    }

    public void Dispose() => Client.Dispose();
}
