using System.Buffers.Binary;
using System.Net;
using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Rendering;
using Incus.Infra.Core.Rules;

namespace Incus.Infra.Core.Picture;

/// <summary>An infrastructure without faults to what the picture shows of it.</summary>
internal sealed class DiagramReader
{
    /// <summary>The state of a machine that Incus does not have.</summary>
    public const string NotThere = "not there";

    private const int MaxNotes = 12;

    // How Incus runs a machine. What other keys hold may be secret.
    private static readonly string[] s_shownFamilies = ["boot.", "limits.", "nvidia.", "security.", "snapshots."];

    private readonly Infrastructure _infra;
    private readonly AddressPlan _addresses;
    private readonly Marks _marks;
    private readonly ILookup<string, PlannedChange> _changes;
    private readonly HashSet<PlannedChange> _shown = [];
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);

    private DiagramReader(Infrastructure infra, AddressPlan addresses, Marks marks)
    {
        (_infra, _addresses, _marks) = (infra, addresses, marks);
        _changes = (marks.Plan ?? []).ToLookup(c => c.Project, StringComparer.Ordinal);
    }

    public static Diagram Read(Infrastructure infra, AddressPlan addresses, Marks marks) =>
        new DiagramReader(infra, addresses, marks).Read();

    private Diagram Read()
    {
        var domains = _infra.Domains
            .OrderBy(d => VariableFiles.TrustLevelOf(_infra, d) is { } level ? InfraDialect.TrustLevels[level] : int.MaxValue)
            .ThenBy(d => AddressKey(_addresses.Domains[d.Name.Value].Gateway))
            .Select(ReadDomain)
            .ToList();
        foreach (var place in domains.SelectMany(d => d.Machines.Prepend<Place>(d)))
        {
            _places.Add(place.Name, place);
        }

        var host = new BorderPlace("host", "Incus host") { Details = ["Incus host"] };
        _places.Add(NetworkPolicy.Host, host);
        var outside = ReadOutside();
        var machines = domains.Sum(d => d.Machines.Count);
        var policies = _infra.NetworkPolicies.Count;
        return new Diagram(
            _infra.ProjectName,
            $"{Count(domains.Count, "domain")}, {Count(machines, "machine")}, "
                + (policies == 1 ? "1 policy" : $"{policies} policies"),
            outside,
            domains,
            host,
            ReadArrows(),
            ReadNotes());
    }

    private DomainPlace ReadDomain(Domain domain)
    {
        var (name, plan) = (domain.Name.Value, _addresses.Domains[domain.Name.Value]);
        var profiles = new AppliedProfiles(domain);
        var machines = domain.Machines
            .OrderBy(m => plan.Hosts[m.Name.Value])
            .Select(m => ReadMachine(domain, m, plan.AddressOf(m.Name.Value), profiles))
            .ToList();
        var network = NetworkName.Of(name);
        // Networks and their ACLs are in no project of a domain.
        var own = Taken([.. _changes[name].Where(c => c.Kind != "instance"),
            .. (_marks.Plan ?? []).Where(c => c.Kind is "network" or "acl" && c.Name == network)]);
        var outside = domain.Outside switch
        {
            OutsideAccess.All => "Internet and LAN",
            OutsideAccess.Internet => "Internet",
            _ => "",
        };
        return new DomainPlace($"d_{Id(name)}", name)
        {
            TrustLevel = VariableFiles.TrustLevelOf(_infra, domain),
            Subnet = plan.Subnet,
            Enabled = domain.Enabled,
            Outside = outside,
            Machines = machines,
            Mark = Mark.Of(own),
            Details =
            [
                Titled($"Domain {name}", domain.Description),
                .. domain.Enabled ? [] : new[] { "disabled: nothing of it is generated, and its addresses stay reserved" },
                $"trust level: {VariableFiles.TrustLevelOf(_infra, domain) ?? "none"}",
                $"subnet: {plan.Subnet}, gateway {plan.Gateway}, bridge {network}",
                outside.Length == 0 ? "may open nothing outside" : $"may open outside: {outside}",
                .. own.Select(c => $"plan: {c.Action} {c.Kind} {c.Name}"),
            ],
        };
    }

    private MachinePlace ReadMachine(Domain domain, Machine machine, string address, AppliedProfiles profiles)
    {
        var name = machine.Name.Value;
        var image = machine.OsImage ?? _infra.Global.DefaultOsImage ?? "";
        var hasGpu = machine.Gpu is not null
            || profiles.DevicesOf(machine).Values.Any(d => d.Value.Given("type")?.Value == "gpu");
        var isEphemeral = machine.Ephemeral ?? domain.Ephemeral;
        var roles = string.Join(", ", machine.Roles.Select(r => r.Value));
        var state = _marks.States is null ? null : _marks.States.GetValueOrDefault($"{domain.Name.Value}/{name}", NotThere);
        var changes = Taken([.. _changes[domain.Name.Value].Where(c => c.Kind == "instance" && c.Name == name)]);
        return new MachinePlace($"m_{Id(name)}", name)
        {
            Address = address,
            Image = image,
            Roles = roles,
            IsVirtualMachine = machine.IsVirtualMachine == true,
            HasGpu = hasGpu,
            IsEphemeral = isEphemeral,
            State = domain.Enabled ? state : null,
            Mark = Mark.Of(changes),
            Details =
            [
                Titled(name, machine.Description),
                $"address: {address}",
                $"{(machine.IsVirtualMachine == true ? "virtual machine" : "container")} of {image}",
                isEphemeral ? "may be deleted" : "protected from deletion",
                .. state is null || !domain.Enabled ? [] : new[] { $"state: {state}" },
                .. changes.Select(c => $"plan: {c.Action}"),
                .. Listed("roles", machine.Roles.Select(r => r.Value)),
                .. Listed("profiles", (machine.Profiles ?? []).Select(p => p.Value)),
                .. profiles.ConfigOf(machine).Select(setting => s_shownFamilies.Any(f => setting.Key.StartsWith(f,
                    StringComparison.Ordinal)) ? $"{setting.Key}: {setting.Value}" : $"{setting.Key} is set"),
                .. hasGpu ? new[] { "has a GPU" } : [],
                .. machine.StorageVolumes.Select(v =>
                    $"volume {v.Name.Value} at {v.Path.Value}{(v.Size is null ? "" : $", {v.Size}")}"),
            ],
        };
    }

    private List<BorderPlace> ReadOutside()
    {
        var ends = _infra.NetworkPolicies.SelectMany(p => p.Ways).SelectMany(w => new[] { w.From.Value, w.To.Value }).ToHashSet();
        var openers = _infra.Domains.Where(d => d.Enabled).ToLookup(d => d.Outside, d => d.Name.Value);
        List<BorderPlace> outside = [];
        string[] toInternet =
            [.. openers[OutsideAccess.All].Concat(openers[OutsideAccess.Internet]).Order(StringComparer.Ordinal)];
        if (toInternet is not [] || ends.Contains(NetworkPolicy.Internet))
        {
            outside.Add(Beyond("internet", "Internet", "all public addresses", toInternet));
            _places.Add(NetworkPolicy.Internet, outside[^1]);
        }

        if (openers[OutsideAccess.All].Any())
        {
            outside.Add(Beyond(
                "lan", "LAN", "private addresses that no domain can have",
                [.. openers[OutsideAccess.All].Order(StringComparer.Ordinal)]));
        }

        foreach (var network in ends.Except(_places.Keys).OrderBy(AddressKey).ThenBy(e => e, StringComparer.Ordinal))
        {
            outside.Add(new BorderPlace($"n_{Id(network)}", network) { Details = [$"network {network}"] });
            _places.Add(network, outside[^1]);
        }

        return outside;
    }

    private static BorderPlace Beyond(string id, string name, string what, string[] openers) => new(id, name)
    {
        Details = [$"{name}: {what}", .. Listed("open by default to", openers)],
    };

    private List<Arrow> ReadArrows()
    {
        var policies = new Policies(_infra);
        return
        [
            .. _infra.NetworkPolicies
                .Select(policy => (
                    Policy: policy,
                    From: _places[policy.From!.Value.Value],
                    To: _places[policy.To!.Value.Value],
                    Both: policy.BidirectionalAt is not null,
                    HasEffect: policies.FlowsOf(policy).Any(f => f.HasEffect)))
                .GroupBy(p => (p.From.Id, p.To.Id, p.Both, p.HasEffect))
                .Select(group => new Arrow(
                    group.First().From,
                    group.First().To,
                    group.Key.Both,
                    group.Key.HasEffect,
                    string.Join("; ", group.Select(p => Text(p.Policy.Traffic)).Distinct().Order(StringComparer.Ordinal)),
                    [
                        .. group.Select(p => $"{p.From.Name} {(p.Both ? "↔" : "→")} {p.To.Name}: {Text(p.Policy.Traffic)}"
                            + (string.IsNullOrWhiteSpace(p.Policy.Description) ? "" : $", {p.Policy.Description.Trim()}")
                            + (p.HasEffect ? "" : " (opens nothing)")).Order(StringComparer.Ordinal),
                    ]))
                .OrderBy(a => a.From.Id, StringComparer.Ordinal)
                .ThenBy(a => a.To.Id, StringComparer.Ordinal)
                .ThenBy(a => (a.BothWays, a.HasEffect)),
        ];
    }

    private List<string> ReadNotes()
    {
        if (_marks.Plan is not { } plan)
        {
            return [];
        }

        var rest = plan.Where(c => !_shown.Contains(c)).Select(c => $"{c.Action} {c.Kind} {c.Project}/{c.Name}")
            .Order(StringComparer.Ordinal).ToList();
        return
        [
            .. plan.Count == 0 ? ["The plan changes nothing."] : rest is [] ? Array.Empty<string>() : ["Also planned:"],
            .. rest.Take(MaxNotes),
            .. rest.Count > MaxNotes ? new[] { $"and {rest.Count - MaxNotes} more" } : [],
        ];
    }

    private PlannedChange[] Taken(PlannedChange[] changes)
    {
        _shown.UnionWith(changes);
        return changes;
    }

    private static string Text(Traffic traffic) => traffic switch
    {
        { Protocol: null } => "all",
        { Ports: null } => traffic.Protocol,
        _ => $"{traffic.Protocol} {string.Join(", ", Ranges(traffic.Ports))}",
    };

    /// <summary>Ports that follow each other as a range.</summary>
    private static IEnumerable<string> Ranges(IReadOnlyList<int> ports)
    {
        for (var i = 0; i < ports.Count;)
        {
            var first = i;
            for (i++; i < ports.Count && ports[i] == ports[i - 1] + 1; i++)
            {
            }

            yield return i - first == 1 ? $"{ports[first]}" : $"{ports[first]}-{ports[i - 1]}";
        }
    }

    private static string[] Listed(string what, IEnumerable<string> names) =>
        string.Join(", ", names) is { Length: > 0 } list ? [$"{what}: {list}"] : [];

    private static string Titled(string name, string description) =>
        string.IsNullOrWhiteSpace(description) ? name : $"{name}: {description.Trim()}";

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    private static uint AddressKey(string address) => IPAddress.TryParse(address.Split('/')[0], out var parsed)
        ? BinaryPrimitives.ReadUInt32BigEndian(parsed.GetAddressBytes())
        : uint.MaxValue;

    // An underscore for anything else can join no two names: domains and machines have hyphens only, networks dots and a slash.
    private static string Id(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
