using System.Text.Json;
using System.Text.Json.Serialization;

namespace Incus.Infra.Incus.Model;

/// <summary>A rule of a network ACL as the REST API has it; null is any.</summary>
internal sealed record AclRule
{
    public const string Allow = "allow";
    public const string Reject = "reject";
    public const string Enabled = "enabled";

    public string? Description { get; init; }

    /// <summary><c>allow</c>, <c>reject</c> or <c>drop</c>, and others for OVN.</summary>
    public string? Action { get; init; }

    /// <summary><c>enabled</c>, <c>disabled</c> or <c>logged</c>.</summary>
    public string? State { get; init; }

    /// <summary>Subnets, addresses and ranges, joined by commas.</summary>
    public string? Source { get; init; }

    public string? Destination { get; init; }

    /// <summary><c>tcp</c>, <c>udp</c>, <c>icmp4</c> or <c>icmp6</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>Ports and ranges, joined by commas.</summary>
    public string? SourcePort { get; init; }

    public string? DestinationPort { get; init; }

    public string? IcmpType { get; init; }

    public string? IcmpCode { get; init; }

    /// <summary>For people: <c>lab -> work: web pages (tcp 8080 from 10.140.0.0/24 to 10.110.0.0/24)</c>.</summary>
    public override string ToString()
    {
        string?[] parts =
        [
            Action == Allow ? null : Action,
            State == Enabled ? null : State,
            Protocol,
            DestinationPort,
            With("type", IcmpType),
            With("code", IcmpCode),
            With("from", Source),
            With("from port", SourcePort),
            With("to", Destination),
        ];
        var traffic = string.Join(' ', parts.Where(part => !string.IsNullOrEmpty(part)));
        return string.IsNullOrEmpty(Description) ? traffic.Length == 0 ? "everything" : traffic
            : traffic.Length == 0 ? Description
            : $"{Description} ({traffic})";

        static string? With(string word, string? value) => string.IsNullOrEmpty(value) ? null : $"{word} {value}";
    }
}

/// <summary>The rules of one direction as one value: their order means nothing to Incus.</summary>
internal static class AclRules
{
    /// <summary>As <see cref="Parse"/> reads it; the same for the same rules. Null where there can be none.</summary>
    public static string? Format(IEnumerable<AclRule>? rules) => rules is null ? null : $"[{string.Join(",", rules
        .Select(rule => JsonSerializer.Serialize(rule, AclRulesJson.Default.AclRule))
        .Order(StringComparer.Ordinal))}]";

    public static IReadOnlyList<AclRule> Parse(string? text) =>
        text is null ? [] : JsonSerializer.Deserialize(text, AclRulesJson.Default.ListAclRule)!;
}

/// <summary>How rules are written as one value.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<AclRule>))]
internal sealed partial class AclRulesJson : JsonSerializerContext;
