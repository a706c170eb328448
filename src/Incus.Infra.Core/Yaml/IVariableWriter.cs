namespace Incus.Infra.Core.Yaml;

/// <summary>Takes variables one by one; text is a string that nothing evaluates, however it looks.</summary>
internal interface IVariableWriter
{
    /// <summary>Begins a mapping under <paramref name="key"/>.</summary>
    void Open(string key);

    /// <summary>Ends the mapping begun last.</summary>
    void Close();

    /// <summary>A mapping without keys.</summary>
    void Empty(string key);

    void Text(string key, string value);

    /// <summary>Text that must be seen to be text.</summary>
    void Quoted(string key, string value);

    /// <summary>A word that is a boolean in YAML, or text.</summary>
    void Word(string key, string value);

    void Boolean(string key, bool value);

    void Integer(string key, int value);

    void List(string key, IReadOnlyCollection<string> items);

    /// <summary>A list of lists of texts.</summary>
    void Lists(string key, IReadOnlyCollection<IReadOnlyCollection<string>> lists);

    /// <summary>A list of mappings, each value both as text and as YAML, perhaps of several lines.</summary>
    void Mappings(string key, IReadOnlyCollection<IEnumerable<(string Key, string Text, string Yaml)>> mappings);

    /// <summary>A node of the user, types, tags and templates unchanged.</summary>
    void Node(string key, YamlNode node);

    void Nodes(string key, IReadOnlyList<YamlNode> nodes);
}
