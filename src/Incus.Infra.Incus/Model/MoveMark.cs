using System.Text.Json;
using System.Text.Json.Serialization;

namespace Incus.Infra.Incus.Model;

/// <summary>
/// What is kept on an instance while it moves to another member of a cluster: which of its volumes go where, and all that
/// Incus forgets of them on the way. The next run finds it should this one be killed.
/// </summary>
internal sealed record MoveMark(IReadOnlyList<MovingVolume> Volumes)
{
    private const string Key = "user.infra.move";

    /// <summary>Reads it from an instance that is stopped; one that runs has been started since, and has no use for it.</summary>
    public static MoveMark? Of(IncusObject instance)
    {
        if (instance.IsUp || instance.Config?.GetValueOrDefault(Key) is not { } text)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(text, MoveJson.Default.MoveMark) is { Volumes: { } volumes } mark
                && volumes.All(v => v is { Project: not null, Pool: not null, Name: not null, From: not null, To: not null })
                && volumes.All(v => v.Config is not null)
                    ? mark
                    : null;
        }
        catch (JsonException)
        {
            // Somebody edited it: no longer ours.
            return null;
        }
    }

    public IncusObject WriteTo(IncusObject instance) => instance with
    {
        Config = new(instance.Config!) { [Key] = JsonSerializer.Serialize(this, MoveJson.Default.MoveMark) },
    };

    public static IncusObject? RemoveFrom(IncusObject instance) => instance.Config?.ContainsKey(Key) == true
        ? instance with { Config = instance.Config.Where(c => c.Key != Key).ToDictionary() }
        : null;
}

/// <summary>A volume that goes from one member to another, and what it is there, too.</summary>
internal sealed record MovingVolume(
    string Project, string Pool, string Name, string From, string To, string? Description, Dictionary<string, string> Config)
{
    [JsonIgnore]
    public ObjectId Id => ObjectId.Volume(Project, Pool, Name);

    /// <summary>The same on its way back.</summary>
    [JsonIgnore]
    public MovingVolume Back => this with { From = To, To = From };
}

/// <summary>Compiled in, so that a run starts without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MoveMark))]
internal sealed partial class MoveJson : JsonSerializerContext;
