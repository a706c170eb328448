using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;

namespace Incus.Infra.Incus.Live;

/// <summary>A server that images come from.</summary>
/// <param name="Address">Its URL.</param>
/// <param name="Protocol"><c>simplestreams</c>, <c>incus</c> or <c>oci</c>.</param>
/// <param name="Certificate">The only certificate that is accepted, in PEM form, or null.</param>
internal sealed record ImageRemote(string Address, string Protocol, string? Certificate);

/// <summary>The remotes of the incus client, those it has built in among them.</summary>
internal static class ImageRemotes
{
    /// <summary>The remote called <paramref name="name"/>.</summary>
    /// <exception cref="ToolFaultException">There is none.</exception>
    public static ImageRemote Find(string name)
    {
        var config = ClientConfig.Read();
        var entry = config.Find(name)
            ?? BuiltIn().GetValueOrDefault(name)
            ?? throw new ToolFaultException(ToolDiagnostics.UnknownRemote(name, "the incus client does not know it"));
        return new ImageRemote(entry.Address, entry.Protocol, config.ServerCertificate(name));
    }

    // Only the client knows its built-in remotes; it is asked when an image must be fetched, never on a run without changes.
    private static Dictionary<string, RemoteEntry> BuiltIn()
    {
        try
        {
            using var client = Process.Start(new ProcessStartInfo("incus", ["remote", "list", "--format", "json"])
            {
                RedirectStandardOutput = true,
            });
            using var json = JsonDocument.Parse(client!.StandardOutput.BaseStream);
            return json.RootElement.EnumerateObject().ToDictionary(
                r => r.Name,
                r => new RemoteEntry(r.Value.GetProperty("Addr").GetString()!, r.Value.GetProperty("Protocol").GetString()!),
                StringComparer.Ordinal);
        }
        catch (Exception e) when (e is Win32Exception or JsonException or KeyNotFoundException)
        {
            return [];
        }
    }
}
