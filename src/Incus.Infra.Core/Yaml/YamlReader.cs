using Incus.Infra.Core.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Incus.Infra.Core.Yaml;

/// <summary>
/// Builds a tree of located nodes from one YAML document, with bounds on depth and on what aliases expand to:
/// the text is untrusted.
/// </summary>
internal sealed class YamlReader
{
    /// <summary>Deepest nesting that is read; infra.yml itself needs about ten levels.</summary>
    public const int MaxDepth = 64;

    /// <summary>Most nodes that a document may stand for once its aliases are followed.</summary>
    public const int MaxNodes = 4_000_000;

    private readonly string _file;
    private readonly DiagnosticBag _diagnostics;
    private readonly StrictParser _parser;
    private readonly Dictionary<string, YamlNode> _anchors = [];

    private YamlReader(string file, string text, DiagnosticBag diagnostics)
    {
        _file = file;
        _diagnostics = diagnostics;
        _parser = new StrictParser(new StringReader(text));
    }

    /// <summary>The root of the only document in <paramref name="bytes"/>, or null after adding a diagnostic.</summary>
    public static YamlNode? Read(string file, ReadOnlySpan<byte> bytes, DiagnosticBag diagnostics)
    {
        var text = SourceText.Decode(file, bytes, diagnostics);
        if (text is null)
        {
            return null;
        }

        try
        {
            return new YamlReader(file, text, diagnostics).ReadDocument();
        }
        catch (YamlException e)
        {
            diagnostics.Add(SyntaxFault.Describe(text, At(file, e.Start), e.Message));
            return null;
        }
        catch (ReadingStoppedException e)
        {
            diagnostics.Add(e.Diagnostic);
            return null;
        }
    }

    private YamlNode? ReadDocument()
    {
        _parser.Next(); // Start of the stream.
        if (_parser.Peek() is StreamEnd)
        {
            _diagnostics.Add(ReadingDiagnostics.EmptyDocument(new SourceLocation(_file, 1, 1)));
            return null;
        }

        _parser.Next(); // Start of the document.
        var root = ReadNode(depth: 0);
        _parser.Next(); // End of the document.
        if (_parser.Peek() is DocumentStart second)
        {
            _diagnostics.Add(ReadingDiagnostics.SecondDocument(At(_file, second.Start)));
        }

        return root;
    }

    private YamlNode ReadNode(int depth)
    {
        var current = _parser.Next();
        var location = At(_file, current.Start);
        if (depth > MaxDepth)
        {
            throw new ReadingStoppedException(ReadingDiagnostics.TooDeep(location, MaxDepth));
        }

        switch (current)
        {
            case AnchorAlias alias:
                return _anchors.TryGetValue(alias.Value.Value, out var target)
                    ? target
                    : throw new ReadingStoppedException(ReadingDiagnostics.UnknownAlias(location, alias.Value.Value));
            case Scalar scalar:
                return Remember(scalar, ReadScalar(scalar, location));
            case SequenceStart start:
                RefuseTag(start.Tag, location);
                return Remember(start, ReadSequence(location, depth));
            case MappingStart start:
                RefuseTag(start.Tag, location);
                return Remember(start, ReadMapping(location, depth));
            default:
                // Of a key without value inside of a list, such as "- :", the parser forgets the value.
                throw new ReadingStoppedException(ReadingDiagnostics.Syntax(location, "a value is missing."));
        }
    }

    private T Remember<T>(NodeEvent start, T node)
        where T : YamlNode
    {
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor.Value] = node;
        }

        return node;
    }

    private YamlScalar ReadScalar(Scalar scalar, SourceLocation location)
    {
        // Escapes can name what the file itself must not hold.
        if (LoneSurrogateOrNul(scalar.Value) is { } bad)
        {
            throw new ReadingStoppedException(ReadingDiagnostics.ControlCharacter(location, bad));
        }

        var plain = scalar.Style == ScalarStyle.Plain;
        if (scalar.Tag.IsEmpty)
        {
            return new YamlScalar(location, scalar.Value, plain, tag: null);
        }

        switch (scalar.Tag.Value)
        {
            case "!vault" or "!unsafe":
                return new YamlScalar(location, scalar.Value, isPlain: false, scalar.Tag.Value);
            case "!" or "tag:yaml.org,2002:str":
                return new YamlScalar(location, scalar.Value, isPlain: false, tag: null);
            default:
                RefuseTag(scalar.Tag, location);
                return new YamlScalar(location, scalar.Value, plain, tag: null);
        }
    }

    private static char? LoneSurrogateOrNul(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                i++;
            }
            else if (text[i] == '\0' || char.IsSurrogate(text[i]))
            {
                return text[i];
            }
        }

        return null;
    }

    private YamlSequence ReadSequence(SourceLocation location, int depth)
    {
        var items = new List<YamlNode>();
        var weight = 1;
        while (_parser.Peek() is not SequenceEnd)
        {
            var item = ReadNode(depth + 1);
            weight = Add(weight, item, location);
            items.Add(item);
        }

        _parser.Next();
        return new YamlSequence(location, items, weight);
    }

    private YamlMapping ReadMapping(SourceLocation location, int depth)
    {
        var builder = new MappingBuilder(_diagnostics);
        var weight = 1;
        while (_parser.Peek() is not MappingEnd)
        {
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            weight = Add(Add(weight, key, location), value, location);
            if (key is YamlScalar name)
            {
                builder.Add(name, value);
            }
            else
            {
                _diagnostics.Add(ReadingDiagnostics.KeyNotText(key.Location, key.Kind));
            }
        }

        _parser.Next();
        return new YamlMapping(location, builder.Build(), weight);
    }

    // Aliases share their node, so memory stays small; what grows is the work of everyone who walks the tree.
    private static int Add(int weight, YamlNode child, SourceLocation location) => weight + child.Weight <= MaxNodes
        ? weight + child.Weight
        : throw new ReadingStoppedException(ReadingDiagnostics.TooManyNodes(location, MaxNodes));

    private void RefuseTag(TagName tag, SourceLocation location)
    {
        if (!tag.IsEmpty)
        {
            _diagnostics.Add(ReadingDiagnostics.UnknownTag(location, tag.IsNonSpecific ? "!" : tag.Value));
        }
    }

    private static SourceLocation At(string file, Mark start) => new(file, (int)start.Line, (int)start.Column);

    /// <summary>Ends the reading of a document in which nothing after the fault can be understood.</summary>
    private sealed class ReadingStoppedException(Diagnostic diagnostic) : Exception(diagnostic.Message)
    {
        public Diagnostic Diagnostic { get; } = diagnostic;
    }
}
