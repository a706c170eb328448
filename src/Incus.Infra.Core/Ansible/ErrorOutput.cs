using System.Globalization;
using System.Text.RegularExpressions;

namespace Incus.Infra.Core.Ansible;

/// <summary>An error that Ansible reports outside any task.</summary>
/// <param name="Message">Ansible's words.</param>
/// <param name="File">The file it is about, absolute, or empty.</param>
/// <param name="Line">The line in it, or 0.</param>
/// <param name="Column">The column in it, or 0.</param>
internal sealed record AnsibleError(string Message, string File = "", int Line = 0, int Column = 0);

/// <summary>
/// Finds the errors in what ansible-playbook writes to standard error: a line that begins with [ERROR], more lines of
/// the message, the place, and an excerpt of the file.
/// </summary>
internal sealed partial class ErrorOutput
{
    private const int KeptLines = 5;

    private readonly List<AnsibleError> _errors = [];
    private readonly Queue<string> _lastLines = [];
    private Part _part = Part.Other;

    private enum Part
    {
        Other,
        Message,
        Excerpt,
    }

    public IReadOnlyList<AnsibleError> Errors => _errors;

    public string LastWords => string.Join(' ', _lastLines);

    /// <summary>Takes one line; false when it belongs to no error, and so is to be shown.</summary>
    public bool Read(string line)
    {
        if (Heading().Match(line) is { Success: true } heading)
        {
            _part = heading.Groups["level"].Value == "ERROR" ? Part.Message : Part.Other;
            if (_part == Part.Message)
            {
                _errors.Add(new AnsibleError(heading.Groups["text"].Value));
            }
        }
        else if (_part == Part.Message)
        {
            ReadOn(line);
        }

        if (_part != Part.Other)
        {
            return true;
        }

        Keep(line);
        return false;
    }

    private void ReadOn(string line)
    {
        if (Origin().Match(line) is { Success: true } origin)
        {
            _errors[^1] = _errors[^1] with
            {
                File = origin.Groups["file"].Value,
                Line = Number(origin.Groups["line"]),
                Column = Number(origin.Groups["column"]),
            };
            _part = Part.Excerpt;
        }
        else if (line.Length > 0)
        {
            _errors[^1] = _errors[^1] with { Message = $"{_errors[^1].Message} {line.Trim()}" };
        }
    }

    private void Keep(string line)
    {
        if (line.Length == 0)
        {
            return;
        }

        _lastLines.Enqueue(line.Trim());
        if (_lastLines.Count > KeptLines)
        {
            _lastLines.Dequeue();
        }
    }

    private static int Number(Group digits) => digits.Success ? int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^\[(?<level>[A-Z ]+)\]: (?<text>.*)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^Origin: (?<file>.*?)(?::(?<line>\d+))?(?::(?<column>\d+))?$")]
    private static partial Regex Origin();
}
