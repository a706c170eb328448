using System.Text;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Tasks;

/// <summary>A hosts file of this machine, with the lines of one infrastructure in a block.</summary>
/// <param name="path">Absolute.</param>
/// <param name="block">Which block.</param>
/// <param name="lines">What is to stand there.</param>
internal sealed class HostsFileEdit(string path, HostsBlock block, string lines)
{
    private byte[] _content = [];
    private HostsPlace? _place;

    /// <summary>Reads it.</summary>
    /// <returns>Why it cannot be used.</returns>
    public IReadOnlyList<Diagnostic> Read()
    {
        if (FileFault.Of(() => _content = SystemFile.Read(path)) is { } fault)
        {
            return [ReadingDiagnostics.CannotBeRead(path, fault.Reason)];
        }

        _place = block.Find(_content);
        return _place is null ? [UseDiagnostics.HostsBlockDamaged(path)] : [];
    }

    /// <summary>Its lines that go, after <c>-</c>, and those that come, after <c>+</c>.</summary>
    public IReadOnlyList<string> Changes
    {
        get
        {
            var (now, wanted) = (Split(_place!.Lines), Split(lines));
            return [.. now.Except(wanted).Select(l => $"- {l}"), .. wanted.Except(now).Select(l => $"+ {l}")];
        }
    }

    /// <summary>Other lines of the file that give one of the names another address: a program may take either.</summary>
    public IEnumerable<Diagnostic> Rivals()
    {
        var addresses = Split(lines).Select(Words).SelectMany(w => w[1..].Select(name => (Name: name, Address: w[0])))
            .ToDictionary(n => n.Name, n => n.Address, StringComparer.OrdinalIgnoreCase);
        var rest = Encoding.Latin1.GetString(block.Put(_content, _place!, "")).Split('\n');
        return rest.Select(line => Words(line.Split('#')[0])).Where(w => w.Length > 1).SelectMany(w => w[1..]
            .Where(name => addresses.TryGetValue(name, out var address) && address != w[0])
            .Select(name => UseDiagnostics.NameHasOtherAddress(path, name, w[0], addresses[name])));
    }

    /// <summary>Writes it.</summary>
    /// <param name="beside">A file for the new content where this user may not write it, as root then may copy it.</param>
    /// <returns>Why it is as it was.</returns>
    public IReadOnlyList<Diagnostic> Write(string beside)
    {
        var content = block.Put(_content, _place!, lines);
        if (FileFault.Of(() => SystemFile.Write(path, content)) is not { } fault)
        {
            return [];
        }

        var prepared = FileFault.Of(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(beside)!);
            AtomicFile.Write(beside, content, exists: false);
        });
        var command = prepared is null && Directory.Exists(Path.GetDirectoryName(path))
            ? $"sudo cp {Quoted(beside)} {Quoted(path)}"
            : null;
        return [UseDiagnostics.HostsNotWritten(path, fault.Reason, command)];
    }

    private static string[] Split(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Words(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static string Quoted(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c))
        ? path
        : $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
