using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Devices through which a machine gets past the ACL of its domain, or past what the ACL knows it by.</summary>
internal sealed class DetourRules
{
    private static readonly string[] Filters = ["security.mac_filtering", "security.ipv4_filtering"];

    // What keeps copies apart that share a network.
    private static readonly string[] Separators = [.. Filters, "security.port_isolation"];

    private readonly Infrastructure _infra;
    private readonly DiagnosticBag _diagnostics;
    private readonly IReadOnlyList<Flow> _flows;
    private readonly HashSet<string> _fromOutside;
    private readonly HashSet<string> _toHost;

    private DetourRules(Infrastructure infra, Policies policies, DiagnosticBag diagnostics)
    {
        _infra = infra;
        _diagnostics = diagnostics;
        _flows = policies.Flows;
        _fromOutside = [.. _flows.Where(f => f.From.Outside is not null).Select(f => f.To.Name)];
        _toHost = [.. _flows.Where(f => f.To.IsHost).Select(f => f.From.Name)];
    }

    public static void Check(Infrastructure infra, Policies policies, DiagnosticBag diagnostics) =>
        new DetourRules(infra, policies, diagnostics).Check();

    private void Check()
    {
        var unfiltered = new Dictionary<string, (string Machine, int Line)>(StringComparer.Ordinal);
        foreach (var domain in _infra.Domains.Where(d => d.Enabled))
        {
            var profiles = new AppliedProfiles(domain);
            foreach (var profile in domain.Profiles)
            {
                CheckCards(domain, $"Profile '{profile.Name.Value}'", profile.Devices);
            }

            foreach (var machine in domain.Machines)
            {
                CheckCards(domain, $"Machine '{machine.Name.Value}'", machine.Devices);
                var devices = profiles.DevicesOf(machine).Values;
                foreach (var (device, at) in devices.Where(d => d.Value.Given("type")?.Value == "proxy"))
                {
                    CheckProxy(domain, machine, device, at);
                }

                if (devices.SelectMany(d => FiltersOff(domain, d.Value)).FirstOrDefault() is { } filter)
                {
                    unfiltered.TryAdd(domain.Name.Value, (machine.Name.Value, filter.Key.At.Line));
                }
            }
        }

        CheckParties(unfiltered);
    }

    private void CheckCards(Domain domain, string owner, IReadOnlyList<Device> devices)
    {
        foreach (var device in devices)
        {
            if (WayAround(device, domain.Bridge) is { } way)
            {
                _diagnostics.Add(RuleDiagnostics.WayAround(device.Name.At, owner, device.Name.Value, way, domain.Name.Value));
            }

            foreach (var filter in FiltersOff(domain, device))
            {
                _diagnostics.Add(domain.SharedNetwork is null
                    ? RuleDiagnostics.FilterOff(filter.Key.At, owner, filter.Key.Value)
                    : RuleDiagnostics.SharedCardOpen(filter.Key.At, owner, filter.Key.Value));
            }
        }
    }

    private static string? WayAround(Device device, string bridge)
    {
        var (nictype, parent) = (device.Given("nictype")?.Value, device.Given("parent")?.Value);
        return device.Given("type")?.Value switch
        {
            "nic" when device.Given("network") is { } network => network.Value == bridge ? null : $"network {network.Value}",
            "nic" when nictype == "bridged" => parent is null || parent == bridge ? null : $"bridge {parent}",
            "nic" or "infiniband" when nictype is not null => $"nictype {nictype}",
            _ => null,
        };
    }

    private static IEnumerable<Setting> FiltersOff(Domain domain, Device device) =>
        device.Given("type")?.Value == "nic" && WayAround(device, domain.Bridge) is null
            ? device.Options.Where(o => domain.SharedNetwork is null
                ? Filters.Contains(o.Key.Value) && IncusBoolean.IsFalse(o.Value.Value)
                : Separators.Contains(o.Key.Value) && !IncusBoolean.IsTrue(o.Value.Value))
            : [];

    private void CheckProxy(Domain domain, Machine machine, Device device, SourceLocation at)
    {
        if (device.Given("listen") is not { } listen || ProxyAddress.Parse(listen.Value) is not { } address)
        {
            return;
        }

        var isOnHost = device.Given("bind")?.Value is null or "host";
        var parties = isOnHost ? _fromOutside : _toHost;
        var isMeant = parties.Contains(domain.Name.Value) || parties.Contains(machine.Name.Value);
        if (isMeant || (isOnHost && address.IsLocal))
        {
            return;
        }

        _diagnostics.Add(device.Given("nat") is { } nat && IncusBoolean.IsTrue(nat.Value)
            ? RuleDiagnostics.ProxyRejected(at, machine.Name.Value, device.Name.Value)
            : RuleDiagnostics.ProxyAround(at, machine.Name.Value, device.Name.Value, isOnHost));
    }

    // An address is a machine's own only if no machine of its domain can take it.
    private void CheckParties(Dictionary<string, (string Machine, int Line)> unfiltered)
    {
        if (unfiltered.Count == 0)
        {
            return;
        }

        foreach (var (policy, from, to) in _flows.Where(f => f.Policy.Ways.First().From.Value == f.From.Name))
        {
            foreach (var (party, end) in new[] { (from, policy.From!.Value), (to, policy.To!.Value) })
            {
                if (party is { Machine: not null, Domain: { } domain }
                    && unfiltered.TryGetValue(domain.Name.Value, out var other))
                {
                    _diagnostics.Add(RuleDiagnostics.PartyUnfiltered(end.At, party.Name, other.Machine, other.Line));
                }
            }
        }
    }
}
