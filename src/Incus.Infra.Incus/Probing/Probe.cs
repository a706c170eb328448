using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Probing;

/// <summary>A connection that an instance tries to open.</summary>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>icmp</c>, which is a ping.</param>
/// <param name="Address">Where to, an IPv4 address.</param>
/// <param name="Port">0 for <c>icmp</c>.</param>
internal sealed record Probe(string Protocol, string Address, int Port);

/// <summary>What an instance has to do.</summary>
/// <param name="Id">The instance.</param>
/// <param name="Address">Its IPv4 address.</param>
/// <param name="Probes">What it tries to open.</param>
internal sealed record Prober(ObjectId Id, string Address, IReadOnlyList<Probe> Probes);

/// <summary>What came of the probes of an instance.</summary>
/// <param name="Answered">
/// For each of its probes whether it was answered, or null where the far end is none that could; empty with a fault.
/// </param>
/// <param name="Fault">Why the instance can neither probe nor be probed, or null.</param>
internal sealed record ProbeAnswer(IReadOnlyList<bool?> Answered, string? Fault);
