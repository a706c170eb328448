using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;
using Incus.Infra.Incus.Access;

namespace Incus.Infra.Tasks;

/// <summary>The cards of domains of infra.yml.</summary>
internal static class AccessCards
{
    /// <summary>Those of the domains that the property <c>Domain</c> means; if omitted, of all with access.</summary>
    /// <param name="infra">What infra.yml says.</param>
    /// <param name="addresses">The addresses of its machines.</param>
    /// <param name="infraFile">Its name, for messages.</param>
    /// <param name="names">The property.</param>
    /// <param name="faults">Takes names that no domain has, and domains without access.</param>
    public static IReadOnlyList<Card> Of(
        Infrastructure infra, AddressPlan addresses, string infraFile, string? names, out IReadOnlyList<Diagnostic> faults)
    {
        var domains = DomainSelection.Of(infra, infraFile, names, out var unknown);
        var open = domains.Where(d => d.Access is not null).ToList();
        var without = names is not null ? domains.Except(open).Select(d => (string?)d.Name.Value) : open.Count == 0 ? [null] : [];
        faults = [.. unknown, .. without.Select(name => UseDiagnostics.NoAccess(infraFile, name))];
        return [.. open.Select(d => Of(d, d.Access!, addresses.Domains[d.Name.Value]))];
    }

    private static Card Of(Domain domain, Access access, DomainAddresses addresses) => new(
        domain.Name.Value,
        domain.Name.Value,
        access.SshKeys.Count > 0 ? access.User : null,
        [
            .. domain.Machines.Select(m => new CardMachine(
                m.Name.Value,
                addresses.AddressOf(m.Name.Value),
                [.. addresses.Ports[m.Name.Value].Select(p => new CardPort(p.Name, p.Forward.Address, p.Number, p.Port))])),
        ],
        access.OwnAt is not null);
}
