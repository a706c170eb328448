using System.Text.Json.Serialization;

namespace Incus.Infra.Core.Ansible;

/// <summary>Generated at compile time, because reflection would cost more than all else that a build does.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(PlaybookRecord))]
[JsonSerializable(typeof(PlanDocument))]
internal sealed partial class PlaybookJson : JsonSerializerContext;
