using Incus.Infra.Core.Addressing;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;
using Infrastructure = Incus.Infra.Core.Model.Infrastructure;

namespace Incus.Infra.Tasks;

/// <summary>The machines that the machine of the build reaches, if it is the host of the local server.</summary>
/// <param name="Lines">For its hosts file.</param>
/// <param name="Elsewhere">How many are on other servers.</param>
internal sealed record HostNames(string Lines, int Elsewhere)
{
    /// <summary>Those of domains that are enabled.</summary>
    /// <param name="infra">What infra.yml says.</param>
    /// <param name="addresses">The addresses of its machines.</param>
    /// <param name="remote">The server of domains without one, or null for the local one.</param>
    public static HostNames Of(Infrastructure infra, AddressPlan addresses, string? remote)
    {
        // A bridge is reached from its own host.
        var domains = infra.Domains.Where(d => d.Enabled).ToLookup(d => IncusTarget.Remote(d.Remote?.Value ?? remote) is null);
        return new HostNames(
            HostsBlock.Lines(domains[true].SelectMany(d => d.Machines.Select(m => m.Name.Value)
                .Select(name => KeyValuePair.Create(name, addresses.Domains[d.Name.Value].AddressOf(name))))),
            domains[false].Sum(d => d.Machines.Count));
    }
}
