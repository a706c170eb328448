using System.Text.Json;
using System.Text.Json.Serialization;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Api;

/// <summary>How the REST API writes JSON; compiled in, so that a run starts without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Reply<ServerInfo>))]
[JsonSerializable(typeof(Reply<TrustedCertificate>))]
[JsonSerializable(typeof(Reply<Operation>))]
[JsonSerializable(typeof(Reply<ServerResources>))]
[JsonSerializable(typeof(Reply<IncusObject>))]
[JsonSerializable(typeof(Reply<List<IncusObject>>))]
[JsonSerializable(typeof(Reply<List<ClusterMember>>))]
[JsonSerializable(typeof(Reply<List<Image>>))]
[JsonSerializable(typeof(Reply<List<string>>))]
[JsonSerializable(typeof(Reply<AliasTarget>))]
[JsonSerializable(typeof(Reply<List<Certificate>>))]
[JsonSerializable(typeof(Reply<InterfaceState>))]
[JsonSerializable(typeof(Reply<List<InstanceView>>))]
[JsonSerializable(typeof(Reply<List<VolumeView>>))]
[JsonSerializable(typeof(Reply<List<SnapshotView>>))]
[JsonSerializable(typeof(Reply<Dictionary<string, List<Operation>>>))]
[JsonSerializable(typeof(Reply<JsonElement>))]
[JsonSerializable(typeof(NewObject))]
[JsonSerializable(typeof(NewInstance))]
[JsonSerializable(typeof(NewImage))]
[JsonSerializable(typeof(PublishedImage))]
[JsonSerializable(typeof(ImageContent))]
[JsonSerializable(typeof(ImageName))]
[JsonSerializable(typeof(StateChange))]
[JsonSerializable(typeof(NewSnapshot))]
[JsonSerializable(typeof(NewBackup))]
[JsonSerializable(typeof(NewExec))]
[JsonSerializable(typeof(ExecResult))]
[JsonSerializable(typeof(FetchedImage))]
[JsonSerializable(typeof(SnapshotRestore))]
[JsonSerializable(typeof(NewName))]
[JsonSerializable(typeof(Migration))]
[JsonSerializable(typeof(ProjectChange))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenView))]
[JsonSerializable(typeof(ClientToken))]
internal sealed partial class IncusJson : JsonSerializerContext;
