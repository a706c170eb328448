using System.Text.Json;
using System.Text.Json.Serialization;

namespace Incus.Infra.Incus.Model;

/// <summary>
/// What is kept on an instance while it is rebuilt. Incus empties it first and remembers the new image last, so that one whose
/// rebuild was interrupted looks as it did before. The next run finds this and completes it.
/// </summary>
/// <param name="Copy">The name of the copy that keeps what there was.</param>
/// <param name="CopiedAt">The last start of the instance by the time that the copy was complete; null until then.</param>
internal sealed record RebuildMark(string Copy, string? CopiedAt = null)
{
    private const string Key = Ownership.Prefix + "rebuild";

    /// <summary>Reads it from an instance; null where none is being rebuilt.</summary>
    public static RebuildMark? Of(IncusObject instance)
    {
        if (instance.Config?.GetValueOrDefault(Key) is not { } text)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(text, RebuildJson.Default.RebuildMark) is { Copy: not null } mark ? mark : null;
        }
        catch (JsonException)
        {
            // Somebody edited it: no longer ours.
            return null;
        }
    }

    /// <summary>Whether the copy has all that the instance has: nobody has started that since.</summary>
    public bool IsCopied(IncusObject instance) => !instance.IsUp && CopiedAt == RanMark.StartOf(instance);

    public IncusObject WriteTo(IncusObject instance) => instance with
    {
        Config = new(instance.Config ?? []) { [Key] = JsonSerializer.Serialize(this, RebuildJson.Default.RebuildMark) },
    };

    public static IncusObject? RemoveFrom(IncusObject instance) => instance.Config?.ContainsKey(Key) == true
        ? instance with { Config = instance.Config.Where(c => c.Key != Key).ToDictionary() }
        : null;
}

/// <summary>Compiled in, so that a run starts without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RebuildMark))]
internal sealed partial class RebuildJson : JsonSerializerContext;
