using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Building;

/// <summary>Reads the files of public keys that infra.yml names: they are sources as infra.yml itself.</summary>
internal static class KeyFiles
{
    /// <summary>Their contents by path; one that is not there is left for the compiler to tell.</summary>
    /// <param name="options">Where the project is.</param>
    /// <param name="infraPath">Path of infra.yml for diagnostics.</param>
    /// <param name="infra">Its content.</param>
    /// <param name="tables">The CSV files that it names: each copy may have a file of its own.</param>
    /// <param name="faults">Takes what cannot be read, and what is outside the project folder.</param>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Read(
        BuildOptions options,
        string infraPath,
        ReadOnlySpan<byte> infra,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> tables,
        DiagnosticBag faults)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        // Most have none, and reading YAML takes time.
        if (infra.IndexOf("ssh_keys"u8) < 0 || YamlReader.Read(infraPath, infra, new DiagnosticBag()) is not YamlMapping root)
        {
            return files;
        }

        var tree = new ProjectTree(options.ProjectDirectory);
        foreach (var domain in new CopyExpansion(tables, new DiagnosticBag()).Expand(ModelBinder.Bind(root)).Domains)
        {
            foreach (var path in (domain.Access?.SshKeys ?? []).Where(k => !SshKeys.IsKey(k.Value)))
            {
                if (files.ContainsKey(path.Value))
                {
                    continue;
                }

                switch (tree.Look(path.Value))
                {
                    case EntryKind.Outside:
                        faults.Add(RuleDiagnostics.FileLeavesProject(path.At, $"Domain '{domain.Name.Value}'", path.Value));
                        break;
                    case EntryKind.File when SourceReader.Read(options, path.Value, faults).Content is { } content:
                        files.Add(path.Value, content);
                        break;
                }
            }
        }

        return files;
    }
}
