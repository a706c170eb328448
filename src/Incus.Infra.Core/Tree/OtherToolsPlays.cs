using System.Text;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Sections;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Incus.Infra.Core.Tree;

/// <summary>Plays of the user's that would do again, and otherwise, what the first play of site.yml does.</summary>
internal static class OtherToolsPlays
{
    private const string Site = "site.yml";

    // AnKLuMe's.
    private static readonly string[] Roles =
        ["incus_networks", "incus_projects", "incus_profiles", "incus_storage", "incus_instances", "incus_nftables"];

    private static readonly string[] RoleTasks =
        ["include_role", "import_role", "ansible.builtin.include_role", "ansible.builtin.import_role"];

    /// <summary>Tells each of them, at its place in the file as the build leaves it.</summary>
    /// <param name="plan">What becomes of the files.</param>
    /// <param name="faults">Takes what is told.</param>
    public static void Check(IReadOnlyList<PlannedFile> plan, DiagnosticBag faults)
    {
        if (plan.FirstOrDefault(f => f.Path == Site) is not { Kind: not ChangeKind.Created } site)
        {
            return;
        }

        var content = site.After;
        if (site.Kind == ChangeKind.Unchanged
            && FileFault.Of(() => content = RegularFile.Read(site.Place.RealPath)) is { } fault)
        {
            faults.Add(GeneratingDiagnostics.CannotBeRead(Site, fault.Reason));
        }

        foreach (var (play, roles) in Plays(Own(content)))
        {
            faults.Add(RuleDiagnostics.PlayOfOtherTool(
                new SourceLocation(Site, (int)play.Start.Line, (int)play.Start.Column),
                TextOf(play, "name") ?? "",
                roles));
        }
    }

    // As many lines as there are.
    private static string Own(byte[] content)
    {
        var section = ManagedSection.Find(content);
        return section.Kind != SectionKind.Found ? Encoding.UTF8.GetString(content)
            : Encoding.UTF8.GetString(content.AsSpan(0, section.Start))
                + new string('\n', content.AsSpan(section.Start, section.End - section.Start).Count((byte)'\n'))
                + Encoding.UTF8.GetString(content.AsSpan(section.End));
    }

    private static IEnumerable<(YamlMappingNode Play, IReadOnlyList<string> Roles)> Plays(string yaml)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException)
        {
            // Ansible says what is wrong with it.
            return [];
        }

        return
            from document in stream.Documents
            where document.RootNode is YamlSequenceNode
            from play in ((YamlSequenceNode)document.RootNode).Children.OfType<YamlMappingNode>()
            let roles = Roles.Intersect(RolesOf(play)).ToList()
            where roles.Count > 0
            select (play, (IReadOnlyList<string>)roles);
    }

    private static IEnumerable<string?> RolesOf(YamlMappingNode play) => play.AllNodes.OfType<YamlMappingNode>()
        .SelectMany(m => m.Children)
        .SelectMany(c => ((c.Key as YamlScalarNode)?.Value, c.Value) switch
        {
            ("roles", YamlSequenceNode roles) => roles.Children.Select(r => TextOf(r, "role") ?? TextOf(r, "name")),
            ({ } key, var role) when RoleTasks.Contains(key) => [TextOf(role, "name")],
            _ => [],
        });

    private static string? TextOf(YamlNode node, string key) => node is YamlMappingNode mapping
        ? (mapping.Children.FirstOrDefault(c => (c.Key as YamlScalarNode)?.Value == key).Value as YamlScalarNode)?.Value
        : (node as YamlScalarNode)?.Value;
}
