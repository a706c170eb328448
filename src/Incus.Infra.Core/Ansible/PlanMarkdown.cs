using System.Text;
using System.Text.RegularExpressions;

namespace Incus.Infra.Core.Ansible;

/// <summary>
/// A plan for the reviewers of a change: the same bytes for the same plan, and less than forges take as a comment. Values that
/// may be secret are hidden already where the engine reports them.
/// </summary>
internal static partial class PlanMarkdown
{
    // Forges take 65,536 characters; the text around the lines takes less than the rest.
    private const int MostBytes = 59_000;

    /// <summary>The page.</summary>
    /// <param name="projectFile">The project, by its file.</param>
    /// <param name="headline">How many objects would be created, changed and so on.</param>
    /// <param name="actions">What would happen to them.</param>
    public static string Of(string projectFile, string headline, IReadOnlyList<ObjectAction> actions)
    {
        var project = Excerpt.Of(Path.GetFileNameWithoutExtension(projectFile)).Replace('`', '\'');
        var page = new StringBuilder($"## Plan of `{project}`\n\n{headline}\n");
        List<(string Text, bool IsHead)> all =
        [
            .. PlanGroup.Of(actions).SelectMany(g => Heads(PlanText.Head(g, g.Actions.Count))
                .Concat(PlanText.Changes(g).Select(text => (text, false)))),
            .. Heads(PlanText.Orphans(actions)),
        ];
        if (all.Count == 0)
        {
            return page.ToString();
        }

        var lines = Fit(all);
        var fence = new string('`', Math.Max(3, 1 + lines.Max(line => Backticks().Matches(line).Max(m => m?.Length) ?? 0)));
        page.Append('\n').Append(fence).Append("diff\n").AppendJoin("", lines.Select(InDiff)).Append(fence).Append('\n');
        if (lines.Count < all.Count)
        {
            page.Append("\nThis is not all of it: `Plan` with `Detail=full` shows the rest, and `PlanFile` has it.\n");
        }

        return page.ToString();
    }

    private static IEnumerable<(string Text, bool IsHead)> Heads(IEnumerable<string> lines) => lines.Select(text => (text, true));

    /// <summary>As much as there is room for: what happens to each object comes before what changes by that.</summary>
    private static List<string> Fit(List<(string Text, bool IsHead)> lines)
    {
        var room = MostBytes;
        var fits = Enumerable.Range(0, lines.Count)
            .OrderBy(i => !lines[i].IsHead)
            .TakeWhile(i => (room -= Encoding.UTF8.GetByteCount(lines[i].Text) + 1) >= 0)
            .ToHashSet();
        return [.. lines.Where((_, i) => fits.Contains(i)).Select(l => l.Text)];
    }

    // Forges colour these signs, and none else.
    private static string InDiff(string line) => line[0] switch
    {
        '~' => $"!{line[1..]}\n",
        '?' => $"#{line[1..]}\n",
        _ => $"{line}\n",
    };

    [GeneratedRegex("`+")]
    private static partial Regex Backticks();
}
