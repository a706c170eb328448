using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Isolation;

/// <summary>
/// Makes the ACLs of an infrastructure. A packet between two domains passes the egress rules of one and the ingress rules of
/// the other, so that a flow is a rule at either end; its answers need none.
/// </summary>
internal sealed class AccessLists
{
    private readonly AddressPlan _addresses;
    private readonly OutsideRanges _ranges;
    private readonly ILookup<string, Flow> _leaving;
    private readonly ILookup<string, Flow> _entering;
    private readonly ILookup<string, Domain> _domains;

    public AccessLists(Infrastructure infra, AddressPlan addresses)
    {
        var policies = new Policies(infra);
        _addresses = addresses;
        _domains = infra.Domains.ToLookup(d => d.NetworkOwner.Value, StringComparer.Ordinal);
        _ranges = policies.Ranges;
        var flows = policies.Declared.SelectMany(f => f.EachNetwork).ToList();
        _leaving = flows.Where(f => f.From.Domain is not null)
            .ToLookup(f => f.From.Domain!.NetworkOwner.Value, StringComparer.Ordinal);
        _entering = flows.Where(f => f.To.Domain is not null)
            .ToLookup(f => f.To.Domain!.NetworkOwner.Value, StringComparer.Ordinal);
    }

    /// <summary>The ACL of a domain that is enabled; copies that share a network have one.</summary>
    public AccessList Of(Domain domain)
    {
        var owner = domain.NetworkOwner.Value;
        var (leaving, entering) = (_leaving[owner], _entering[owner]);
        var partners = leaving.Select(f => f.To).Concat(entering.Select(f => f.From))
            .SelectMany(p => p.Each).Select(p => p.Domain?.Name.Value);
        return new AccessList(
            domain.Bridge,
            [.. partners.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Join(
                [new AccessRule("host", GatewayOf(domain), AddressesFor(domain))],
                [
                    .. entering.Select(EnteringRule),
                    .. _domains[owner].SelectMany(d => d.Machines.SelectMany(m => PortRules(d, m))),
                ]),
            Join(Always(domain), leaving.Select(LeavingRule)));
    }

    // Who has a certificate for the project can have Incus lead any address to his machine (ipv4.routes of its card), and would
    // be what the host wants to reach there.
    private AddressSet? AddressesFor(Domain domain) => domain.Access?.OwnAt is null ? null : SubnetOf(domain);

    // Within a domain all is open. Where br_netfilter is loaded, its rules also see what stays on the bridge. The gateway is
    // left out, since the same rules are those for the host. Of copies that share a network none may reach another, and what one
    // sends to another by way of the gateway meets these rules.
    private IEnumerable<AccessRule> Always(Domain domain)
    {
        var (subnet, gateway) = (SubnetOf(domain), GatewayOf(domain));
        if (domain.SharedNetwork is null)
        {
            yield return new("machines of the domain", subnet, subnet.Except(gateway));
        }

        // Where the members take in what is for their bridges, whoever has sent it.
        if (domain.ClusterLink is not null)
        {
            yield return new("tunnels of the members", subnet, null)
            {
                Protocol = "udp",
                DestinationPort = $"{Tunnel.Port}",
                Rejects = true,
            };
        }

        yield return new("ping of the gateway", subnet, gateway) { Protocol = "icmp4", IcmpType = "8" };
        if (_ranges.Of(domain.Outside) is { } outside)
        {
            yield return new(domain.Outside == OutsideAccess.All ? "outside" : "internet", subnet, outside);
        }
    }

    // Sorted by what they match, so that a policy more, or one that moves in the file, changes no other rule.
    private static AccessRule[] Join(IEnumerable<AccessRule> always, IEnumerable<AccessRule> ofPolicies)
    {
        var first = always.ToList();
        var taken = first.Select(r => r.Match).ToHashSet();
        return
        [
            .. first,
            .. ofPolicies
                .Where(r => !taken.Contains(r.Match))
                .GroupBy(r => r.Match, (_, equal) => equal.MinBy(r => r.Description, StringComparer.Ordinal)!)
                .OrderBy(r => r.Source.First)
                .ThenBy(r => r.Match.Source, StringComparer.Ordinal)
                .ThenBy(r => r.Destination!.First)
                .ThenBy(r => r.Match.Destination, StringComparer.Ordinal)
                .ThenBy(r => r.Protocol, StringComparer.Ordinal)
                .ThenBy(r => r.DestinationPort, StringComparer.Ordinal),
        ];
    }

    // A packet to the gateway of another domain is for the host and meets only these rules, none of that domain.
    private AccessRule LeavingRule(Flow flow)
    {
        var rule = EnteringRule(flow);
        return flow.To is { Domain: { } domain, Machine: null }
            ? rule with { Destination = rule.Destination!.Except(GatewayOf(domain)) }
            : rule;
    }

    // Every rule names its source, so that no machine passes as one of another domain.
    private AccessRule EnteringRule(Flow flow)
    {
        var (protocol, ports) = flow.Policy.Traffic;
        return new AccessRule(DescriptionOf(flow), AddressesOf(flow.From, flow.To), AddressesOf(flow.To, flow.From))
        {
            Protocol = protocol == "icmp" ? "icmp4" : protocol,
            DestinationPort = ports is null ? null : string.Join(',', ports),
        };
    }

    // Packets that the host forwards come from where they began. The other connections begin within the machine itself.
    private IEnumerable<AccessRule> PortRules(Domain domain, Machine machine) => PlanOf(domain).Ports[machine.Name.Value]
        .Where(port => port.Forward.HasNat)
        .Select(port => new AccessRule(
            $"port {port.Name} of {machine.Name.Value}",
            _ranges.All,
            AddressSet.Of(PlanOf(domain).AddressOf(machine.Name.Value)))
        {
            Protocol = port.Forward.Protocol,
            DestinationPort = $"{port.Port}",
        });

    private static string DescriptionOf(Flow flow)
    {
        var why = string.Join(' ', (flow.Policy.Description ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return $"{flow.From.Name} -> {flow.To.Name}{(why.Length > 0 ? ": " : "")}{why}";
    }

    private AddressSet AddressesOf(Party party, Party other) => party switch
    {
        { Machine: { } machine, Domain: { } domain } => AddressSet.Of(PlanOf(domain).AddressOf(machine.Name.Value)),
        { Copies: [], Domain: { SharedNetwork: not null, Machines: [var only] } copy } =>
            AddressSet.Of(PlanOf(copy).AddressOf(only.Name.Value)),
        { Domain: { } domain } => SubnetOf(domain),
        { Outside: { } outside } => outside,
        _ => GatewayOf(other.Domain!),
    };

    private AddressSet SubnetOf(Domain domain) => AddressSet.Of(PlanOf(domain).Subnet);

    private AddressSet GatewayOf(Domain domain) => AddressSet.Of(PlanOf(domain).Gateway);

    private DomainAddresses PlanOf(Domain domain) => _addresses.Domains[domain.Name.Value];
}
