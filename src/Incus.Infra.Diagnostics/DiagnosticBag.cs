using System.Collections;

namespace Incus.Infra.Diagnostics;

/// <summary>Collects the diagnostics of one run, so that all faults are told at once, sorted by place.</summary>
internal sealed class DiagnosticBag : IEnumerable<Diagnostic>
{
    /// <summary>Most warnings, and most errors, that are kept; a hostile file could cause millions.</summary>
    public const int Capacity = 1000;

    private readonly List<Diagnostic> _items = [];
    private readonly HashSet<(string, SourceLocation)> _seen = [];
    private readonly int[] _count = new int[2];
    private SourceLocation _firstDropped;

    public bool HasErrors => _count[(int)Severity.Error] > 0;

    /// <summary>Whether so much was added that a good guess at what the user meant is no longer worth its time.</summary>
    public bool IsFull => _items.Count >= Capacity;

    /// <summary>
    /// Whether a code is told only once of a place, since what is wrong with a domain is so with all of its copies.
    /// </summary>
    public bool OncePerPlace { get; set; }

    public void Add(Diagnostic diagnostic)
    {
        // Once it is full, they are only counted, and their places would take memory.
        if (OncePerPlace && !IsFull && !_seen.Add((diagnostic.Code, diagnostic.Location)))
        {
            return;
        }

        if (++_count[(int)diagnostic.Severity] <= Capacity)
        {
            _items.Add(diagnostic);
        }
        else if (Dropped == 1)
        {
            _firstDropped = diagnostic.Location;
        }
    }

    /// <summary>Adds the diagnostics of another bag, all of them: they are bounded already.</summary>
    public void AddRange(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            _count[(int)diagnostic.Severity]++;
            _items.Add(diagnostic);
        }
    }

    /// <summary>The diagnostics by file, line, column and code, and then how many were not kept.</summary>
    public IEnumerator<Diagnostic> GetEnumerator() => _items
        .OrderBy(d => d.Location.File, StringComparer.Ordinal)
        .ThenBy(d => d.Location.Line)
        .ThenBy(d => d.Location.Column)
        .ThenBy(d => d.Code, StringComparer.Ordinal)
        .Concat(Dropped > 0 ? [MoreFaults()] : [])
        .GetEnumerator();

    // A warning: an error that was dropped still fails the build.
    private Diagnostic MoreFaults() => new(
        "INFRA1099",
        Severity.Warning,
        new SourceLocation(_firstDropped.File),
        $"{Dropped} more warnings and errors are not shown. Fix the first ones and build again.");

    private int Dropped => _count.Sum() - _items.Count;

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
