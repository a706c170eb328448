using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Isolation;

/// <summary>Where a packet of a proof comes from or goes to: a machine, or the gateway of a domain, which is the host.</summary>
/// <param name="Domain">The domain, which is also the Incus project of its machines; of copies that share a gateway any.</param>
/// <param name="Machine">The machine, or null for the gateway.</param>
/// <param name="Address">Its IPv4 address.</param>
internal sealed record FlowEnd(Domain Domain, Machine? Machine, string Address)
{
    /// <summary>For people.</summary>
    public string Name => Machine?.Name.Value ?? $"gateway of {Domain.NetworkOwner.Value}";

    /// <summary>What a limit may call it.</summary>
    public IEnumerable<string> Names => Machine is null && Domain.SharedNetwork is not null
        ? [Domain.NetworkOwner.Value]
        : new[] { Domain.Name.Value, Domain.Copy?.Template.Value, Machine?.Name.Value }.OfType<string>();

    /// <summary>What policies may call it.</summary>
    public Party Party => Machine is null ? new Party(Name) : new Party(Name) { Domain = Domain, Machine = Machine };
}

/// <summary>A connection that one end tries to open, and whether it should succeed.</summary>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>icmp</c>, which is a ping.</param>
/// <param name="Port">0 for <c>icmp</c>.</param>
/// <param name="Policy">The policy that allows it; null where none does.</param>
/// <param name="IsOpen">Whether it should succeed.</param>
internal sealed record ExpectedFlow(FlowEnd From, FlowEnd To, string Protocol, int Port, NetworkPolicy? Policy, bool IsOpen)
{
    /// <summary>Whether one of its ends has one of these names, or there are none.</summary>
    public bool IsIn(IReadOnlySet<string> limit) => limit.Count == 0 || From.Names.Concat(To.Names).Any(limit.Contains);

    /// <summary>Such as <c>tcp 80</c>.</summary>
    public string Traffic => Protocol == "icmp" ? Protocol : $"{Protocol} {Port}";
}
