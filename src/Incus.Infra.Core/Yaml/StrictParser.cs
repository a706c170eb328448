using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Incus.Infra.Core.Yaml;

/// <summary>
/// The events of a document, one after the other. Complains by <see cref="YamlException"/> with a place only; the parser
/// of YamlDotNet 18.1 knows other ways too.
/// </summary>
internal sealed class StrictParser(TextReader text)
{
    private readonly Parser _parser = new(text);
    private ParsingEvent? _next;

    /// <summary>The next event, which stays the next one.</summary>
    public ParsingEvent Peek() => _next ??= Read();

    /// <summary>The next event, which is then consumed.</summary>
    public ParsingEvent Next()
    {
        var next = Peek();
        _next = null;
        return next;
    }

    private ParsingEvent Read()
    {
        var from = _parser.Current?.End ?? Mark.Empty;
        try
        {
            return _parser.MoveNext() ? _parser.Current! : throw new SemanticErrorException(from, from, "the file ends here");
        }
        catch (YamlException e) when (e.End.Index == 0)
        {
            throw new SyntaxErrorException(from, from, e.Message);
        }
        catch (InvalidOperationException)
        {
            throw new SyntaxErrorException(from, from, "a line inside { } or [ ] is indented with a tab or not at all");
        }
        catch (ArgumentException e)
        {
            // A tag that is no URI, an anchor without name, or "\UFFFFFFFF".
            throw new SyntaxErrorException(from, from, e.Message.Split(" (Parameter")[0]);
        }
    }
}
