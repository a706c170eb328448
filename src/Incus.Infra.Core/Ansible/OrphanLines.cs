using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Ansible;

/// <summary>
/// What is only reported, a line for each domain: one that is gone leaves several objects for each machine. Images are of none.
/// </summary>
internal static class OrphanLines
{
    private const string Protected = "protected";
    private const string Evacuated = "evacuated";
    private const string Outdated = "outdated";
    private const string Unasked = "unasked";

    // Objects that are named instead of counted.
    private const int MostNames = 3;

    public static IReadOnlyList<string> Of(IEnumerable<ObjectAction> actions)
    {
        var skipped = actions.Where(a => a.Status == ObjectAction.Skipped).ToList();
        // The name of a bridge has no room for that of a long domain.
        var domains = skipped.Where(a => a.Kind is not ("acl" or "network")).Select(ActionText.Domain)
            .SelectMany(IEnumerable<(string Domain, string Bridge)> (d) =>
                [(d, NetworkName.Of(d, isLinked: true)), (d, NetworkName.Of(d, isLinked: false))])
            .ToLookup(d => d.Bridge, d => d.Domain, StringComparer.Ordinal);
        return
        [
            .. skipped
                .GroupBy(a => a.Kind == "image"
                    ? "images"
                    : $"domain {domains[a.Kind is "acl" or "network" ? a.Name : ""].FirstOrDefault(ActionText.Domain(a))}")
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => ActionText.Visible($"{g.Key}: {string.Join("; ", OfDomain(g))}")),
        ];
    }

    private static IEnumerable<string> OfDomain(IEnumerable<ObjectAction> actions) => actions
        .GroupBy(a => a.Action, StringComparer.Ordinal)
        .OrderBy(g => g.Key == Protected)
        .Select(g => Line(g.Key, [.. PlanGroup.InOrder(g)]));

    private static string Line(string action, IReadOnlyList<ObjectAction> actions)
    {
        var what = actions.Count <= MostNames
            ? actions.Select(a => $"{a.Kind} {a.Name}")
            : actions.GroupBy(a => a.Kind, StringComparer.Ordinal).Select(g => Quantity.Of(g.Count(), g.Key));
        var noun = action switch
        {
            Protected => "protected orphan",
            Evacuated => "evacuated object",
            Outdated => "outdated machine",
            Unasked => "machine with an image of unknown age",
            _ => action,
        };
        // Those of one domain nearly always have one reason.
        var reasons = actions.Select(a => a.Reason).Distinct(StringComparer.Ordinal).ToList();
        var why = reasons.Count == 1 ? $", {reasons[0]}" : ", for several reasons that Plan with Detail=full shows";
        return $"{Quantity.Of(actions.Count, noun)} ({string.Join(", ", what)}){why}";
    }
}
