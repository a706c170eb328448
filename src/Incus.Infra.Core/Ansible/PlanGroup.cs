using System.Text.RegularExpressions;

namespace Incus.Infra.Core.Ansible;

/// <summary>
/// Actions on objects of one kind that are the same but for the objects' own names, domains, addresses, ports of the host and
/// descriptions.
/// </summary>
internal sealed partial class PlanGroup
{
    private const string Create = "create";
    private const string Description = "description";
    private const string Listen = ".listen";

    private static readonly string[] Kinds =
        ["certificate", "token", "acl", "network", "project", "profile", "volume", "image", "instance"];

    // What can destroy or interrupt comes first.
    private static readonly string[] ActionOrder =
        ["delete", "replace", "rebuild", "stop", "restart", "rename", "move", "repair", "update", "start", "build", Create];

    private PlanGroup(IReadOnlyList<ObjectAction> actions)
    {
        Actions = actions;
        Changes = actions.Count == 1 ? Raw(actions[0]) : Shared(actions);
        Reason = actions.All(a => a.Reason == First.Reason)
            ? ActionText.Reason(First)
            : ActionText.Reason(First with { Reason = Common(First.Reason, OwnNames(First)) });
    }

    /// <summary>Sorted by project and name.</summary>
    public IReadOnlyList<ObjectAction> Actions { get; }

    /// <summary>A line for each key, with a placeholder such as <c>&lt;address&gt;</c> for what differs.</summary>
    public IReadOnlyList<string> Changes { get; }

    /// <summary>Why, in brackets after a blank, or nothing.</summary>
    public string Reason { get; }

    public ObjectAction First => Actions[0];

    /// <summary>Whether it cannot be done.</summary>
    public bool Fails => IsFailure(First);

    /// <summary>Whether it is made, so that nothing that exists is touched.</summary>
    public bool IsNew => !Fails && First.Action == Create;

    /// <summary>Groups of what is more than only reported, in an order that depends on nothing but the actions.</summary>
    public static IReadOnlyList<PlanGroup> Of(IEnumerable<ObjectAction> actions) =>
    [
        .. InOrder(actions.Where(a => a.Status != ObjectAction.Skipped))
            .GroupBy(Signature, StringComparer.Ordinal)
            .Select(g => new PlanGroup([.. g])),
    ];

    /// <summary>By risk, then by what objects need of each other, then by name.</summary>
    public static IEnumerable<ObjectAction> InOrder(IEnumerable<ObjectAction> actions) => actions
        .OrderBy(RiskOf)
        .ThenBy(a => Array.IndexOf(Kinds, a.Kind))
        .ThenBy(a => a.Project, StringComparer.Ordinal)
        .ThenBy(a => a.Name, StringComparer.Ordinal);

    private static int RiskOf(ObjectAction action) =>
        IsFailure(action) ? -1
        : Array.IndexOf(ActionOrder, action.Action) is var known && known >= 0 ? known
        : ActionOrder.Length;

    private static bool IsFailure(ObjectAction action) =>
        action.Status is ObjectAction.Failed or ObjectAction.Blocked or ObjectAction.Unreachable;

    private static IReadOnlyList<string> Raw(ObjectAction action) =>
        [.. action.Changes.Select(c => ActionText.Change(action, c))];

    private static IReadOnlyList<string> Shared(IReadOnlyList<ObjectAction> actions)
    {
        var all = actions.Select(Raw).ToList();
        var first = actions[0];
        var own = OwnNames(first);
        return
        [
            .. first.Changes.Select((change, i) => all.TrueForAll(lines => lines[i] == all[0][i])
                ? all[0][i]
                : ActionText.Change(first, Common(change, own))),
        ];
    }

    /// <summary>The same text for the same action on another object.</summary>
    private static string Signature(ObjectAction action)
    {
        var own = OwnNames(action);
        return string.Join('\n',
        [
            $"{action.Kind} {action.Action} {action.Status} {action.Error?.Code}",
            Common(action.Reason, own),
            .. action.Changes.Select(c => Common(c, own).ToString()),
        ]);
    }

    private static KeyChange Common(KeyChange change, Regex own) => change with
    {
        Old = Common(change.Key, change.Old, own),
        New = Common(change.Key, change.New, own),
    };

    private static string? Common(string key, string? value, Regex own) =>
        value is null ? null
        : key == Description ? "<description>"
        : key.EndsWith(Listen, StringComparison.Ordinal) ? LastPort().Replace(Common(value, own), ":<port>")
        : Common(value, own);

    private static string Common(string text, Regex own) => Addresses().Replace(
        own.Replace(text, m => m.Groups["name"].Success ? "<name>" : "<domain>"), "<address>");

    private static Regex OwnNames(ObjectAction action)
    {
        var (name, domain) = (Regex.Escape(action.Name), Regex.Escape(ActionText.Domain(action)));
        return new Regex($"(?<![A-Za-z0-9])(?:(?<name>{name})|{domain})(?![A-Za-z0-9])", RegexOptions.CultureInvariant);
    }

    [GeneratedRegex(@"\d{1,3}(\.\d{1,3}){3}(/\d+)?([-,]\d{1,3}(\.\d{1,3}){3}(/\d+)?)*")]
    private static partial Regex Addresses();

    [GeneratedRegex(@":\d+$")]
    private static partial Regex LastPort();
}
