using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Model;
using Incus.Infra.Incus.Access;

namespace Incus.Infra.Tasks;

/// <summary>The cards that infra.yml asks for.</summary>
internal static class AccessCards
{
    /// <summary>The card of a domain with access.</summary>
    public static Card Of(Domain domain, DomainAddresses addresses) => new(
        domain.Name.Value,
        domain.Name.Value,
        domain.Access!.SshKeys.Count > 0 ? domain.Access.User : null,
        [
            .. domain.Machines.Select(m => new CardMachine(
                m.Name.Value,
                addresses.AddressOf(m.Name.Value),
                [.. addresses.Ports[m.Name.Value].Select(p => new CardPort(p.Name, p.Forward.Address, p.Number, p.Port))])),
        ],
        domain.Access.OwnAt is not null);
}
