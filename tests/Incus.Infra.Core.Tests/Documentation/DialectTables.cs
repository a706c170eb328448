using System.Text;
using Incus.Infra.Core.Dialect;

namespace Incus.Infra.Core.Tests.Documentation;

/// <summary>Writes the fields of the language as Markdown.</summary>
internal static class DialectTables
{
    // The same as those of a machine.
    private const string StepsOfImages = "images.*.provision.";

    /// <summary>The paths of all mappings with named fields; <c>*</c> stands for a name or an item.</summary>
    public static IEnumerable<string> Paths() => Objects(InfraDialect.Root, "")
        .Select(o => o.Path.Length == 0 ? "." : o.Path)
        .Where(path => !path.StartsWith(StepsOfImages, StringComparison.Ordinal));

    /// <summary>Every key that the language has, AnKLuMe's own left out.</summary>
    public static IEnumerable<string> Keys() => Objects(InfraDialect.Root, "")
        .SelectMany(o => o.Shape.Fields)
        .Where(f => f.Effect != Effect.Foreign)
        .Select(f => f.Name)
        .Distinct();

    /// <summary>The table of the mapping at <paramref name="path"/>.</summary>
    public static string Fields(string path)
    {
        var shape = Objects(InfraDialect.Root, "").Single(o => o.Path == (path == "." ? "" : path)).Shape;
        var text = new StringBuilder("| field | value | default | meaning |\n|---|---|---|---|\n");
        foreach (var field in shape.Fields.Where(f => f.Effect != Effect.Foreign))
        {
            var value = field.Required ? "required"
                : shape.Alternatives.FirstOrDefault(a => a.Keys.Contains(field.Name)) is { } alternatives
                    ? (alternatives.IsExclusive ? "one of " : "at least one of ")
                        + string.Join(", ", alternatives.Keys.Select(k => $"`{k}`"))
                : field.Default is { } given ? $"`{given}`"
                : "";
            text.Append($"| `{field.Name}` | {ValueOf(field.Shape)} | {value} | {Escaped(field.Description)} |\n");
        }

        return text.ToString();
    }

    /// <summary>The keys of AnKLuMe that are not read.</summary>
    public static string Foreign() =>
        "| where | keys |\n|---|---|\n" + string.Concat(Objects(InfraDialect.Root, "")
            .Select(o => (o.Path, Keys: o.Shape.Fields.Where(f => f.Effect == Effect.Foreign).Select(f => $"`{f.Name}`")))
            .Where(o => o.Keys.Any())
            .Select(o => $"| {(o.Path.Length == 0 ? "the file" : $"`{o.Path}`")} | {string.Join(", ", o.Keys)} |\n"));

    private static IEnumerable<(string Path, ObjectShape Shape)> Objects(Shape shape, string path) => shape switch
    {
        ObjectShape o => o.Fields
            .SelectMany(f => Objects(f.Shape, path.Length == 0 ? f.Name : $"{path}.{f.Name}"))
            .Prepend((path, o)),
        MapShape map => Objects(map.Value, path + ".*"),
        ListShape list => Objects(list.Item, path + ".*"),
        EitherShape either => Objects(either.First, path).Concat(Objects(either.Second, path)),
        _ => [],
    };

    private static string ValueOf(Shape shape) => shape switch
    {
        ChoiceShape choice => string.Join(", ", choice.Values.Select(v => $"`{v}`")),
        BooleanShape => "`true`, `false`",
        ScalarShape => "text, number or boolean",
        IntegerShape { Minimum: var least, Maximum: var most } when least == most => $"`{least}`",
        IntegerShape integer => $"{integer.Minimum} to {integer.Maximum}",
        ObjectShape => "mapping",
        MapShape { Value: ScalarShape } => "mapping of values",
        MapShape map => $"mapping by {map.KeyIs.ToLowerInvariant()}",
        ListShape { Item: ObjectShape or MapShape } => "list of mappings",
        ListShape { Item: ListShape } => "list of lists",
        ListShape list => $"list, each item {ValueOf(list.Item)}",
        EitherShape either => $"{ValueOf(either.First)}, or {ValueOf(either.Second)}",
        _ => Escaped(shape.Expected),
    };

    // What Markdown would take for emphasis and for HTML.
    private static string Escaped(string text) =>
        text.Replace("*", @"\*", StringComparison.Ordinal).Replace("<", @"\<", StringComparison.Ordinal);
}
