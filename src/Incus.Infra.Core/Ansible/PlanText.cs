namespace Incus.Infra.Core.Ansible;

/// <summary>A plan as lines for people.</summary>
internal static class PlanText
{
    private const int NamesOnALine = 10;
    private const string Indent = "      ";

    /// <summary>
    /// What would destroy or interrupt something first, what is the same for several objects once, and orphans in a line for
    /// each domain.
    /// </summary>
    public static IReadOnlyList<string> Grouped(IReadOnlyList<ObjectAction> actions) =>
    [
        .. PlanGroup.Of(actions).SelectMany(g =>
            Head(g, g.IsNew ? NamesOnALine : g.Actions.Count).Concat(Changes(g))),
        .. Orphans(actions),
    ];

    /// <summary>Each object in the order in which Apply would come to it, and each of its keys.</summary>
    public static IReadOnlyList<string> Full(IReadOnlyList<ObjectAction> actions) =>
    [
        .. actions.SelectMany(a => a.Changes.Select(c => $"    {ActionText.Change(a, c)}").Prepend(ActionText.Line(a))),
    ];

    /// <summary>
    /// What happens to a group, after <c>+</c> for what is made, <c>-</c> for what is lost, <c>~</c> for what changes or
    /// <c>!</c> for what cannot be done; then the names of its objects.
    /// </summary>
    public static IEnumerable<string> Head(PlanGroup group, int mostNames)
    {
        var (first, count) = (group.First, group.Actions.Count);
        var what = count == 1 ? ActionText.Label(first) : $"{count} {first.Kind}s";
        var code = first.Error is { Code: var known } ? $" ({known})" : "";
        var status = group.Fails && first.Action != first.Status ? $" {first.Status}" : "";
        yield return $"{Sign(group)} {what}: {first.Action}{status}{code}{group.Reason}";
        if (count == 1)
        {
            yield break;
        }

        foreach (var line in group.Actions.Take(mostNames).Chunk(NamesOnALine))
        {
            yield return $"{Indent}{Names(line)}";
        }

        if (count > mostNames)
        {
            yield return $"{Indent}and {count - mostNames} more";
        }
    }

    /// <summary>A line for each key that changes.</summary>
    public static IEnumerable<string> Changes(PlanGroup group) => group.Changes.Select(change => $"{Indent}  {change}");

    /// <summary>A line for each domain, after <c>?</c>.</summary>
    public static IEnumerable<string> Orphans(IEnumerable<ObjectAction> actions) =>
        OrphanLines.Of(actions).Select(line => $"? {line}");

    private static char Sign(PlanGroup group) => group.First switch
    {
        _ when group.Fails => '!',
        _ when group.IsNew => '+',
        { Action: "delete" or "replace" or "rebuild" } => '-',
        _ => '~',
    };

    /// <summary>Those of one project together: <c>work/dev, docs; home/web</c>.</summary>
    private static string Names(IEnumerable<ObjectAction> actions) => ActionText.Visible(string.Join("; ", actions
        .GroupBy(a => ActionText.IsInProject(a) ? $"{a.Project}/" : "", StringComparer.Ordinal)
        .Select(g => g.Key + string.Join(", ", g.Select(a => a.Name)))));
}
