using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>
/// Folders of the host inside of others: who may write to the outer one can put a link to any place of the host where the inner
/// one was, and Incus follows links.
/// </summary>
internal static class FolderRules
{
    // No path of Linux is longer.
    private const int LongestPath = 4096;

    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        // On another server the same path is another folder.
        var folders = infra.Domains.Where(d => d.Enabled)
            .SelectMany(d => d.Machines.SelectMany(m => m.Devices.Where(f => f.IsFolderOfHost).Select(f => (
                Server: d.Remote?.Value, Machine: m.Name.Value, Device: f, Path: Normal(f.Given("source")!.Value.Value)))))
            .ToList();
        var writers = new Dictionary<(string? Server, string Path), string>();
        foreach (var (server, machine, _, path) in folders.Where(f => !IncusBoolean.IsTrue(f.Device.Given("readonly")?.Value)))
        {
            writers.TryAdd((server, path), machine);
        }

        foreach (var (server, machine, device, path) in folders)
        {
            if (Above(path).FirstOrDefault(p => writers.ContainsKey((server, p))) is { } outer)
            {
                diagnostics.Add(RuleDiagnostics.FolderInWritable(
                    device.Name.At, machine, device.Name.Value, path, outer, writers[(server, outer)]));
            }
        }
    }

    /// <summary>The path without what means nothing in it.</summary>
    public static string Normal(string path) =>
        string.Concat(path.Split('/').Where(part => part is not ("" or ".")).Select(part => $"/{part}"));

    private static IEnumerable<string> Above(string path)
    {
        for (var end = path.Length > LongestPath ? 0 : path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            yield return path[..end];
        }
    }
}
