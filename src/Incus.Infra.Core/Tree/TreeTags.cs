using Incus.Infra.Core.Files;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Rendering;
using Incus.Infra.Core.Sections;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Incus.Infra.Core.Tree;

/// <summary>The tags of the plays, roles and tasks that a run can come to, as far as the files of a project say them.</summary>
internal sealed class TreeTags
{
    private static readonly string[] Playbooks = ["import_playbook", "ansible.builtin.import_playbook"];
    private static readonly string[] RoleLists = ["roles", "dependencies"];
    private static readonly string[] RoleTasks =
        ["include_role", "import_role", "ansible.builtin.include_role", "ansible.builtin.import_role"];

    private static readonly string[] TaskFiles =
        ["include_tasks", "import_tasks", "ansible.builtin.include_tasks", "ansible.builtin.import_tasks"];

    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly string _project;

    private TreeTags(string project) => _project = project;

    public IReadOnlySet<string> Names => _names;

    /// <summary>Whether these are all: a template, and a file or role of somewhere else, may have any.</summary>
    public bool AreAll { get; private set; } = true;

    /// <summary>The tags of site.yml as the build writes it.</summary>
    public static IReadOnlySet<string> OfTheBuild { get; } = Generated("")._names;

    /// <summary>These, and those of all YAML files of the project that are the user's.</summary>
    /// <param name="projectDirectory">The project folder, absolute.</param>
    public static TreeTags Of(string projectDirectory)
    {
        var tags = Generated(projectDirectory);
        tags.ReadFolder(projectDirectory);
        return tags;
    }

    private static TreeTags Generated(string project)
    {
        var tags = new TreeTags(project);
        tags.Read(SitePlaybook.Plain);
        tags._names.UnionWith(ProjectFiles.InfraTags);
        // The roles that it names by a template are those of the collection, and those of infra.yml.
        tags.AreAll = true;
        return tags;
    }

    private void ReadFolder(string folder)
    {
        string[] files = [];
        string[] folders = [];
        var fault = FileFault.Of(() =>
        {
            if (_seen.Add(RealPath.Of(folder)))
            {
                (files, folders) = (Directory.GetFiles(folder), Directory.GetDirectories(folder));
            }
        });
        AreAll &= fault is null;
        foreach (var file in files.Where(f => Path.GetExtension(f) is ".yml" or ".yaml"))
        {
            ReadFile(file);
        }

        foreach (var child in folders.Where(IsRead))
        {
            ReadFolder(child);
        }
    }

    private static bool IsRead(string folder) => Path.GetFileName(folder) is var name
        && !name.StartsWith('.')
        && name is not ("obj" or "bin" or "node_modules" or "templates" or "files")
        && !ProjectTree.AnsibleFolders.Contains(name);

    private void ReadFile(string path)
    {
        byte[] content = [];
        if (FileFault.Of(() => content = RegularFile.Read(RealPath.Of(path))) is not null)
        {
            AreAll = false;
            return;
        }

        var section = ManagedSection.Find(content);
        byte[] own = section.Kind == SectionKind.Found ? [.. content[..section.Start], .. content[section.End..]] : content;
        Read(System.Text.Encoding.UTF8.GetString(own));
    }

    private void Read(string yaml)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            foreach (var (key, value) in stream.Documents
                .SelectMany(d => d.AllNodes).OfType<YamlMappingNode>().SelectMany(m => m.Children))
            {
                Read((key as YamlScalarNode)?.Value, value);
            }
        }
        catch (YamlException)
        {
            // Not every such file is Ansible's to read; of one that is, Ansible itself says what is wrong.
            AreAll = false;
        }
    }

    private void Read(string? key, YamlNode value)
    {
        if (key == "tags")
        {
            _names.UnionWith(Texts(value).SelectMany(t => t.Split(',', StringSplitOptions.TrimEntries)));
            AreAll &= !_names.Any(n => n.Contains("{{", StringComparison.Ordinal));
        }
        else if (RoleLists.Contains(key) && value is YamlSequenceNode roles)
        {
            AreAll &= roles.Children.All(IsOwnRole);
        }
        else if (RoleTasks.Contains(key))
        {
            AreAll &= IsOwnRole(value);
        }
        else if (Playbooks.Contains(key) || TaskFiles.Contains(key))
        {
            AreAll &= TextOf(value, "file") is { } file && Path.GetExtension(file) is ".yml" or ".yaml"
                && !file.StartsWith('/') && !file.Contains("..", StringComparison.Ordinal);
        }
    }

    private bool IsOwnRole(YamlNode node) => TextOf(node, "role", "name") is { } name
        && (CollectionRoles.Names.Contains(name)
            || name.StartsWith($"{CollectionRoles.Collection}.", StringComparison.Ordinal)
            || Directory.Exists(Path.Join(_project, "roles", name)));

    /// <summary>A text that stands alone or in a mapping under one of these keys.</summary>
    private static string? TextOf(YamlNode node, params string[] keys) => node is YamlMappingNode mapping
        ? mapping.Children.Where(c => c.Key is YamlScalarNode { Value: { } key } && keys.Contains(key))
            .Select(c => c.Value).OfType<YamlScalarNode>().FirstOrDefault()?.Value
        : (node as YamlScalarNode)?.Value;

    private static IEnumerable<string> Texts(YamlNode node) =>
        node.AllNodes.OfType<YamlScalarNode>().Select(s => s.Value).OfType<string>();
}
