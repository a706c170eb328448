using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.Yaml;

/// <summary>Names the faults behind a parser's complaint that users make most, at the place where they made them.</summary>
internal static class SyntaxFault
{
    private const string ConflictMarker = "<<<<<<< ";

    /// <summary>What is wrong with <paramref name="text"/>.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="at">Where the parser gave up, or began with what it gave up on.</param>
    /// <param name="reason">Why, in the parser's words.</param>
    public static Diagnostic Describe(string text, SourceLocation at, string reason)
    {
        var lines = text.Split('\n');
        var conflict = Array.FindIndex(lines, l => l.StartsWith(ConflictMarker, StringComparison.Ordinal));
        if (conflict >= 0)
        {
            return ReadingDiagnostics.MergeConflict(new SourceLocation(at.File, conflict + 1, 1));
        }

        if (reason.Contains(" tab ", StringComparison.Ordinal))
        {
            var tab = Array.FindIndex(lines, Math.Clamp(at.Line - 1, 0, lines.Length), IndentsByTab);
            if (tab >= 0)
            {
                return ReadingDiagnostics.TabIndents(new SourceLocation(at.File, tab + 1, lines[tab].IndexOf('\t') + 1));
            }
        }

        return ReadingDiagnostics.Syntax(at, reason);
    }

    private static bool IndentsByTab(string line) =>
        line.AsSpan(0, line.Length - line.AsSpan().TrimStart(" \t").Length).Contains('\t');
}
