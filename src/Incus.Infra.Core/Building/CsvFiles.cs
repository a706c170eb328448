using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Building;

/// <summary>Reads the CSV files that infra.yml names for copies.</summary>
internal static class CsvFiles
{
    /// <inheritdoc cref="NamedFiles.Read"/>
    /// <param name="infraPath">Path of infra.yml for diagnostics.</param>
    /// <param name="infra">Its content.</param>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Read(
        BuildOptions options, string infraPath, ReadOnlySpan<byte> infra, DiagnosticBag faults) =>
        // Most have none, and reading YAML takes time.
        infra.IndexOf("copies"u8) < 0 || infra.IndexOf(".csv"u8) < 0
        || YamlReader.Read(infraPath, infra, new DiagnosticBag()) is not YamlMapping root
            ? new Dictionary<string, ReadOnlyMemory<byte>>()
            : NamedFiles.Read(options, Named(root), faults);

    private static IEnumerable<(string Domain, Located<string> Path)> Named(YamlMapping root)
    {
        foreach (var (domain, body) in root.Children("domains"))
        {
            if (body.Text("copies", Forms.CsvPath) is { } path)
            {
                yield return (domain.Value, path);
            }
        }
    }
}
