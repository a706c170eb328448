using System.ComponentModel;
using System.Diagnostics;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using YamlDotNet.Core;

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
    /// <exception cref="ToolFaultException">There is none, or the incus client does not say.</exception>
    public static async Task<ImageRemote> FindAsync(string name, CancellationToken ct)
    {
        var config = ClientConfig.Read();
        var entry = config.Find(name) ?? (await BuiltInAsync(name, ct)).GetValueOrDefault(name);
        return entry is { Addresses: [var address, ..] }
            ? new ImageRemote(address, entry.Protocol, config.ServerCertificate(name))
            : throw Unusable(name, entry is null
                ? "the incus client has no such remote"
                : "the incus client has no address for it");
    }

    // Only the client knows its built-in remotes; it is asked when an image must be fetched, never on a run without changes.
    // As YAML, the list is written like config.yml by every version.
    private static async Task<Dictionary<string, RemoteEntry>> BuiltInAsync(string name, CancellationToken ct)
    {
        try
        {
            using var client = Process.Start(new ProcessStartInfo("incus", ["remote", "list", "--format", "yaml"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            try
            {
                var output = client.StandardOutput.ReadToEndAsync(ct);
                var errors = client.StandardError.ReadToEndAsync(ct);
                await client.WaitForExitAsync(ct);
                return client.ExitCode == 0 && RemoteEntry.Document(await output) is { } list
                    ? RemoteEntry.ReadAll(list)
                    : throw Unusable(name, $"'incus remote list' ended with {client.ExitCode} ({(await errors).Trim()})");
            }
            catch (OperationCanceledException)
            {
                client.Kill();
                throw;
            }
        }
        catch (Exception e) when (e is Win32Exception or YamlException)
        {
            throw Unusable(name, $"'incus remote list' does not say what it is ({e.Message})");
        }
    }

    private static ToolFaultException Unusable(string remote, string reason) =>
        new(ToolDiagnostics.UnknownRemote(remote, reason));
}
