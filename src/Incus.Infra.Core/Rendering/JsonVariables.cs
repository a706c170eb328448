using System.Text.Json.Nodes;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Rendering;

/// <summary>Variables as JSON for the engine, which takes no notice of the nodes that only Ansible uses.</summary>
internal sealed class JsonVariables : IVariableWriter
{
    private readonly Stack<JsonObject> _open = new([new JsonObject()]);

    public JsonObject Root => _open.Last();

    public void Open(string key)
    {
        var mapping = new JsonObject();
        Add(key, mapping);
        _open.Push(mapping);
    }

    public void Close() => _open.Pop();

    public void Empty(string key) => Add(key, new JsonObject());

    public void Text(string key, string value) => Add(key, JsonValue.Create(value));

    public void Quoted(string key, string value) => Text(key, value);

    public void Word(string key, string value) => Text(key, value);

    public void Boolean(string key, bool value) => Add(key, JsonValue.Create(value));

    public void Integer(string key, int value) => Add(key, JsonValue.Create(value));

    public void List(string key, IReadOnlyCollection<string> items) => Add(key, Array(items));

    public void Lists(string key, IReadOnlyCollection<IReadOnlyCollection<string>> lists) =>
        Add(key, new JsonArray([.. lists.Select(Array)]));

    public void Mappings(string key, IReadOnlyCollection<IEnumerable<(string Key, string Text, string Yaml)>> mappings) =>
        Add(key, new JsonArray([.. mappings.Select(m => new JsonObject(
            m.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)JsonValue.Create(e.Text)))))]));

    public void Node(string key, YamlNode node)
    {
    }

    public void Nodes(string key, IReadOnlyList<YamlNode> nodes)
    {
    }

    private static JsonArray Array(IEnumerable<string> items) => new([.. items.Select(i => JsonValue.Create(i))]);

    private void Add(string key, JsonNode value) => _open.Peek().Add(key, value);
}
