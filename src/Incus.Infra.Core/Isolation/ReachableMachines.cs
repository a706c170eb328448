using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Isolation;

/// <summary>
/// The machines of other domains that policies let machines reach, and that these therefore have to know by name: the DNS of a
/// domain knows its own machines only.
/// </summary>
internal sealed class ReachableMachines(Infrastructure infra, AddressPlan addresses)
{
    private readonly ILookup<(string Domain, string? Machine), Party> _targets = new Policies(infra).Flows
        .Where(f => f is { From.Domain: not null, To.Domain: not null })
        .ToLookup(f => (f.From.Domain!.Name.Value, f.From.Machine?.Name.Value), f => f.To);

    /// <summary>What all machines of a domain may reach: addresses by name, in the order of the names.</summary>
    public IReadOnlyDictionary<string, string> Of(Domain domain) => Of(_targets[(domain.Name.Value, null)]);

    /// <summary>The same of a machine that may reach more, else nothing.</summary>
    public IReadOnlyDictionary<string, string> Of(Domain domain, Machine machine)
    {
        var own = _targets[(domain.Name.Value, machine.Name.Value)];
        return own.Any() ? Of(own.Concat(_targets[(domain.Name.Value, null)])) : Of(own);
    }

    private SortedDictionary<string, string> Of(IEnumerable<Party> targets)
    {
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var target in targets)
        {
            var plan = addresses.Domains[target.Domain!.Name.Value];
            foreach (var name in (target.Machine is { } only ? [only] : target.Domain.Machines).Select(m => m.Name.Value))
            {
                result[name] = plan.AddressOf(name);
            }
        }

        return result;
    }
}
