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
    /// <param name="project">Name of the project.</param>
    /// <param name="headline">How many objects would be created, changed and so on.</param>
    /// <param name="actions">What would happen to them.</param>
    public static string Of(string project, string headline, IReadOnlyList<ObjectAction> actions)
    {
        var page = new StringBuilder($"## Plan of `{Excerpt.Of(project).Replace('`', '\'')}`\n\n{headline}\n");
        List<Line> all =
        [
            .. PlanGroup.Of(actions).SelectMany(g => PlanText.Head(g, g.Actions.Count).Select(text => new Line(text, isHead: true))
                .Concat(PlanText.Changes(g).Select(text => new Line(text, isHead: false)))),
            .. PlanText.Orphans(actions).Select(text => new Line(text, isHead: true)),
        ];
        if (all.Count == 0)
        {
            return page.ToString();
        }

        var lines = Fit(all);
        var fence = new string('`', Math.Max(3, 1 + lines.Max(line => Backticks().Matches(line).Max(m => m?.Length) ?? 0)));
        page.Append('\n').Append(fence).Append("diff\n").AppendJoin('\n', lines.Select(InDiff)).Append('\n').Append(fence).Append('\n');
        if (lines.Count < all.Count)
        {
            page.Append("\nThis is not all of it: `Plan` with `Detail=full` shows the rest, and `PlanFile` has it.\n");
        }

        return page.ToString();
    }

    /// <summary>What happens before what changes by it, each up to the first line for which there is no room.</summary>
    private static List<string> Fit(List<Line> lines)
    {
        var room = MostBytes;
        var fits = lines.Where(l => l.IsHead).TakeWhile(HasRoom).Concat(lines.Where(l => !l.IsHead).TakeWhile(HasRoom)).ToHashSet();
        return [.. lines.Where(fits.Contains).Select(l => l.Text)];

        bool HasRoom(Line line) => (room -= Encoding.UTF8.GetByteCount(line.Text) + 1) >= 0;
    }

    // Forges colour these signs, and none else.
    private static string InDiff(string line) => line[0] switch
    {
        '~' => $"!{line[1..]}",
        '?' => $"#{line[1..]}",
        _ => line,
    };

    [GeneratedRegex("`+")]
    private static partial Regex Backticks();

    // Compared by reference: two objects may have the same lines.
    private sealed class Line(string text, bool isHead)
    {
        public string Text => text;

        public bool IsHead => isHead;
    }
}
