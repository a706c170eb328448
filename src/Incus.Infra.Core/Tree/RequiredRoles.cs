using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Tree;

/// <summary>The roles that ansible-galaxy installs in the folder <c>roles</c>.</summary>
internal static class RequiredRoles
{
    /// <summary>The file beside the playbook: the build writes a section of it, and the user's roles stand outside.</summary>
    private const string Generated = "requirements.yml";

    /// <summary>The user's own file.</summary>
    public const string Own = "roles/requirements.yml";

    private static readonly string[] Ends = [".git", ".tar.gz"];

    /// <summary>Their names, each with the file that requires it.</summary>
    /// <param name="tree">The project folder.</param>
    /// <param name="faults">Takes what cannot be read.</param>
    public static IReadOnlyDictionary<string, string> Read(ProjectTree tree, DiagnosticBag faults)
    {
        var roles = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in new[] { Own, Generated })
        {
            if (tree.Locate(file, out _) is { Entry.Kind: EntryKind.File } place)
            {
                foreach (var name in Names(file, place.RealPath, faults))
                {
                    roles[name] = file;
                }
            }
        }

        return roles;
    }

    private static IEnumerable<string> Names(string file, string path, DiagnosticBag faults)
    {
        byte[] content = [];
        if (FileFault.Of(() => content = RegularFile.Read(path)) is { } fault)
        {
            faults.Add(GeneratingDiagnostics.CannotBeRead(file, fault.Reason));
        }

        // Until version 2 of Galaxy a file was the list of roles itself.
        var items = content.Length == 0 ? [] : YamlReader.Read(file, content, faults) switch
        {
            YamlMapping mapping => mapping.Items("roles"),
            YamlSequence list => list.Items,
            _ => [],
        };
        return items.Select(NameOf).OfType<string>();
    }

    // What has no name gets that of its repository or archive.
    private static string? NameOf(YamlNode item) => item switch
    {
        YamlScalar { Type: ScalarType.Text } source => NameIn(source.Text),
        YamlMapping role when role.Text("name") is { } name => name.Value,
        YamlMapping role when role.Text("src") is { } source => NameIn(source.Value),
        _ => null,
    };

    private static string NameIn(string source)
    {
        var name = source.Split(',')[0].Split('/')[^1];
        return Ends.FirstOrDefault(name.EndsWith) is { } end ? name[..^end.Length] : name;
    }
}
