using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Model;

/// <summary>
/// Typed access to the entries of a mapping; what is absent or of another type comes back as null, or as an empty list that costs
/// nothing: most machines say little.
/// </summary>
internal static class NodeAccess
{
    public static Located<string>? Text(this YamlMapping mapping, string key, TextShape? form = null) =>
        mapping.Find(key) is YamlScalar { Type: ScalarType.Text } scalar && form?.Accepts(scalar.Text) != false
            ? new(scalar.Text, scalar.Location)
            : null;

    public static bool? Boolean(this YamlMapping mapping, string key) =>
        mapping.Find(key) is YamlScalar { Type: ScalarType.Boolean } scalar ? bool.Parse(scalar.Text) : null;

    public static Located<int>? Integer(this YamlMapping mapping, string key) => Integer(mapping.Find(key));

    public static IEnumerable<int> Integers(this YamlMapping mapping, string key) =>
        mapping.Items(key).Select(Integer).OfType<Located<int>>().Select(i => i.Value);

    public static IReadOnlyList<YamlNode> Items(this YamlMapping mapping, string key) =>
        mapping.Find(key) is YamlSequence sequence ? sequence.Items : [];

    public static IEnumerable<Located<string>> Texts(this YamlMapping mapping, string key) => mapping.Items(key) is [_, ..] items
        ? items.OfType<YamlScalar>().Where(s => s.Type == ScalarType.Text).Select(s => new Located<string>(s.Text, s.Location))
        : [];

    /// <summary>The items under <paramref name="key"/> that are mappings.</summary>
    public static IEnumerable<YamlMapping> Mappings(this YamlMapping mapping, string key) =>
        mapping.Items(key) is [_, ..] items ? items.OfType<YamlMapping>() : [];

    public static IEnumerable<YamlMapping> AptRepositories(this Machine machine) => machine.Provision
        .Select(s => s.Find("apt"))
        .OfType<YamlMapping>()
        .SelectMany(a => a.Mappings("repositories"));

    /// <summary>The items of all steps of a method whose value is a list, such as <c>files</c>.</summary>
    public static IEnumerable<YamlMapping> ItemsOfSteps(this Machine machine, string method) =>
        machine.Provision.SelectMany(s => s.Mappings(method));

    public static IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> Entries(this YamlMapping mapping, string key) =>
        mapping.Find(key) is YamlMapping child ? child.Entries : [];

    public static IEnumerable<Located<string>> Keys(this YamlMapping mapping, string key) =>
        mapping.Entries(key).Select(e => new Located<string>(e.Key.Text, e.Key.Location));

    /// <summary>The entries under <paramref name="key"/> that are mappings themselves.</summary>
    public static IEnumerable<(Located<string> Name, YamlMapping Body)> Children(this YamlMapping mapping, string key) =>
        mapping.Entries(key) is [_, ..] entries
            ? from entry in entries
              let body = AsMapping(entry.Value)
              where body is not null
              select (new Located<string>(entry.Key.Text, entry.Key.Location), body)
            : [];

    public static YamlMapping? Mapping(this YamlMapping mapping, string key) => AsMapping(mapping.Find(key));

    // A key without value is an empty mapping.
    private static YamlMapping? AsMapping(YamlNode? node) => node switch
    {
        YamlMapping mapping => mapping,
        YamlScalar { Type: ScalarType.Null } => new YamlMapping(node.Location, [], node.Weight),
        _ => null,
    };

    private static Located<int>? Integer(YamlNode? node) =>
        node is YamlScalar { Type: ScalarType.Integer } scalar && ShapeChecker.TryInteger(scalar.Text, out var value)
            ? new(value, scalar.Location)
            : null;
}
