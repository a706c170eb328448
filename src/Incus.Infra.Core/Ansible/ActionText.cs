using System.Globalization;
using System.Text;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Ansible;

/// <summary>
/// Actions and their changes as a person reads them, one line each; what would not be seen, or change what is, is escaped.
/// <c>plugin_utils/report.py</c> says the same where Ansible is run without the build.
/// </summary>
internal static class ActionText
{
    private const int LongestValue = 60;
    private const int LongestRule = 110;
    private const string Create = "create";
    private const string Drift = "drift";

    // These are not in the project of a domain.
    private static readonly string[] WithoutProject = ["acl", "network", "project", "image"];

    // Each change of these is a whole rule or line, which comes or goes.
    private static readonly string[] Rules = ["ingress", "egress", "hosts"];

    public static bool IsInProject(ObjectAction action) => !WithoutProject.Contains(action.Kind);

    /// <summary>The domain, as far as names say it: that of a bridge is cut where it is too long for Linux.</summary>
    public static string Domain(ObjectAction action) => action.Kind switch
    {
        "project" => action.Name,
        "acl" or "network" => NetworkName.DomainIn(action.Name),
        _ => action.Project,
    };

    /// <summary>Such as <c>instance work/web</c>.</summary>
    public static string Label(ObjectAction action) => Label(action.Kind, action.Project, action.Name);

    /// <inheritdoc cref="Label(ObjectAction)"/>
    public static string Label(string kind, string project, string name) =>
        Visible($"{kind} {(WithoutProject.Contains(kind) ? "" : $"{project}/")}{name}");

    /// <summary>Such as <c>instance work/web: restart (limits.cpu needs it)</c>.</summary>
    public static string Line(ObjectAction action) => $"{Label(action)}: {action.Action}{Reason(action)}";

    /// <summary>A clause in brackets after a blank, or nothing.</summary>
    public static string Reason(ObjectAction action) => action.Reason.Length == 0 ? "" : $" ({Visible(action.Reason)})";

    /// <summary>One key; what is new has no old values, and that infra.yml asks for it needs no saying.</summary>
    public static string Change(ObjectAction action, KeyChange change)
    {
        var (key, old, wanted, why) = change;
        var cause = why == Drift ? " (drift)" : "";
        return Visible(key) + (
            Rules.Contains(key) && old is null ? $" + {Value(wanted, LongestRule)}{cause}"
            : Rules.Contains(key) ? $" - {Value(old, LongestRule)}{cause}"
            : action.Action == Create ? $": {Value(wanted, LongestValue)}"
            : $": {Value(old, LongestValue)} → {Value(wanted, LongestValue)}{cause}");
    }

    /// <summary>On one line, and without what a terminal would obey; format characters turn the direction of the text.</summary>
    public static string Visible(string text)
    {
        if (text.All(c => c is >= ' ' and <= '~'))
        {
            return text;
        }

        var visible = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = char.GetUnicodeCategory(c) switch
            {
                _ when c == '\n' => visible.Append(@"\n"),
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator => visible.Append(CultureInfo.InvariantCulture, $@"\u{(int)c:x4}"),
                _ => visible.Append(c),
            };
        }

        return visible.ToString();
    }

    private static string Value(string? value, int longest)
    {
        if (value is null)
        {
            return "(unset)";
        }

        var text = Visible(value.Contains('\n', StringComparison.Ordinal) ? $"\"{value}\"" : value);
        return text.Length <= longest ? text : $"{text[..longest]}…";
    }
}
