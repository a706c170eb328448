using Incus.Infra.Core.Files;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Building;

/// <summary>Reads the files of public keys that infra.yml names.</summary>
internal static class KeyFiles
{
    /// <inheritdoc cref="NamedFiles.Read"/>
    /// <param name="infraPath">Path of infra.yml for diagnostics.</param>
    /// <param name="infra">Its content.</param>
    /// <param name="tables">The CSV files that it names: each copy may have a file of its own.</param>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Read(
        BuildOptions options,
        string infraPath,
        ReadOnlySpan<byte> infra,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> tables,
        DiagnosticBag faults) =>
        // Most have none, and reading YAML takes time.
        infra.IndexOf("ssh_keys"u8) < 0 || YamlReader.Read(infraPath, infra, new DiagnosticBag()) is not YamlMapping root
            ? new Dictionary<string, ReadOnlyMemory<byte>>()
            : NamedFiles.Read(
                options,
                new CopyExpansion(tables, new DiagnosticBag()).Expand(ModelBinder.Bind(root)).Domains.SelectMany(Named),
                faults);

    private static IEnumerable<(string Domain, Located<string> Path)> Named(Domain domain) =>
        (domain.Access?.SshKeys ?? []).Concat(domain.Machines.SelectMany(UserKeys.Of))
            .Where(k => !SshKeys.IsKey(k.Value))
            .Select(path => (domain.Name.Value, path));
}
