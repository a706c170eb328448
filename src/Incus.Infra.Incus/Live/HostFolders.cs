using System.Globalization;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;

namespace Incus.Infra.Incus.Live;

/// <summary>Folders of the Incus host, where this machine is that host.</summary>
/// <param name="target">The way to Incus.</param>
internal sealed class HostFolders(IncusTarget target)
{
    private readonly Lazy<string?> _root =
        new(() => Peer.Of(target) is { Process: > 0 and var process } ? RootOf(process) : null);

    /// <summary>Whether there is such a folder; null where this user cannot know.</summary>
    public bool? Has(string path)
    {
        if (_root.Value is not { } root)
        {
            return null;
        }

        try
        {
            File.GetAttributes(root + path);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Makes one that <see cref="Has"/> does not find, with those above it.</summary>
    /// <exception cref="ToolFaultException">INFRA4171: it cannot be made.</exception>
    public void Make(string path)
    {
        try
        {
            Directory.CreateDirectory(_root.Value + path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ToolFaultException(ToolDiagnostics.FolderNotMade(path, e.Message), e);
        }
    }

    // A socket can lead into a container, whose files are others. Who may look at the process sees its files there; of others,
    // the kernel tells which of them is in a container: it has another number there.
    private static string? RootOf(int process)
    {
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}");
        var root = $"{folder}/root";
        return Directory.Exists($"{root}/") ? root
            : File.Exists($"{folder}/status") && File.ReadLines($"{folder}/status").Any(line =>
                line.StartsWith("NSpid:", StringComparison.Ordinal) && line.Split('\t').Length == 2) ? ""
            : null;
    }
}
