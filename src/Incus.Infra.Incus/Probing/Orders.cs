using System.Text.Json.Serialization;

namespace Incus.Infra.Incus.Probing;

// What flows.py takes and prints.

/// <param name="Token">Names the process that listens.</param>
/// <param name="Address">The machine's own.</param>
/// <param name="Seconds">How long it listens at the most.</param>
/// <param name="Tcp">Ports.</param>
/// <param name="Udp">Ports.</param>
internal sealed record ListenOrder(
    string Token, string Address, int Seconds, IReadOnlyList<int> Tcp, IReadOnlyList<int> Udp);

/// <param name="Seconds">How long answers are waited for.</param>
/// <param name="Probes">Each protocol, address and port, with spaces between.</param>
internal sealed record ProbeOrder(int Seconds, IReadOnlyList<string> Probes);

/// <param name="Token">That of the process.</param>
internal sealed record StopOrder(string Token);

/// <summary>The ports where something of the instance's own listens.</summary>
internal sealed record Taken(IReadOnlyList<int> Tcp, IReadOnlyList<int> Udp);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ListenOrder))]
[JsonSerializable(typeof(ProbeOrder))]
[JsonSerializable(typeof(StopOrder))]
[JsonSerializable(typeof(Taken))]
[JsonSerializable(typeof(bool[]))]
internal sealed partial class ProbingJson : JsonSerializerContext;
