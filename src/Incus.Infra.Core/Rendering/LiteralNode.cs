using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Rendering;

/// <summary>Prepares what the user wrote in a form of the dialect for Ansible.</summary>
internal static class LiteralNode
{
    /// <summary>
    /// The node without the keys that its shape does not know, with <c>!unsafe</c> on text that Ansible would take
    /// for a template although the dialect does not, and with <c>{}</c> for a mapping without a value.
    /// </summary>
    public static YamlNode Of(YamlNode node, Shape shape) => (node, shape) switch
    {
        (YamlScalar { Type: ScalarType.Text } scalar, TextShape { IsTemplate: false }) when YamlText.HasTemplate(scalar.Text) =>
            new YamlScalar(scalar.Location, scalar.Text, isPlain: false, "!unsafe"),
        (YamlScalar { Type: ScalarType.Null }, { MayBeNull: true }) => new YamlMapping(node.Location, [], node.Weight),
        (YamlSequence list, ListShape { Item: var item }) =>
            new YamlSequence(list.Location, [.. list.Items.Select(i => Of(i, item))], list.Weight),
        (YamlMapping map, MapShape { Value: var value }) => Entries(map, _ => value),
        (YamlMapping map, ObjectShape known) => Entries(map, key => known.Find(key)?.Shape),
        _ => node,
    };

    private static YamlMapping Entries(YamlMapping map, Func<string, Shape?> shapeOf) => new(
        map.Location,
        [
            .. from entry in map.Entries
               let shape = shapeOf(entry.Key.Text)
               where shape is not null
               select KeyValuePair.Create(entry.Key, Of(entry.Value, shape)),
        ],
        map.Weight);
}
