using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Combinations of NICs: Incus rejects some of them only when a machine starts, and not all by name.</summary>
internal sealed class CardRules(AddressPlan addresses, DiagnosticBag diagnostics)
{
    private const string AddressKey = "ipv4.address";

    private readonly Dictionary<(string Bridge, string Address), Located<string>> _addresses = [];
    private readonly Dictionary<(string Bridge, string Vlan, string Address), Located<string>> _hardware = [];

    public static void Check(Infrastructure infra, AddressPlan addresses, DiagnosticBag diagnostics) =>
        new CardRules(addresses, diagnostics).Check(infra);

    private void Check(Infrastructure infra)
    {
        foreach (var (domain, machine) in infra.Domains.SelectMany(d => d.Machines.Select(m => (d, m))))
        {
            if (AddressOf(domain, machine) is { } address)
            {
                _addresses.TryAdd(
                    (domain.Bridge, address), new(machine.Name.Value, machine.Ip?.At ?? machine.Name.At));
            }
        }

        foreach (var domain in infra.Domains.Where(d => d.Enabled))
        {
            var profiles = new AppliedProfiles(domain);
            foreach (var machine in domain.Machines)
            {
                Check(domain, machine, [.. profiles.CardsOf(machine).Select(c => new Card(c.Value, c.At))]);
            }
        }
    }

    private void Check(Domain domain, Machine machine, List<Card> cards)
    {
        var name = machine.Name.Value;
        for (var i = 0; i < cards.Count; i++)
        {
            var card = cards[i];
            var earlier = cards.Take(i).ToList();
            if (card.Bridge is not null && earlier.Find(c => c.Bridge == card.Bridge && c.Vlan == card.Vlan) is { } beside)
            {
                diagnostics.Add(RuleDiagnostics.SecondCard(
                    card.At, name, card.Name, card.Bridge, beside.Name, beside.At.Line));
            }
            else if (card.Interface is not null && earlier.Find(c => c.Interface == card.Interface) is { } same)
            {
                diagnostics.Add(RuleDiagnostics.InterfaceTwice(
                    card.At, name, card.Name, card.Interface, same.Name, same.At.Line));
            }
            else if (card.Bridge is not null)
            {
                CheckAddress(domain, machine, card, card.Bridge);
                CheckHardware(machine, card, card.Bridge);
            }
        }
    }

    private void CheckAddress(Domain domain, Machine machine, Card card, string bridge)
    {
        if (card.Device.Given(AddressKey) is not { Value: not "none" } address)
        {
            return;
        }

        // Variables and constants name the machine's own address, so that is the one that it must have.
        if (bridge == domain.Bridge)
        {
            if (AddressOf(domain, machine) is { } own && own != address.Value)
            {
                diagnostics.Add(RuleDiagnostics.AddressOfCard(
                    card.At, machine.Name.Value, card.Name, address.Value, own, machine.Ip?.At.Line));
            }
        }
        else if (!_addresses.TryAdd((bridge, address.Value), new(machine.Name.Value, card.At)))
        {
            var holder = _addresses[(bridge, address.Value)];
            diagnostics.Add(RuleDiagnostics.CardAddressTaken(
                card.At, machine.Name.Value, card.Name, address.Value, holder.Value, holder.At.Line));
        }
    }

    private void CheckHardware(Machine machine, Card card, string bridge)
    {
        if (card.Device.Given("hwaddr") is { } address
            && !_hardware.TryAdd((bridge, card.Vlan, address.Value.ToUpperInvariant()), new(machine.Name.Value, card.At)))
        {
            var holder = _hardware[(bridge, card.Vlan, address.Value.ToUpperInvariant())];
            diagnostics.Add(RuleDiagnostics.HardwareAddressTaken(
                card.At, machine.Name.Value, card.Name, address.Value, holder.Value, holder.At.Line));
        }
    }

    private string? AddressOf(Domain domain, Machine machine) =>
        addresses.Domains.GetValueOrDefault(domain.Name.Value) is { } plan && plan.Hosts.ContainsKey(machine.Name.Value)
            ? plan.AddressOf(machine.Name.Value)
            : null;

    private sealed record Card(Device Device, SourceLocation At)
    {
        public string Name => Device.Name.Value;

        public string? Interface => Device.Given("name")?.Value;

        public string Vlan => Device.Given("vlan")?.Value ?? "";

        /// <summary>The bridge that it is on; null for a card of another kind.</summary>
        public string? Bridge => Device.Given("network")?.Value
            ?? (Device.Given("nictype")?.Value == "bridged" ? Device.Given("parent")?.Value : null);
    }
}
