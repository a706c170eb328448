using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.CommandLine;

/// <summary>
/// Judges the properties that a target was given. Those of other tools pass, and those of other targets where the same
/// command may mean both; what would do something else than it says does not.
/// </summary>
/// <param name="projectFile">Name of the project file, for messages.</param>
/// <param name="verb">The target.</param>
internal sealed class CommandCheck(string projectFile, string verb)
{
    private readonly List<CommandProperty> _own = [.. CommandTable.Properties.Where(p => p.Verbs.Contains(verb))];

    /// <summary>All that is wrong.</summary>
    /// <param name="given">The global properties: those of the command line, and what other tools add.</param>
    /// <param name="values">Values of properties wherever they were set, the command line or not.</param>
    public IReadOnlyList<Diagnostic> Run(
        IReadOnlyDictionary<string, string> given, IReadOnlyDictionary<string, string> values) =>
    [
        .. given.Select(p => Judge(p.Key, p.Value)).OfType<Diagnostic>(),
        .. _own.Where(p => values.ContainsKey(p.Name)).Select(p => JudgeValue(p, values[p.Name])).OfType<Diagnostic>(),
    ];

    private Diagnostic? Judge(string name, string value)
    {
        if (_own.Any(p => AreEqual(p.Name, name)))
        {
            // A variable of a script that is empty would make "all" of what is meant to be one.
            return value.Trim().Length > 0
                ? null
                : UseDiagnostics.BadProperty(projectFile, name, value, "some text, or left out");
        }

        // As other command lines write it.
        var word = name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        if (CommandTable.Previews.TryGetValue(verb, out var preview) && Finds(CommandTable.PreviewWords(verb), word))
        {
            return UseDiagnostics.NoPreview(projectFile, verb, name, preview);
        }

        var meant = _own.Where(p => Finds([p.Name, .. p.Words], word)).Select(p => p.Name).ToList();
        if (meant.Count == 0)
        {
            meant = Near(word);
        }

        return meant.Count == 0 ? null : UseDiagnostics.UnknownProperty(projectFile, verb, name, meant);
    }

    private Diagnostic? JudgeValue(CommandProperty property, string value) =>
        value.Length == 0 || property.Values.Count == 0 || property.Values.Contains(value, StringComparer.OrdinalIgnoreCase)
            ? null
            : UseDiagnostics.BadProperty(projectFile, property.Name, value, string.Join(" or ", property.Values));

    private List<string> Near(string word)
    {
        var others = CommandTable.Properties.Select(p => p.Name).Concat(CommandTable.ProjectProperties);
        if (Finds(others.Concat(CommandTable.OtherTools), word))
        {
            return [];
        }

        // The names of other tools that are like one of ours differ from it at the beginning.
        var candidates = word.StartsWith("Infra", StringComparison.OrdinalIgnoreCase)
            ? CommandTable.ProjectProperties
            : _own.SelectMany(p => p.Words.Intersect(CommandTable.WordsForMachines).Prepend(p.Name))
                .Where(c => word.StartsWith(c[..1], StringComparison.OrdinalIgnoreCase));
        var nearest = Suggestion.For(word, candidates);
        var own = _own.Where(p => p.Name == nearest || p.Words.Contains(nearest)).Select(p => p.Name).ToList();
        return own.Count == 0 && nearest is not null ? [nearest] : own;
    }

    private static bool Finds(IEnumerable<string> names, string name) => names.Any(n => AreEqual(n, name));

    private static bool AreEqual(string ours, string given) => string.Equals(ours, given, StringComparison.OrdinalIgnoreCase);
}
