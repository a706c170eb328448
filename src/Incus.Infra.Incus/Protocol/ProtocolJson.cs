using System.Text.Json.Serialization;

namespace Incus.Infra.Incus.Protocol;

/// <summary>How requests are read and lines are written; compiled in, so that a run starts without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters = [typeof(ScalarText)])]
[JsonSerializable(typeof(Request))]
[JsonSerializable(typeof(Result))]
[JsonSerializable(typeof(ProgressLine))]
internal sealed partial class ProtocolJson : JsonSerializerContext;
