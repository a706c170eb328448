using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Incus.Infra.Core.Dialect;

/// <summary>
/// Writes the dialect as JSON Schema for editors: draft-07, which yaml-language-server understands best, with its
/// extensions <c>patternErrorMessage</c> (a pattern in words) and <c>deprecationMessage</c> (a remark; not completed).
/// </summary>
internal static class JsonSchemaWriter
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        // The schema is a file, not part of a web page: quotes and brackets stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema of <see cref="InfraDialect.Root"/>.</summary>
    public static string Write()
    {
        var schema = Schema(InfraDialect.Root);
        schema.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        schema.Insert(1, "title", "infra.yml");
        schema.Insert(2, "description", "An infrastructure of Incus.Infra.Sdk.");
        return schema.ToJsonString(Layout) + "\n";
    }

    private static JsonObject Schema(Shape shape) => shape switch
    {
        AnyShape => [],
        BooleanShape => new() { ["type"] = "boolean" },
        ScalarShape => new() { ["type"] = new JsonArray("string", "number", "boolean") },
        IntegerShape integer => new()
        {
            ["type"] = "integer",
            ["minimum"] = integer.Minimum,
            ["maximum"] = integer.Maximum,
        },
        ChoiceShape choice => new() { ["type"] = "string", ["enum"] = Texts(choice.Values) },
        TextShape { Form: null } => new() { ["type"] = "string" },
        TextShape text => new()
        {
            ["type"] = "string",
            ["pattern"] = text.Form.ToString(),
            ["patternErrorMessage"] = $"Must be {text.Expected}.",
        },
        ListShape { Minimum: 0 } list => new() { ["type"] = "array", ["items"] = Schema(list.Item) },
        ListShape list => new() { ["type"] = "array", ["items"] = Schema(list.Item), ["minItems"] = list.Minimum },
        MapShape map => new()
        {
            ["type"] = MappingType(map),
            ["propertyNames"] = Schema(map.Key),
            ["additionalProperties"] = Schema(map.Value),
        },
        EitherShape either => new() { ["anyOf"] = new JsonArray(Schema(either.First), Schema(either.Second)) },
        ObjectShape obj => Schema(obj),
        _ => throw new UnreachableException($"No schema for {shape.GetType().Name}."),
    };

    private static JsonObject Schema(ObjectShape shape)
    {
        var schema = new JsonObject
        {
            ["type"] = MappingType(shape),
            ["properties"] = new JsonObject(
                shape.Fields.Select(f => KeyValuePair.Create<string, JsonNode?>(f.Name, Schema(f)))),
            ["patternProperties"] = new JsonObject { [$"^{InfraDialect.UserKeyPrefix}"] = true },
            ["additionalProperties"] = false,
        };
        var required = shape.Fields.Where(f => f.Required).Select(f => f.Name).ToList();
        if (required.Count > 0)
        {
            schema["required"] = Texts(required);
        }

        if (shape.Alternatives.Count > 0)
        {
            schema["allOf"] = new JsonArray([.. shape.Alternatives.Select(Schema)]);
        }

        return schema;
    }

    private static JsonNode MappingType(Shape shape) => shape.MayBeNull ? new JsonArray("object", "null") : "object";

    private static JsonObject Schema(Alternatives alternatives) => new()
    {
        [alternatives.IsExclusive ? "oneOf" : "anyOf"] =
            new JsonArray([.. alternatives.Keys.Select(key => new JsonObject { ["required"] = Texts([key]) })]),
    };

    private static JsonObject Schema(Field field)
    {
        var schema = Schema(field.Shape);
        if (field.Effect == Effect.Foreign)
        {
            schema["deprecationMessage"] = field.Description;
            return schema;
        }

        schema.Insert(0, "description", field.Description);
        if (field.Required && field.Shape.MayBeNull)
        {
            schema["type"] = "object";
        }

        if (field.Default is { } value)
        {
            schema["default"] = Default(field.Shape, value);
        }

        return schema;
    }

    private static JsonNode Default(Shape shape, string value) => shape switch
    {
        BooleanShape or EitherShape { First: BooleanShape } => bool.Parse(value),
        IntegerShape => int.Parse(value, CultureInfo.InvariantCulture),
        _ => value,
    };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];
}
