using System.Buffers.Binary;
using System.Net;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Machines of different domains that a policy leads to one another. They have to be on one member: every member's end of a
/// bridge has the address of the gateway, so that what one member asks a machine of another, its own member hears the answer.
/// </summary>
internal sealed class Bonds
{
    private readonly Dictionary<ObjectId, List<Bond>> _bonds = [];

    /// <param name="domains">All domains, by name.</param>
    public Bonds(IReadOnlyDictionary<string, DomainSpec> domains)
    {
        foreach (var domain in domains.Values)
        {
            var partners = domain.IncusNetworkAcl.Partners.Select(domains.GetValueOrDefault).OfType<DomainSpec>().ToList();
            foreach (var rule in partners.Count == 0 ? [] : domain.IncusNetworkAcl.Ingress)
            {
                var to = Machines(domain, rule.Destination).ToList();
                var from = to.Count == 0 ? [] : partners.SelectMany(p => Machines(p, rule.Source)).ToList();
                if (from.Count > 0)
                {
                    var bond = new Bond([.. from], to);
                    foreach (var machine in from.Concat(to))
                    {
                        (_bonds.TryGetValue(machine, out var others) ? others : _bonds[machine] = []).Add(bond);
                    }
                }
            }
        }
    }

    /// <summary>All that has to be where a machine is, nearest first, without itself.</summary>
    public IEnumerable<ObjectId> With(ObjectId machine)
    {
        var seen = new HashSet<ObjectId> { machine };
        var seenBonds = new HashSet<Bond>();
        var next = new Queue<ObjectId>(seen);
        while (next.TryDequeue(out var current))
        {
            foreach (var other in _bonds.GetValueOrDefault(current, []).Where(seenBonds.Add)
                .SelectMany(b => b.From.Concat(b.To)).Where(seen.Add))
            {
                yield return other;
                next.Enqueue(other);
            }
        }
    }

    /// <summary>The two ends of what a policy allows, where they are not on one member; null where there are none.</summary>
    /// <param name="domain">The domain at one end.</param>
    /// <param name="memberOf">Where a machine is or goes to; null where nobody knows.</param>
    public (ObjectId From, ObjectId To)? Parted(DomainSpec domain, Func<ObjectId, string?> memberOf) => domain.Machines
        .SelectMany(m => _bonds.GetValueOrDefault(ObjectId.Instance(domain.IncusProject, m.InstanceName), []))
        .Distinct()
        .Select(bond => (
            from one in bond.From
            from other in bond.To
            where memberOf(one) is { } at && memberOf(other) is { } elsewhere && at != elsewhere
            select ((ObjectId, ObjectId)?)(one, other)).FirstOrDefault())
        .FirstOrDefault(ends => ends is not null);

    private static IEnumerable<ObjectId> Machines(DomainSpec domain, string? addresses) => domain.Machines
        .Where(m => IPAddress.TryParse(m.InstanceIp, out var ip) && Matches(addresses, ip))
        .Select(m => ObjectId.Instance(domain.IncusProject, m.InstanceName));

    /// <summary>Whether an address is among the addresses, ranges and networks of a rule; null is any.</summary>
    private static bool Matches(string? addresses, IPAddress ip) =>
        addresses is null || addresses.Split(',', StringSplitOptions.TrimEntries).Any(part =>
            part.Split('-') is [var first, var last]
                ? IPAddress.TryParse(first, out var low) && IPAddress.TryParse(last, out var high)
                    && Number(low) <= Number(ip) && Number(ip) <= Number(high)
                : IPNetwork.TryParse(part.Contains('/', StringComparison.Ordinal) ? part : $"{part}/32", out var network)
                    && network.Contains(ip));

    private static uint Number(IPAddress ip) => BinaryPrimitives.ReadUInt32BigEndian(ip.GetAddressBytes());

    private sealed class Bond(List<ObjectId> from, List<ObjectId> to)
    {
        public IReadOnlyList<ObjectId> From => from;

        public IReadOnlyList<ObjectId> To => to;
    }
}
