using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Dialect;

/// <summary>What a key is that the dialect does not know where it stands: one of another place, or of another tool.</summary>
internal static class MisplacedKeys
{
    // In their order from the outside in: a key of several is one of the first.
    private static readonly (ObjectShape Shape, string Place)[] Places =
    [
        (InfraDialect.Root, "the top level"),
        (InfraDialect.Global, "'global'"),
        (InfraDialect.Domain, "a domain"),
        (InfraDialect.Machine, "a machine"),
    ];

    /// <summary>How to write an unknown key of <paramref name="shape"/> instead, as a sentence; null when nothing says.</summary>
    public static string? Correction(ObjectShape shape, string key)
    {
        if (shape.Habits.TryGetValue(key, out var habit))
        {
            return $"Write {habit}.";
        }

        if (shape.Find("config") is not null && key.Contains('.', StringComparison.Ordinal) && IncusKeys.Find(key) is not null)
        {
            return "It is an option of Incus: write it under 'config'.";
        }

        var place = Places.FirstOrDefault(p => p.Shape.Find(key) is { Effect: not Effect.Foreign }).Place;
        return place is null ? null : $"It is a key of {place}: write it there.";
    }

    /// <summary>
    /// The field below which an unknown entry of <paramref name="shape"/> belongs, such as <c>machines</c> for what would be a
    /// machine there; null when it is no entry of any.
    /// </summary>
    public static string? FieldOfEntry(ObjectShape shape, string key, YamlNode value) =>
        (value switch
        {
            YamlMapping mapping => mapping.Entries,
            YamlScalar { Type: ScalarType.Null } => [],
            _ => null,
        }) is { } entries
            ? shape.Fields
                .Where(f => f.Shape is MapShape { Value: ObjectShape entry } map && map.Key.Accepts(key)
                    && entries.All(e => entry.Find(e.Key.Text) is not null)
                    && entry.Fields.All(e => !e.Required || entries.Any(given => given.Key.Text == e.Name)))
                // What fits several is what can have the most: of an empty one in a domain, a machine.
                .MaxBy(f => ((ObjectShape)((MapShape)f.Shape).Value).Fields.Count)?.Name
            : null;

    /// <summary>
    /// Whether an entry of <paramref name="map"/> is no name but a key of the entries, as <c>machines</c> that stands beside the
    /// domains instead of in one.
    /// </summary>
    public static bool IsKeyOfEntries(MapShape map, string key, YamlNode value) =>
        map.Value is ObjectShape entry && entry.Find(key) is { Shape: var shape } && (value, shape) switch
        {
            (YamlMapping { Entries: [_, ..] entries }, MapShape or ObjectShape) =>
                entries.All(e => entry.Find(e.Key.Text) is null),
            // Nobody calls a domain so, as one might call it access.
            (YamlMapping or YamlScalar { Type: ScalarType.Null }, MapShape { Value: ObjectShape }) => true,
            (YamlMapping or YamlScalar { Type: ScalarType.Null }, _) => false,
            _ => true,
        };
}
