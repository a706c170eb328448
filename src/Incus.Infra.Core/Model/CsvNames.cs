using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Model;

/// <summary>Reads the first column of a CSV file, whatever separates it from the others: comma, semicolon or tab.</summary>
internal static class CsvNames
{
    private const string Heading = "name";

    private static readonly char[] Separators = [',', ';', '\t'];

    /// <summary>The names with their places; faults are diagnostics.</summary>
    /// <param name="file">Path for diagnostics.</param>
    /// <param name="content">UTF-8, with or without a byte order mark.</param>
    /// <param name="diagnostics">Takes the faults.</param>
    public static IReadOnlyList<Located<string>> Read(string file, ReadOnlySpan<byte> content, DiagnosticBag diagnostics)
    {
        if (SourceText.Decode(file, content, diagnostics) is not { } text)
        {
            return [];
        }

        List<Located<string>> names = [];
        var faults = 0;
        foreach (var (number, line) in text.Split('\n').Index())
        {
            // Not a list of names, but some other file.
            if (diagnostics.IsFull)
            {
                break;
            }

            var at = new SourceLocation(file, number + 1, 1);
            var cell = FirstCell(line.TrimEnd('\r'));
            if (line.AsSpan().Trim().IsEmpty || (number == 0 && cell == Heading))
            {
                continue;
            }

            if (cell is null || !Forms.DomainName.Accepts(cell))
            {
                faults++;
                diagnostics.Add(ReadingDiagnostics.BadCsvName(at, cell ?? line, Forms.DomainName.Expected));
            }
            else
            {
                names.Add(new(cell, at));
            }
        }

        if (names.Count + faults == 0)
        {
            diagnostics.Add(ReadingDiagnostics.NoCsvNames(new SourceLocation(file)));
        }

        return names;
    }

    /// <summary>Without its quotes; null where they do not end.</summary>
    private static string? FirstCell(string line)
    {
        if (!line.StartsWith('"'))
        {
            var end = line.IndexOfAny(Separators);
            return (end < 0 ? line : line[..end]).Trim();
        }

        var close = line.IndexOf('"', 1);
        return close > 0 && (close == line.Length - 1 || Separators.Contains(line[close + 1])) ? line[1..close] : null;
    }
}
