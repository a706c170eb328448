using System.Text;

namespace Incus.Infra.Core.Sections;

/// <summary>Walks over the lines of a file without decoding it. A byte order mark belongs to no line.</summary>
internal ref struct ByteLines
{
    private readonly ReadOnlySpan<byte> _content;

    public ByteLines(ReadOnlySpan<byte> content)
    {
        _content = content;
        Position = content.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
    }

    /// <summary>Offset where the next line begins.</summary>
    public int Position { get; private set; }

    /// <summary>Offset of the current line's first byte.</summary>
    public int Start { get; private set; }

    /// <summary>Offset behind the current line's line end.</summary>
    public readonly int End => Position;

    /// <summary>Number of the current line, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The current line without trailing blanks and line end.</summary>
    public readonly ReadOnlySpan<byte> Text => _content[Start..End].TrimEnd(" \t\r\n"u8);

    public readonly bool IsBlank => Text.IsEmpty;

    public readonly bool BeginsWith(char first) => !IsBlank && Text[0] == first;

    public readonly bool Is(ReadOnlySpan<char> ascii) => Ascii.Equals(Text, ascii);

    public bool MoveNext()
    {
        if (Position == _content.Length)
        {
            return false;
        }

        Start = Position;
        var length = _content[Start..].IndexOf((byte)'\n');
        Position = length < 0 ? _content.Length : Start + length + 1;
        Number++;
        return true;
    }
}
