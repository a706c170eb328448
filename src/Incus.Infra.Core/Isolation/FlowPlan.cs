using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Isolation;

/// <summary>
/// Which connections prove that the domains of an infrastructure are closed but for its policies: from machine to machine of
/// each two domains, every port that a policy between them names, one that none names, and a ping. What is expected comes from
/// the policies, not from the rules that are made of them.
/// </summary>
internal sealed class FlowPlan
{
    // Where hardly anything listens; the first below it that no policy names is taken.
    private const int HighestUndeclared = 47808;

    private static readonly string[] Protocols = ["tcp", "udp"];

    private readonly IReadOnlyList<Flow> _flows;
    private readonly HashSet<Machine> _named;
    private readonly int _undeclared;

    public FlowPlan(Infrastructure infra, AddressPlan addresses)
    {
        _flows = new Policies(infra).Flows;
        _named = [.. _flows.SelectMany(f => new[] { f.From.Machine, f.To.Machine }).OfType<Machine>()];
        var declared = _flows.SelectMany(f => f.Policy.Traffic.Ports ?? []).ToHashSet();
        _undeclared = Enumerable.Range(0, HighestUndeclared).Select(i => HighestUndeclared - i).First(p => !declared.Contains(p));
        var domains = infra.Domains.Where(d => d.Enabled)
            .Select(d => (Domain: d, Plan: addresses.Domains[d.Name.Value]))
            .ToList();
        Machines = [.. domains.SelectMany(d =>
            d.Domain.Machines.Select(m => new FlowEnd(d.Domain, m, d.Plan.AddressOf(m.Name.Value))))];
        Gateways =
        [
            .. domains.DistinctBy(d => d.Domain.NetworkOwner).Select(d => new FlowEnd(d.Domain, Machine: null, d.Plan.Gateway)),
        ];
    }

    /// <summary>The machines of all domains that are enabled.</summary>
    public IReadOnlyList<FlowEnd> Machines { get; }

    private IReadOnlyList<FlowEnd> Gateways { get; }

    /// <summary>
    /// The machines to ask: those that a policy names, and for each domain one more where possible.
    /// </summary>
    /// <param name="runs">Whether a machine runs; one that does not answers nothing.</param>
    /// <returns>A machine that does not run is among them only if it cannot be left out.</returns>
    public IReadOnlyList<FlowEnd> Chosen(Func<FlowEnd, bool> runs) =>
    [
        .. Machines.GroupBy(m => m.Domain).SelectMany(domain =>
        {
            var named = domain.Where(m => _named.Contains(m.Machine!));
            var other = domain.Where(m => !_named.Contains(m.Machine!)).OrderByDescending(runs).Take(1);
            return other.Any(runs) || !named.Any() ? named.Concat(other) : named;
        }),
    ];

    /// <summary>The connections between some machines, and from these to the gateways.</summary>
    /// <param name="machines">Some of <see cref="Machines"/>.</param>
    public IEnumerable<ExpectedFlow> Between(IReadOnlyList<FlowEnd> machines)
    {
        var ports = PortsByPair();
        foreach (var from in machines)
        {
            foreach (var to in machines.Where(to => to.Domain != from.Domain))
            {
                foreach (var protocol in Protocols)
                {
                    foreach (var port in ports[(from.Domain, to.Domain, protocol)].Append(_undeclared))
                    {
                        yield return Expect(from, to, protocol, port);
                    }
                }

                yield return Expect(from, to, "icmp", 0);
            }

            // Every machine may ping its own gateway, and no policy opens that of another domain.
            foreach (var gateway in Gateways)
            {
                var isOwn = gateway.Domain.NetworkOwner == from.Domain.NetworkOwner;
                yield return new(from, gateway, "icmp", 0, Policy: null, isOwn);
            }
        }
    }

    private ExpectedFlow Expect(FlowEnd from, FlowEnd to, string protocol, int port)
    {
        var traffic = new Traffic(protocol, protocol == "icmp" ? null : [port]);
        var (source, target) = (from.Party, to.Party);
        var flow = _flows.FirstOrDefault(f =>
            f.From.Covers(source) && f.To.Covers(target) && f.Policy.Traffic.Covers(traffic));
        return new(from, to, protocol, port, flow?.Policy, flow is not null);
    }

    // What a policy opens one way must not be open the other way, so that both are asked.
    private ILookup<(Domain, Domain, string), int> PortsByPair() => _flows
        .Where(f => f is { From.Domain: not null, To.Domain: not null, Policy.Traffic: { Protocol: not null, Ports: not null } })
        .SelectMany(f => new[] { (f.From, f.To), (f.To, f.From) }.SelectMany(way =>
            f.Policy.Traffic.Ports!.Select(port =>
                (From: way.Item1.Domain!, To: way.Item2.Domain!, f.Policy.Traffic.Protocol, Port: port))))
        .Distinct()
        .ToLookup(p => (p.From, p.To, p.Protocol!), p => p.Port);
}
