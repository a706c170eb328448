using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Incus.Infra.Sdk.Tests.Molecule;

/// <summary>A scenario as its molecule.yml describes it to Molecule; what is not there has Molecule's default.</summary>
internal sealed partial class Scenario
{
    private static readonly string[] DefaultSequence =
    [
        "dependency", "cleanup", "destroy", "syntax", "create", "prepare", "converge", "idempotence", "side_effect", "verify",
        "cleanup", "destroy",
    ];

    private readonly string _folder;
    private readonly YamlNode _config;

    /// <param name="folder">The one of molecule.yml, two below the project's.</param>
    /// <param name="ephemeral">Where <see cref="Write"/> puts what Ansible reads.</param>
    /// <param name="variables">Further variables that molecule.yml may name.</param>
    public Scenario(string folder, string ephemeral, IReadOnlyDictionary<string, string> variables)
    {
        _folder = folder;
        EphemeralFolder = ephemeral;
        Environment = new Dictionary<string, string>(variables)
        {
            ["MOLECULE_PROJECT_DIRECTORY"] = Path.GetFullPath(Path.Join(folder, "..", "..")),
            ["MOLECULE_SCENARIO_DIRECTORY"] = folder,
            ["MOLECULE_EPHEMERAL_DIRECTORY"] = ephemeral,
            ["MOLECULE_FILE"] = Path.Join(ephemeral, "molecule.yml"),
            ["ANSIBLE_CONFIG"] = Path.Join(ephemeral, "ansible.cfg"),
        };
        _config = ScenarioYaml.Parse(Interpolated(File.ReadAllText(Path.Join(folder, "molecule.yml"))));
        ScenarioSchema.Faults(_config).ShouldBeEmpty();
        foreach (var (name, value) in _config.At("provisioner", "env").Entries())
        {
            Environment[name] = $"{value}";
        }
    }

    /// <summary>The program of the step of that name, or null.</summary>
    public string? Dependency => _config.At("dependency", "command") is { } command
        ? Path.Join(Environment["MOLECULE_PROJECT_DIRECTORY"], $"{command}")
        : null;

    /// <summary>The steps of <c>molecule test</c>, in order.</summary>
    public IReadOnlyList<string> Sequence =>
        _config.At("scenario", "test_sequence") is YamlSequenceNode sequence
            ? [.. sequence.Select(step => $"{step}")]
            : DefaultSequence;

    /// <summary>What Ansible gets beside its usual variables.</summary>
    public Dictionary<string, string> Environment { get; }

    private string EphemeralFolder { get; }

    /// <summary>The playbook of a step, or null where the scenario has none.</summary>
    public string? Playbook(string step)
    {
        var file = Path.GetFullPath(Path.Join(_folder, $"{_config.At("provisioner", "playbooks", step) ?? $"{step}.yml"}"));
        return File.Exists(file) ? file : null;
    }

    /// <summary>Writes ansible.cfg and the inventory, and returns the folder of the latter.</summary>
    public string Write()
    {
        var inventory = Path.Join(EphemeralFolder, "inventory");
        Directory.CreateDirectory(inventory);
        ScenarioYaml.Save(_config, Environment["MOLECULE_FILE"]);
        File.WriteAllLines(Environment["ANSIBLE_CONFIG"], Settings());
        ScenarioYaml.Save(Platforms(), Path.Join(inventory, "ansible_inventory.yml"));
        if (_config.At("provisioner", "inventory", "hosts") is { } hosts)
        {
            ScenarioYaml.Save(hosts, Path.Join(inventory, "hosts"));
        }

        foreach (var kind in (string[])["group_vars", "host_vars"])
        {
            Directory.CreateDirectory(Path.Join(inventory, kind));
            foreach (var (name, variables) in _config.At("provisioner", "inventory", kind).Entries())
            {
                ScenarioYaml.Save(variables, Path.Join(inventory, kind, name));
            }
        }

        return inventory;
    }

    private IEnumerable<string> Settings() => _config.At("provisioner", "config_options").Entries()
        .SelectMany(section => section.Value.Entries().Select(s => $"{s.Name} = {s.Value}").Prepend($"[{section.Name}]"));

    private YamlMappingNode Platforms()
    {
        var connection = _config.At("driver", "options", "ansible_connection_options") ?? new YamlMappingNode();
        var inventory = new YamlMappingNode { { "all", new YamlMappingNode("vars", MoleculeVariables()) } };
        foreach (var platform in _config.At("platforms") as YamlSequenceNode ?? [])
        {
            foreach (var group in platform.At("groups") as YamlSequenceNode ?? ["ungrouped"])
            {
                if (inventory.At($"{group}", "hosts") is not YamlMappingNode hosts)
                {
                    hosts = [];
                    inventory.Add(group, new YamlMappingNode("hosts", hosts));
                }

                hosts.Add(platform["name"], connection);
            }
        }

        return inventory;
    }

    private static YamlMappingNode MoleculeVariables() => new(
        "molecule_yml", "{{ lookup('file', lookup('env', 'MOLECULE_FILE')) | from_yaml }}",
        "molecule_ephemeral_directory", "{{ lookup('env', 'MOLECULE_EPHEMERAL_DIRECTORY') }}",
        "molecule_scenario_directory", "{{ lookup('env', 'MOLECULE_SCENARIO_DIRECTORY') }}");

    // Molecule replaces in the whole text, comments as well, before it reads it as YAML.
    private string Interpolated(string text)
    {
        Dollar().Matches(text).Where(dollar => Value(dollar) is null).Select(dollar => dollar.Value).ShouldBeEmpty(
            "Molecule refuses these, or puts there what its own environment has. $$ is a dollar sign.");
        return Dollar().Replace(text, dollar => Value(dollar)!);
    }

    private string? Value(Match dollar) => dollar.Value == "$$" ? "$"
        : Environment.GetValueOrDefault(dollar.Groups["name"].Value)
            ?? (dollar.Groups["default"] is { Success: true, Value: var value } ? value : null);

    [GeneratedRegex(@"\$(\$|\{(?<name>[A-Z_]\w*)(:-(?<default>[^}$]+))?\}|\w*)")]
    private static partial Regex Dollar();
}
