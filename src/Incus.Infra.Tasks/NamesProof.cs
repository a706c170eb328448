using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Model;
using Incus.Infra.Incus.Desired;

namespace Incus.Infra.Tasks;

/// <summary>The machines whose hosts files are looked into.</summary>
internal static class NamesProof
{
    /// <summary>Those of domains that are enabled, as the engine takes them.</summary>
    /// <param name="infra">What infra.yml says.</param>
    /// <param name="addresses">The addresses of its machines.</param>
    /// <param name="limit">Only those of these domains, and these machines; empty for all.</param>
    public static IReadOnlyList<(DomainSpec Domain, MachineSpec Machine)> Machines(
        Infrastructure infra, AddressPlan addresses, IEnumerable<string> limit)
    {
        var names = infra.WithCopies(limit).ToHashSet();
        return
        [
            .. DeclaredRequest.Of(infra, addresses).Domains.SelectMany(d => d.Machines.Select(m => (d, m)))
                .Where(m => names.Count == 0 || names.Contains(m.d.Name) || names.Contains(m.m.InstanceName)),
        ];
    }
}
