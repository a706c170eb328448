using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Incus.Infra.Core.Tests.Dialect;

/// <summary>Writes a document in block style, as users do; texts are in quotes, so that their type is certain.</summary>
internal static class BlockYaml
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(JsonNode document)
    {
        var text = new StringBuilder();
        Write(text, document, 0);
        return text.ToString().TrimStart('\n') + "\n";
    }

    private static void Write(StringBuilder text, JsonNode? node, int level)
    {
        switch (node)
        {
            case null:
                break;
            case JsonObject { Count: > 0 } mapping:
                foreach (var (key, value) in mapping)
                {
                    text.Append('\n').Append(' ', level * 2).Append(JsonSerializer.Serialize(key, Readable)).Append(':');
                    Write(text, value, level + 1);
                }

                break;
            case JsonArray { Count: > 0 } list:
                foreach (var item in list)
                {
                    text.Append('\n').Append(' ', level * 2).Append('-');
                    Write(text, item, level + 1);
                }

                break;
            default:
                text.Append(' ').Append(node.ToJsonString(Readable));
                break;
        }
    }
}
