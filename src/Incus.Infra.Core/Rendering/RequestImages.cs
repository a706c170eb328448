using System.Text.Json.Nodes;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rendering;

/// <summary>The images of a request to the engine.</summary>
internal static class RequestImages
{
    /// <summary>As JSON.</summary>
    /// <param name="images">The images.</param>
    /// <param name="inputs">What they are built of; null where it does not matter, as in the tree.</param>
    /// <param name="builder">The project of the machines that they are to be made from; null where there are none.</param>
    public static JsonArray Of(IEnumerable<OwnImage> images, ImageInputs? inputs, string? builder) =>
        new([.. images.Select(image => Of(image, inputs?[image.Name.Value], builder))]);

    private static JsonObject Of(OwnImage image, IReadOnlyDictionary<string, string>? inputs, string? builder)
    {
        var json = new JsonObject { ["name"] = image.Name.Value, ["type"] = MachineVariables.TypeOf(image.Builder) };
        if (inputs is not null)
        {
            json["description"] = image.Builder.Description;
            json["keep"] = image.Keep;
            json["inputs"] = new JsonObject(inputs.Select(i => KeyValuePair.Create(i.Key, (JsonNode?)JsonValue.Create(i.Value))));
            json["builder"] = builder;
        }

        return json;
    }
}
