namespace Incus.Infra.Core.Yaml;

/// <summary>A node of a YAML document that remembers where it was written.</summary>
/// <param name="location">First character of the node.</param>
internal abstract class YamlNode(SourceLocation location)
{
    public SourceLocation Location { get; } = location;

    /// <summary>
    /// Number of nodes below and including this one, with every alias counted as often as it is used, and long text
    /// counted as several nodes.
    /// </summary>
    public int Weight { get; protected init; } = 1;

    /// <summary>What the node is, in words for a message.</summary>
    public abstract string Kind { get; }
}

/// <summary>The type that YAML 1.2 (core schema) gives to a scalar.</summary>
internal enum ScalarType
{
    /// <summary>Anything in quotes, and plain text that is nothing else.</summary>
    Text,

    /// <summary>Empty, <c>~</c> or <c>null</c>.</summary>
    Null,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    Integer,

    /// <summary>A number with a fraction or an exponent.</summary>
    Float,
}

/// <summary>A single value.</summary>
internal sealed class YamlScalar : YamlNode
{
    private const int TextPerNode = 32;

    public YamlScalar(SourceLocation location, string text, bool isPlain, string? tag)
        : base(location)
    {
        Text = text;
        IsPlain = isPlain;
        Tag = tag;
        Type = isPlain && tag is null ? YamlCoreSchema.TypeOf(text) : ScalarType.Text;
        Weight = 1 + (text.Length / TextPerNode);
    }

    /// <summary>The text as written, quotes and escapes resolved.</summary>
    public string Text { get; }

    /// <summary>Whether it was written without quotes.</summary>
    public bool IsPlain { get; }

    /// <summary><c>!vault</c>, <c>!unsafe</c> or null.</summary>
    public string? Tag { get; }

    /// <summary>The type under the YAML 1.2 core schema.</summary>
    public ScalarType Type { get; }

    public override string Kind => Type switch
    {
        ScalarType.Null => "empty",
        ScalarType.Boolean => $"the boolean {Text}",
        ScalarType.Integer or ScalarType.Float => $"the number {Excerpt.Of(Text)}",
        _ => $"the text '{Excerpt.Of(Text)}'",
    };
}

/// <summary>A list.</summary>
internal sealed class YamlSequence : YamlNode
{
    public YamlSequence(SourceLocation location, IReadOnlyList<YamlNode> items, int weight)
        : base(location)
    {
        Items = items;
        Weight = weight;
    }

    /// <summary>The items in order.</summary>
    public IReadOnlyList<YamlNode> Items { get; }

    public override string Kind => "a list";
}

/// <summary>A mapping; its keys are unique.</summary>
internal sealed class YamlMapping : YamlNode
{
    public YamlMapping(
        SourceLocation location, IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> entries, int weight)
        : base(location)
    {
        Entries = entries;
        Weight = weight;
    }

    /// <summary>Keys and values in the order of the file.</summary>
    public IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> Entries { get; }

    public override string Kind => "a mapping";

    /// <summary>The same with another value under <paramref name="key"/>, if there is one of this kind.</summary>
    public YamlMapping With<T>(string key, Func<T, T> change)
        where T : YamlNode => Find(key) is T
            ? new(Location, [.. Entries.Select(e => e.Key.Text == key ? new(e.Key, change((T)e.Value)) : e)], Weight)
            : this;

    /// <summary>The value under <paramref name="key"/>, or null.</summary>
    public YamlNode? Find(string key)
    {
        foreach (var (name, value) in Entries)
        {
            if (name.Text == key)
            {
                return value;
            }
        }

        return null;
    }
}
