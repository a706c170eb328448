using System.Text.Json.Nodes;
using CsCheck;
using Incus.Infra.Core.Dialect;

namespace Incus.Infra.Core.Tests.Dialect;

/// <summary>The ways in which one place of a document can contradict its shape.</summary>
internal enum FaultKind
{
    WrongType,
    OutOfRange,
    WrongForm,
    WrongWord,
    NoValue,
    EmptyList,
    MissingKey,
    UnknownKey,
    ForeignKey,
    BadName,
    NoAlternative,
    TwoAlternatives,
}

/// <summary>Finds every place of a valid document where a fault can be put.</summary>
internal static class Faults
{
    /// <summary>Edits of <paramref name="document"/>, each of which makes it contradict <paramref name="shape"/>.</summary>
    public static List<Action> Of(FaultKind kind, JsonNode document, Shape shape) =>
    [
        .. Places(document, shape).SelectMany(p => kind switch
        {
            FaultKind.MissingKey or FaultKind.UnknownKey or FaultKind.ForeignKey or FaultKind.BadName
                or FaultKind.NoAlternative or FaultKind.TwoAlternatives => Keys(kind, p.Node, p.Shape),
            // The root has no parent in which it could be replaced.
            _ when p.Node == document => [],
            FaultKind.NoValue =>
                p.Shape is AnyShape or { MayBeNull: true } ? [] : [() => p.Node.ReplaceWith<JsonNode?>(null)],
            _ => Values(kind, p.Shape).Select(value => (Action)(() => p.Node.ReplaceWith(value))),
        }),
    ];

    private static IEnumerable<(JsonNode Node, Shape Shape)> Places(JsonNode node, Shape shape)
    {
        yield return (node, shape);
        var below = (shape, node) switch
        {
            (ListShape list, JsonArray items) => items.Select(i => (Node: i, Shape: (Shape?)list.Item)),
            (MapShape map, JsonObject entries) => entries.Select(e => (Node: e.Value, Shape: (Shape?)map.Value)),
            (ObjectShape obj, JsonObject entries) => entries.Select(e => (Node: e.Value, obj.Find(e.Key)?.Shape)),
            (EitherShape { Second: ListShape list }, JsonArray items) => items.Select(i => (Node: i, Shape: (Shape?)list.Item)),
            _ => [],
        };
        foreach (var place in below.Where(b => b.Shape is not null).SelectMany(b => Places(b.Node!, b.Shape!)))
        {
            yield return place;
        }
    }

    private static IEnumerable<JsonNode> Values(FaultKind kind, Shape shape) => (kind, shape) switch
    {
        (FaultKind.WrongType, TextShape or ChoiceShape) => [5, 1.5, true, new JsonArray(), new JsonObject()],
        (FaultKind.WrongType, BooleanShape) => [0, "true", "yes", new JsonArray(), new JsonObject()],
        (FaultKind.WrongType, IntegerShape) => [1.5, "1", false, new JsonArray(), new JsonObject()],
        (FaultKind.WrongType, ScalarShape) => [new JsonArray(), new JsonObject()],
        (FaultKind.WrongType, ListShape) => [1, "web", true, new JsonObject()],
        (FaultKind.WrongType, MapShape or ObjectShape) => [1, "web", true, new JsonArray(), new JsonArray("web")],
        (FaultKind.WrongType, EitherShape { First: IntegerShape }) => [1.5, true, new JsonObject()],
        (FaultKind.WrongType, EitherShape { First: BooleanShape, Second: ObjectShape }) => [1, "web", new JsonArray()],
        (FaultKind.WrongType, EitherShape) => [1, true, new JsonObject()],
        (FaultKind.OutOfRange, IntegerShape { Minimum: var minimum, Maximum: var maximum }) => [minimum - 1L, maximum + 1L],
        (FaultKind.WrongForm, TextShape text) => ValidDocuments.Texts.Where(t => !text.Accepts(t)).Select(t => (JsonNode)t),
        (FaultKind.WrongWord, ChoiceShape or EitherShape) => ["", "ALL", "lxd", "a b"],
        (FaultKind.EmptyList, ListShape { Minimum: > 0 } or EitherShape { Second: ListShape { Minimum: > 0 } }) =>
            [new JsonArray()],
        _ => [],
    };

    private static IEnumerable<Action> Keys(FaultKind kind, JsonNode node, Shape shape) => (kind, shape) switch
    {
        (FaultKind.MissingKey, ObjectShape obj) => obj.Fields.Where(f => f.Required)
            .Select(f => (Action)(() => node.AsObject().Remove(f.Name))),
        (FaultKind.UnknownKey, ObjectShape) => ((string[])["Domains", "machine", "X-note", "x_note", ""])
            .Select(k => (Action)(() => node.AsObject().Add(k, 1))),
        (FaultKind.ForeignKey, ObjectShape obj) => obj.Fields.Where(f => f.Effect == Effect.Foreign)
            .Select(f => (Action)(() => node.AsObject().Add(f.Name, 1))),
        (FaultKind.NoAlternative, ObjectShape obj) => obj.Alternatives.Select(a => (Action)(() =>
        {
            foreach (var key in a.Keys)
            {
                node.AsObject().Remove(key);
            }
        })),
        (FaultKind.TwoAlternatives, ObjectShape obj) =>
            from a in obj.Alternatives
            where a.IsExclusive
            from key in a.Keys
            where !node.AsObject().ContainsKey(key)
            select (Action)(() => node.AsObject().Add(key, ValidDocuments.Of(obj.Find(key)!.Shape).Single())),
        (FaultKind.BadName, MapShape map) => ValidDocuments.Texts.Where(t => !map.Key.Accepts(t))
            .SelectMany(t => node.AsObject().Take(1).Select(e => (Action)(() => Rename(node.AsObject(), e.Key, t)))),
        _ => [],
    };

    private static void Rename(JsonObject node, string from, string to)
    {
        var value = node[from];
        node.Remove(from);
        node.Add(to, value);
    }
}
