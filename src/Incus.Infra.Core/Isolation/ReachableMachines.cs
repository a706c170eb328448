using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Isolation;

/// <summary>
/// The machines of other domains that policies let machines reach, and that these therefore have to know by name: the DNS of a
/// domain knows its own machines only, and in a cluster each member's end of it those on the member.
/// </summary>
internal sealed class ReachableMachines(Infrastructure infra, AddressPlan addresses)
{
    private readonly ILookup<(string Domain, string? Machine), Party> _targets = new Policies(infra).Flows
        .Where(f => f is { From.Domain: not null, To.Domain: not null })
        .ToLookup(f => (f.From.Domain!.Name.Value, f.From.Machine?.Name.Value), f => f.To);

    /// <summary>What all machines of a domain may reach: addresses by name, in the order of the names.</summary>
    public IReadOnlyDictionary<string, string> Of(Domain domain) => Addresses(OfAll(domain));

    /// <summary>The same of a machine that may reach more, else nothing.</summary>
    public IReadOnlyDictionary<string, string> Of(Domain domain, Machine machine)
    {
        var own = _targets[(domain.Name.Value, machine.Name.Value)].Select(Place).ToList();
        return Addresses(own.Count > 0 ? [.. own, .. OfAll(domain)] : []);
    }

    private IEnumerable<(Domain Domain, Machine? Only)> OfAll(Domain domain)
    {
        var others = _targets[(domain.Name.Value, null)].Select(Place);
        return domain.IsLinked ? others.Append((domain, null)) : others;
    }

    private static (Domain Domain, Machine? Only) Place(Party party) => (party.Domain!, party.Machine);

    private SortedDictionary<string, string> Addresses(IEnumerable<(Domain Domain, Machine? Only)> places)
    {
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (domain, only) in places)
        {
            var plan = addresses.Domains[domain.Name.Value];
            foreach (var name in (only is null ? domain.Machines : [only]).Select(m => m.Name.Value))
            {
                result[name] = plan.AddressOf(name);
            }
        }

        return result;
    }
}
