using System.Net;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Importing;

/// <summary>
/// How a machine keeps the addresses that it has. Apply would restart it for an address on its card, and cut it off from one
/// that neither its card nor DHCP gives it.
/// </summary>
/// <param name="host">What Incus has.</param>
/// <param name="form">What a domain is like.</param>
/// <param name="domain">The domain of the machines.</param>
internal sealed class CardSurvey(LiveHost host, DomainForm form, DomainSpec domain)
{
    private const string AddressKey = "ipv4.address";
    private const string FilterKey = "security.ipv4_filtering";

    /// <summary>The machine's own address, and its card where infra.yml must say more of it.</summary>
    public (string? Ip, Dictionary<string, string>? Card) Run(IncusObject live, List<string> notes)
    {
        var bridge = domain.IncusNetwork.Name;
        if (live.ExpandedDevices?.GetValueOrDefault(NetworkCard.Name) is not { } card || !NetworkCard.IsOn(bridge, card))
        {
            return (null, null);
        }

        var subnet = IPNetwork.Parse(domain.IncusNetwork.Subnet);
        var given = card.GetValueOrDefault(AddressKey) is { Length: > 0 } text ? text : null;
        var address = IPAddress.TryParse(given, out var parsed) && subnet.Contains(parsed) ? parsed : null;
        var ip = address is not null && form.IsForMachines(address) ? address.ToString() : null;
        var has = host.Addresses.GetValueOrDefault(ObjectId.Instance(domain.IncusProject, live.Name), [])
            .Where(a => subnet.Contains(a) && !a.Equals(address)).ToList();
        var isFiltered = card.ContainsKey(FilterKey);
        var claimed = isFiltered ? [] : has.Where(a => given is not null || !HasDhcp(bridge) || !form.IsOfDhcp(a)).ToList();
        if (ip is not null && claimed is [])
        {
            return (ip, null);
        }

        var result = card.OrderBy(o => o.Key != "type").ThenBy(o => o.Key, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        if (ip is null && given != "none")
        {
            // No value: what the card has, or has not, stays. Apply would restart the machine for an address.
            result[AddressKey] = "";
            if (given is not null)
            {
                notes.Add($"Its card keeps the address {Excerpt.Of(given)}, which is none that infra.yml can give.");
            }
            else if (claimed is [])
            {
                notes.Add($"It gets its address from DHCP{Seen(has)}. Remove the empty ipv4.address to have the build choose a "
                    + "fixed one, for which Apply restarts the machine.");
            }
        }

        if (claimed is not [])
        {
            result[FilterKey] = "false";
            notes.Add($"It uses an address{Seen(claimed)} from neither its card nor the DHCP range of a domain, "
                + $".{form.Dhcp.First} to .{form.Dhcp.Last}. With security.ipv4_filtering it would be cut off. If the address is "
                + "from DHCP, the machine gets another one when the lease ends.");
        }

        return (ip, result);
    }

    private static string Seen(List<IPAddress> addresses) => addresses is [] ? "" : $" ({string.Join(", ", addresses)})";

    private bool HasDhcp(string bridge) =>
        !IncusBoolean.IsFalse(host.State.Objects[ObjectId.Network(bridge)].Config?.GetValueOrDefault("ipv4.dhcp"));
}
