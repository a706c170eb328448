using System.Text.Json;
using Incus.Infra.Incus.Diagnostics;

namespace Incus.Infra.Incus.Probing;

/// <summary>
/// Firewalls besides Incus's own that drop what is forwarded: in nftables, a rule that accepts in one table does not overrule
/// one that drops in another.
/// </summary>
/// <remarks>Source: libnftables-json(5). Docker and ufw have a policy, firewalld a last rule that rejects.</remarks>
internal static class OtherFirewalls
{
    private const string Own = "incus";

    // A bridge of ours has no IPv6.
    private static readonly string[] Families = ["ip", "inet", "bridge"];

    // In capitals as iptables calls them.
    private static readonly string[] Refusals = ["drop", "reject", "REJECT"];

    private static readonly string[] Remarks = ["counter", "log", "LOG"];

    /// <summary>
    /// INFRA4058 for each chain that drops or rejects what none of its rules accepts, in a table that does not name all
    /// bridges: one that is named has been thought of.
    /// </summary>
    /// <param name="rules">What <c>nft -j list ruleset</c> says.</param>
    /// <param name="bridges">Names of interfaces.</param>
    /// <returns>Null where it says nothing that can be read.</returns>
    public static IReadOnlyList<Diagnostic>? Find(string rules, IReadOnlyList<string> bridges)
    {
        try
        {
            using var document = JsonDocument.Parse(rules);
            return Find(document.RootElement, bridges);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<Diagnostic>? Find(JsonElement root, IReadOnlyList<string> bridges)
    {
        if (Member(root, "nftables") is not { ValueKind: JsonValueKind.Array } all)
        {
            return null;
        }

        var parts = all.EnumerateArray()
            .Where(o => o.ValueKind == JsonValueKind.Object)
            .SelectMany(o => o.EnumerateObject())
            .Select(o => new Part(o.Name, Text(o.Value, "family"), Text(o.Value, "table"), o.Value))
            .Where(p => Families.Contains(p.Family) && p.Table is not ("" or Own))
            .ToList();
        return
        [
            .. parts.Where(chain => chain.Kind == "chain" && Closes(chain, parts))
                .Select(chain => (Chain: chain, Unknown: Unknown(chain, parts, bridges)))
                .Where(c => c.Unknown.Count > 0)
                .Select(c => ToolDiagnostics.OtherFirewall(
                    $"{c.Chain.Family} {c.Chain.Table}", Text(c.Chain.Content, "name"), c.Unknown)),
        ];
    }

    private static bool Closes(Part chain, IReadOnlyList<Part> parts) =>
        Text(chain.Content, "hook") == "forward"
        && (Text(chain.Content, "policy") == "drop"
            || (parts.LastOrDefault(p => IsRuleOf(chain, p)) is { } last && Refuses(last)));

    private static bool IsRuleOf(Part chain, Part part) =>
        part.Kind == "rule" && part.IsIn(chain) && Text(part.Content, "chain") == Text(chain.Content, "name");

    private static bool Refuses(Part rule)
    {
        var words = Member(rule.Content, "expr") is { ValueKind: JsonValueKind.Array } statements
            ? statements.EnumerateArray().Select(Word).ToList()
            : [];
        return words.Exists(Refusals.Contains) && words.TrueForAll(w => Refusals.Contains(w) || Remarks.Contains(w));
    }

    private static List<string> Unknown(Part chain, IReadOnlyList<Part> parts, IReadOnlyList<string> bridges)
    {
        var names = parts.Where(p => p.Kind != "chain" && p.IsIn(chain)).SelectMany(p => Texts(p.Content)).ToHashSet();
        var prefixes = names.Where(n => n.EndsWith('*')).Select(n => n[..^1]).ToList();
        return [.. bridges.Where(b => !names.Contains(b) && !prefixes.Exists(p => b.StartsWith(p, StringComparison.Ordinal)))];
    }

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Texts(member.Value)),
        _ => [],
    };

    // Those that iptables alone knows have their name one level down.
    private static string Word(JsonElement statement) => statement.ValueKind == JsonValueKind.Object
        ? statement.EnumerateObject().Select(s => s.Name == "xt" ? Text(s.Value, "name") : s.Name).FirstOrDefault("")
        : "";

    private static JsonElement? Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;

    private static string Text(JsonElement value, string name) =>
        Member(value, name) is { ValueKind: JsonValueKind.String } member ? member.GetString()! : "";

    /// <summary>One entry of the list.</summary>
    /// <param name="Kind">Such as <c>chain</c> or <c>rule</c>.</param>
    /// <param name="Family">That of its table.</param>
    /// <param name="Table">The name of its table; empty for a table itself.</param>
    /// <param name="Content">The rest.</param>
    private sealed record Part(string Kind, string Family, string Table, JsonElement Content)
    {
        public bool IsIn(Part other) => (Family, Table) == (other.Family, other.Table);
    }
}
