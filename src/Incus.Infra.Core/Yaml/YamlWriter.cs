using System.Globalization;
using System.Text;

namespace Incus.Infra.Core.Yaml;

/// <summary>Writes block-style YAML in canonical form: two blanks per level, LF, stable order.</summary>
internal sealed class YamlWriter : IVariableWriter
{
    private const int CommentWidth = 115;

    private readonly StringBuilder _text = new();
    private readonly List<(string Key, int Start)> _variables = [];
    private int _level;

    /// <summary>The keys at the top, each with its text.</summary>
    public IEnumerable<(string Key, string Text)> Variables => _variables.Select((v, i) => (
        v.Key,
        _text.ToString(v.Start, (i + 1 < _variables.Count ? _variables[i + 1].Start : _text.Length) - v.Start)));

    public void Open(string key)
    {
        Key(key).Append('\n');
        _level++;
    }

    public void Close() => _level--;

    public void Empty(string key) => Plain(key, "{}");

    public void Text(string key, string value) => Plain(key, YamlText.Literal(value));

    public void Quoted(string key, string value) => Plain(key, YamlText.QuotedLiteral(value));

    public void Word(string key, string value) => Plain(key, value);

    public void Boolean(string key, bool value) => Plain(key, value ? "true" : "false");

    public void Integer(string key, int value) => Plain(key, value.ToString(CultureInfo.InvariantCulture));

    public void List(string key, IReadOnlyCollection<string> items)
    {
        if (items.Count == 0)
        {
            Plain(key, "[]");
            return;
        }

        Open(key);
        foreach (var item in items)
        {
            Indent().Append("- ").Append(YamlText.Literal(item)).Append('\n');
        }

        Close();
    }

    public void Lists(string key, IReadOnlyCollection<IReadOnlyCollection<string>> lists)
    {
        if (lists.Count == 0)
        {
            Plain(key, "[]");
            return;
        }

        Open(key);
        foreach (var list in lists)
        {
            Indent().Append("- [").AppendJoin(", ", list.Select(YamlText.QuotedLiteral)).Append("]\n");
        }

        Close();
    }

    public void Mappings(string key, IReadOnlyCollection<IEnumerable<(string Key, string Text, string Yaml)>> mappings)
    {
        Open(key);
        foreach (var mapping in mappings)
        {
            var start = "- ";
            foreach (var (name, _, yaml) in mapping)
            {
                Indent().Append(start).Append(name).Append(": ")
                    .Append(yaml.Replace("\n", "\n" + new string(' ', (_level + 2) * 2), StringComparison.Ordinal)).Append('\n');
                start = "  ";
            }
        }

        Close();
    }

    /// <summary>A comment, on as many lines as it takes; what a line cannot show is a question mark.</summary>
    public void Comment(string text)
    {
        var line = new StringBuilder();
        foreach (var word in Excerpt.Visible(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && (_level * 2) + line.Length + word.Length > CommentWidth)
            {
                Indent().Append("# ").Append(line).Append('\n');
                line.Clear();
            }

            line.Append(line.Length == 0 ? "" : " ").Append(word);
        }

        Indent().Append("# ").Append(line).Append('\n');
    }

    public void Blank() => _text.Append('\n');

    public void Plain(string key, string yaml) => Key(key).Append(' ').Append(yaml).Append('\n');

    public void Node(string key, YamlNode node)
    {
        Key(key);
        Value(node);
    }

    public void Nodes(string key, IReadOnlyList<YamlNode> nodes)
    {
        Key(key);
        Items(nodes);
    }

    public override string ToString() => _text.ToString();

    private void Value(YamlNode node)
    {
        switch (node)
        {
            case YamlScalar scalar when YamlText.IsBlock(scalar.Text):
                Block(scalar);
                break;
            case YamlScalar scalar:
                _text.Append(' ').Append(Scalar(scalar)).Append('\n');
                break;
            case YamlSequence { Items.Count: 0 }:
                _text.Append(" []\n");
                break;
            case YamlMapping { Entries.Count: 0 }:
                _text.Append(" {}\n");
                break;
            case YamlSequence sequence:
                Items(sequence.Items);
                break;
            case YamlMapping mapping:
                _text.Append('\n');
                _level++;
                Entries(mapping, onThisLine: false);
                _level--;
                break;
        }
    }

    private void Items(IReadOnlyList<YamlNode> items)
    {
        _text.Append('\n');
        _level++;
        foreach (var item in items)
        {
            Indent().Append('-');
            if (item is YamlMapping { Entries.Count: > 0 } mapping)
            {
                _text.Append(' ');
                _level++;
                Entries(mapping, onThisLine: true);
                _level--;
            }
            else
            {
                Value(item);
            }
        }

        _level--;
    }

    private void Entries(YamlMapping mapping, bool onThisLine)
    {
        foreach (var (key, value) in mapping.Entries)
        {
            (onThisLine ? _text : Indent()).Append(Scalar(key)).Append(':');
            onThisLine = false;
            Value(value);
        }
    }

    private void Block(YamlScalar scalar)
    {
        var tag = scalar.Tag is null ? "" : $" {scalar.Tag}";
        _text.Append(tag).Append(scalar.Text.EndsWith('\n') ? " |\n" : " |-\n");
        _level++;
        foreach (var line in scalar.Text.TrimEnd('\n').Split('\n'))
        {
            // Blanks at the end of a line would be read, but not seen.
            (line.Length == 0 ? _text : Indent()).Append(line).Append('\n');
        }

        _level--;
    }

    private static string Scalar(YamlScalar scalar) => scalar switch
    {
        { Tag: { } tag } => $"{tag} {YamlText.Quoted(scalar.Text)}",
        { Type: ScalarType.Text } => YamlText.Scalar(scalar.Text),
        { Type: ScalarType.Null } => "null",
        { Type: ScalarType.Boolean } => bool.Parse(scalar.Text) ? "true" : "false",
        _ => scalar.Text,
    };

    private StringBuilder Key(string key)
    {
        if (_level == 0)
        {
            _variables.Add((key, _text.Length));
        }

        return Indent().Append(YamlText.Scalar(key)).Append(':');
    }

    private StringBuilder Indent() => _text.Append(' ', _level * 2);
}
