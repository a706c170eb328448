using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Building;

/// <summary>Reads files that infra.yml names: they are sources as infra.yml itself.</summary>
internal static class NamedFiles
{
    /// <summary>Their contents by path; one that is not there is left for the compiler to tell.</summary>
    /// <param name="options">Where the project is.</param>
    /// <param name="named">The files, each with the domain that names it.</param>
    /// <param name="faults">Takes what cannot be read, and what is outside the project folder.</param>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Read(
        BuildOptions options, IEnumerable<(string Domain, Located<string> Path)> named, DiagnosticBag faults)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var tree = new ProjectTree(options.ProjectDirectory);
        foreach (var (domain, path) in named)
        {
            if (files.ContainsKey(path.Value))
            {
                continue;
            }

            switch (tree.Look(path.Value))
            {
                case EntryKind.Outside:
                    faults.Add(RuleDiagnostics.FileLeavesProject(path.At, $"Domain '{domain}'", path.Value));
                    break;
                case EntryKind.File when SourceReader.Read(options, path.Value, faults).Content is { } content:
                    files.Add(path.Value, content);
                    break;
            }
        }

        return files;
    }
}
