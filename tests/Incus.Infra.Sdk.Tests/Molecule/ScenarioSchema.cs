using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Incus.Infra.Sdk.Tests.Molecule;

/// <summary>
/// What of Molecule's schema the scenarios use: the keys that <see cref="Scenario"/> reads or that change nothing here, each
/// with what Molecule takes there. The rest it refuses itself, or only it would obey.
/// </summary>
internal static partial class ScenarioSchema
{
    // A star is any other key, and one with an exclamation mark is needed. A list shows one element for all of its own.
    private static readonly YamlNode Known = ScenarioYaml.Parse("""
        dependency: {name!: shell, command: (text)}
        driver:
          name: default
          options: {managed: (boolean), login_cmd_template: (text), ansible_connection_options: {"*": (text)}}
        platforms!: [{name!: (text), groups: [(text)], image: (text), address: (any)}]
        prerun: (boolean)
        provisioner:
          name: ansible
          env: {"*": (text)}
          config_options: {defaults: {force_valid_group_names: (text)}}
          playbooks: {"*": (text)}
          inventory: {hosts: {"*": (any)}, group_vars: {"*": (any)}, host_vars: {"*": (any)}}
        scenario: {test_sequence: [cleanup|converge|create|dependency|destroy|idempotence|prepare|side_effect|syntax|verify]}
        verifier: {name: ansible}
        """);

    /// <summary>Where a molecule.yml is not of this schema, and what may be there.</summary>
    public static IEnumerable<string> Faults(YamlNode config) => Faults(config, Known, "");

    private static IEnumerable<string> Faults(YamlNode node, YamlNode known, string path) => (node, known) switch
    {
        (YamlMappingNode, YamlMappingNode mapping) =>
        [
            .. mapping.Entries().Where(entry => entry.Name.EndsWith('!') && node.At(entry.Name[..^1]) is null)
                .Select(entry => $"{path}/{entry.Name[..^1]}: Molecule needs it"),
            .. node.Entries().SelectMany(entry =>
                (mapping.At(entry.Name) ?? mapping.At($"{entry.Name}!") ?? mapping.At("*")) is { } value
                    ? Faults(entry.Value, value, $"{path}/{entry.Name}")
                    : [$"{path}/{entry.Name}: only Molecule itself would obey it"]),
        ],
        (YamlSequenceNode sequence, YamlSequenceNode list) => sequence.SelectMany((e, i) => Faults(e, list[0], $"{path}/{i}")),
        (_, YamlScalarNode { Value: "(any)" }) => [],
        (YamlScalarNode scalar, YamlScalarNode { Value: { } word }) when Fits(scalar, word) => [],
        _ => [$"{path}: Molecule takes only {known} there"],
    };

    private static bool Fits(YamlScalarNode scalar, string word)
    {
        var isText = scalar.Style != ScalarStyle.Plain || !OtherThanText().IsMatch(scalar.Value!);
        return word switch
        {
            "(text)" => isText,
            "(boolean)" => !isText && Boolean().IsMatch(scalar.Value!),
            _ => word.Split('|').Contains(scalar.Value),
        };
    }

    // YAML 1.1, as Molecule reads it: nothing, booleans, numbers, and dates.
    [GeneratedRegex(
        @"^(~?|null|true|false|yes|no|on|off|\d{4}-\d\d?-\d\d?.*"
        + @"|[-+]?(0[xb][\da-f_]+|\d[\d_]*(:[0-5]?\d)*(\.[\d_]*(e[-+]\d+)?)?|\.\d[\d_]*(e[-+]\d+)?|\.inf|\.nan))$",
        RegexOptions.IgnoreCase)]
    private static partial Regex OtherThanText();

    [GeneratedRegex("^(true|false|yes|no|on|off)$", RegexOptions.IgnoreCase)]
    private static partial Regex Boolean();
}
