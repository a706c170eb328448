using System.Text;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Rendering;
using Incus.Infra.Core.Rules;
using Incus.Infra.Core.Sections;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Building;

/// <summary>
/// Finds what the images of a project are built of: what infra.yml says, and the roles, files and variables that Ansible reads.
/// Of each a hash, so that a change can be told, and by its name.
/// </summary>
/// <param name="projectDirectory">The project folder.</param>
/// <param name="collections">The folders with Ansible collections.</param>
/// <param name="faults">Takes what cannot be read.</param>
internal sealed class ImageHashes(string projectDirectory, IReadOnlyList<string> collections, DiagnosticBag faults)
{
    private const int Digits = 12;

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        MaxRecursionDepth = 32,
    };

    // A file of the build without anything of the user's.
    private static readonly byte[] UntouchedBytes = Untouched();

    /// <summary>The hashes of each image by what they are of, such as <c>role web</c>.</summary>
    public ImageInputs Of(Infrastructure infra)
    {
        var hashes = new ImageInputs();
        foreach (var image in infra.ImagesInOrder)
        {
            hashes.Add(image.Name.Value, Of(image.Builder, infra.ImageOf(image.Builder) is { } parent
                ? string.Concat(hashes[parent.Name.Value].Select(i => $"\n{i.Key} {i.Value}"))
                : ""));
        }

        return hashes;
    }

    private SortedDictionary<string, string> Of(Machine builder, string parent)
    {
        var inputs = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["from"] = HashOf(builder.OsImage!.Value.Value + parent),
            ["type"] = HashOf(MachineVariables.TypeOf(builder)),
        };
        if (builder.Roles.Count > 0)
        {
            inputs["roles"] = HashOf(string.Join('\n', builder.Roles.Select(r => r.Value)));
        }

        if (builder.Provision.Count > 0)
        {
            var steps = new YamlWriter();
            steps.Nodes("provision", [.. builder.Provision.Select(s => LiteralNode.Of(s, InfraDialect.Provision.Item))]);
            inputs["provision"] = HashOf(steps.ToString());
        }

        if (builder.Vars.Count > 0)
        {
            var vars = new YamlWriter();
            foreach (var (name, value) in builder.Vars)
            {
                vars.Node(name.Value, value);
            }

            inputs["vars"] = HashOf(vars.ToString());
        }

        foreach (var role in builder.Roles.Select(r => r.Value).Distinct(StringComparer.Ordinal))
        {
            if (FolderOf(role) is { } folder)
            {
                Add($"role {role}", folder, Directory.EnumerateFiles(folder, "*", Everything));
            }
        }

        foreach (var path in References.Of(builder).Where(r => r.Kind == ReferenceKind.File).Select(r => r.Name.Value).Distinct())
        {
            Add($"file {path}", projectDirectory, [Path.Join(projectDirectory, path)]);
        }

        foreach (var path in new[]
        {
            "group_vars/all", $"group_vars/{InfraDialect.ImageDomain}", $"host_vars/{builder.Name.Value}",
        })
        {
            AddOwn($"{path}.yml");
        }

        return inputs;

        void Add(string name, string folder, IEnumerable<string> files)
        {
            var text = new StringBuilder();
            if (FileFault.Of(() =>
            {
                foreach (var file in files.Order(StringComparer.Ordinal))
                {
                    text.Append(Path.GetRelativePath(folder, file)).Append(' ')
                        .Append(ContentHash.Of(RegularFile.Read(RealPath.Of(file)))).Append('\n');
                }
            }) is { } fault)
            {
                faults.Add(GeneratingDiagnostics.CannotBeRead(name, fault.Reason));
            }

            inputs[name] = HashOf(text.ToString());
        }

        // What the build itself writes there is of all machines.
        void AddOwn(string path)
        {
            var full = Path.Join(projectDirectory, path);
            byte[] content = [];
            if (File.Exists(full) && FileFault.Of(() => content = RegularFile.Read(RealPath.Of(full))) is { } fault)
            {
                faults.Add(GeneratingDiagnostics.CannotBeRead(path, fault.Reason));
            }

            var search = ManagedSection.Find(content);
            byte[] own = search.Kind == SectionKind.Found ? [.. content[..search.Start], .. content[search.End..]] : content;
            if (own.Length > 0 && !own.AsSpan().SequenceEqual(UntouchedBytes))
            {
                inputs[path] = HashOf(Convert.ToHexString(own));
            }
        }
    }

    private static byte[] Untouched()
    {
        var file = ManagedSection.NewFile("");
        var section = ManagedSection.Find(file);
        return [.. file[..section.Start], .. file[section.End..]];
    }

    private string? FolderOf(string role)
    {
        var own = Path.Join(projectDirectory, "roles", role);
        return Directory.Exists(own) ? own : collections
            .Select(folder => role.Split('.') is [var space, var collection, var name]
                ? Path.Join(folder, "ansible_collections", space, collection, "roles", name)
                : Path.Join(folder, "ansible_collections", "incus", "infra", "roles", role))
            .FirstOrDefault(Directory.Exists);
    }

    private static string HashOf(string text) => ContentHash.Of(text)[..Digits];
}
