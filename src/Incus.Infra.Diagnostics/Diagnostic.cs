namespace Incus.Infra.Diagnostics;

/// <summary>How bad a <see cref="Diagnostic"/> is.</summary>
internal enum Severity
{
    Warning,

    /// <summary>The build fails and writes nothing.</summary>
    Error,
}

/// <summary>A place in a file; lines and columns count from 1, 0 means that the place is the whole file.</summary>
/// <param name="File">Path relative to the project folder, with forward slashes.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
internal readonly record struct SourceLocation(string File, int Line = 0, int Column = 0);

/// <summary>One error or warning, as MSBuild and every IDE show it: <c>file(line,col): error INFRA0000: text</c>.</summary>
/// <param name="Code"><c>INFRA</c> and four digits; the first digit is the layer.</param>
/// <param name="Severity">Warning or error.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Message">What is wrong and how to fix it, in one or two sentences.</param>
internal sealed record Diagnostic(string Code, Severity Severity, SourceLocation Location, string Message)
{
    /// <summary>The page section that explains the code.</summary>
    public string HelpLink => $"https://github.com/incus-infra/incus-infra-sdk/blob/main/docs/diagnostics.md#{HelpAnchor}";

#pragma warning disable CA1308 // Anchors of Markdown headings are lower-case.
    private string HelpAnchor => Code.ToLowerInvariant();
#pragma warning restore CA1308

    /// <summary>The canonical line that MSBuild prints.</summary>
    public override string ToString()
    {
        var place = Location.Line > 0 ? $"{Location.File}({Location.Line},{Location.Column})" : Location.File;
        return $"{place}: {(Severity == Severity.Error ? "error" : "warning")} {Code}: {Message}";
    }
}
