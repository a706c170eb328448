using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.Yaml;

/// <summary>Collects the entries of one mapping: rejects duplicate keys and resolves merge keys (<c>&lt;&lt;</c>).</summary>
internal sealed class MappingBuilder(DiagnosticBag diagnostics)
{
    // Most mappings are small, and then a look at each key is quicker than a table of them.
    private const int SmallMapping = 16;

    private readonly List<KeyValuePair<YamlScalar, YamlNode>> _entries = [];
    private Dictionary<string, YamlScalar>? _keys;
    private List<YamlNode>? _merged;

    public void Add(YamlScalar key, YamlNode value)
    {
        if (key is { Text: "<<", IsPlain: true })
        {
            (_merged ??= []).Add(value);
        }
        else if (Find(key.Text) is { } first)
        {
            diagnostics.Add(ReadingDiagnostics.DuplicateKey(key.Location, key.Text, first.Location.Line));
        }
        else
        {
            Append(new(key, value));
        }
    }

    public IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> Build()
    {
        foreach (var node in _merged ?? [])
        {
            Merge(node);
        }

        return _entries;
    }

    // The mapping's own keys win over merged ones, and earlier merged mappings over later ones.
    private void Merge(YamlNode node)
    {
        switch (node)
        {
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries.Where(e => Find(e.Key.Text) is null))
                {
                    Append(entry);
                }

                break;
            case YamlSequence sequence when sequence.Items.All(i => i is YamlMapping):
                foreach (var item in sequence.Items)
                {
                    Merge(item);
                }

                break;
            default:
                diagnostics.Add(ReadingDiagnostics.BadMerge(node.Location, node.Kind));
                break;
        }
    }

    private void Append(KeyValuePair<YamlScalar, YamlNode> entry)
    {
        _entries.Add(entry);
        _keys?.Add(entry.Key.Text, entry.Key);
    }

    private YamlScalar? Find(string key)
    {
        if (_entries.Count > SmallMapping)
        {
            _keys ??= _entries.ToDictionary(e => e.Key.Text, e => e.Key, StringComparer.Ordinal);
            return _keys.GetValueOrDefault(key);
        }

        foreach (var (name, _) in _entries)
        {
            if (name.Text == key)
            {
                return name;
            }
        }

        return null;
    }
}
