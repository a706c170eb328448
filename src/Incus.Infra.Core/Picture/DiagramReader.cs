using System.Buffers.Binary;
using System.Net;
using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Rules;

namespace Incus.Infra.Core.Picture;

/// <summary>An infrastructure without faults to what the picture shows of it.</summary>
internal sealed class DiagramReader
{
    /// <summary>The state of a machine that Incus does not have.</summary>
    public const string NotThere = "not there";

    private const int MaxNotes = 12;

    // How Incus runs a machine. What other keys hold may be secret.
    private static readonly string[] ShownFamilies = ["boot.", "limits.", "nvidia.", "security.", "snapshots."];

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
            .OrderBy(d => _infra.TrustLevelOf(d) is { } level ? InfraDialect.TrustLevels[level] : int.MaxValue)
            .ThenBy(d => AddressKey(_addresses.Domains[d.Name.Value].Gateway))
            .GroupBy(d => d.Copy?.Template.Value ?? d.Name.Value, StringComparer.Ordinal)
            .Select(g => ReadDomain(g.Key, [.. g]))
            .ToList();

        var host = new BorderPlace("host", "Incus host") { Details = ["Incus host"] };
        _places.Add(NetworkPolicy.Host, host);
        var outside = ReadOutside();
        var machines = _infra.Domains.Sum(d => d.Machines.Count);
        var policies = _infra.NetworkPolicies.Count;
        return new Diagram(
            _infra.ProjectName,
            $"{Quantity.Of(_infra.Domains.Count, "domain")}, {Quantity.Of(machines, "machine")}, "
                + (policies == 1 ? "1 policy" : $"{policies} policies"),
            outside,
            domains,
            host,
            ReadArrows(),
            ReadNotes());
    }

    /// <summary>A domain, or all copies of one by address, which are alike.</summary>
    private DomainPlace ReadDomain(string name, IReadOnlyList<Domain> alike)
    {
        var domain = alike[0];
        var plans = alike.Select(d => _addresses.Domains[d.Name.Value]).ToList();
        var profiles = new AppliedProfiles(domain);
        var machines = domain.Machines.Index()
            .OrderBy(m => plans[0].Hosts[m.Item.Name.Value])
            .Select(m => ReadMachine(m.Item, [.. alike.Select(d => (d, d.Machines[m.Index]))], profiles))
            .ToList();
        var networks = alike.Select(d => d.Bridge).ToHashSet(StringComparer.Ordinal);
        // Networks and their ACLs are in no project of a domain.
        var own = Taken([.. alike.SelectMany(d => _changes[d.Name.Value]).Where(c => c.Kind != "instance"),
            .. (_marks.Plan ?? []).Where(c => c.Kind is "network" or "acl" && networks.Contains(c.Name))]);
        var outside = domain.Outside switch
        {
            OutsideAccess.All => "Internet and LAN",
            OutsideAccess.Internet => "Internet",
            _ => "",
        };
        var isStack = domain.Copy is not null;
        var (server, members) = (RemoteOf(domain), MembersOf(alike));
        var place = new DomainPlace($"d_{Id(name)}", isStack ? $"{name} × {alike.Count}" : name)
        {
            TrustLevel = _infra.TrustLevelOf(domain),
            Subnet = Span([.. plans.Select(p => p.Subnet).Distinct()]),
            Whereabouts = string.Join('/', new[] { server, string.Join(", ", members) }.Where(part => part.Length > 0)),
            IsStack = isStack,
            Enabled = domain.Enabled,
            Outside = outside,
            Machines = machines,
            Mark = Mark.Of(own),
            Details =
            [
                Titled($"Domain {name}", domain.Description),
                .. Listed("copies", isStack ? alike.Select(d => d.Name.Value) : []),
                .. domain.Enabled ? [] : new[] { "disabled: nothing of it is generated, and its addresses stay reserved" },
                $"trust level: {_infra.TrustLevelOf(domain) ?? "none"}",
                .. alike.Zip(plans, (d, plan) => $"subnet: {plan.Subnet}, gateway {plan.Gateway}, bridge {d.Bridge}").Distinct(),
                .. server.Length == 0 ? [] : new[] { $"server: {server}" },
                .. Listed("member", members),
                .. domain.SharedNetwork is null ? [] : new[] { "the copies share the network and are cut off from each other" },
                outside.Length == 0 ? "may open nothing outside" : $"may open outside: {outside}",
                .. own.Select(c => $"plan: {c.Action} {c.Kind} {c.Name}"),
            ],
        };
        foreach (var end in alike.Select(d => d.Name.Value).Append(name).Distinct())
        {
            _places.Add(end, place);
        }

        return place;
    }

    /// <summary>A machine, or the same one of all copies of its domain.</summary>
    private MachinePlace ReadMachine(
        Machine machine, IReadOnlyList<(Domain Domain, Machine Machine)> alike, AppliedProfiles profiles)
    {
        var domain = alike[0].Domain;
        var name = machine.TemplateName ?? machine.Name.Value;
        var addresses = alike.Select(m => _addresses.Domains[m.Domain.Name.Value].AddressOf(m.Machine.Name.Value)).ToList();
        var image = (machine.OsImage ?? _infra.Global.DefaultOsImage)?.Value ?? "";
        var hasGpu = machine.Gpu is not null
            || profiles.DevicesOf(machine).Values.Any(d => d.Value.Given("type")?.Value == "gpu");
        var isEphemeral = machine.Ephemeral ?? domain.Ephemeral;
        var roles = string.Join(", ", machine.Roles.Select(r => r.Value));
        var states = domain.Enabled ? StatesOf(alike) : [];
        var changes = Taken([.. alike.SelectMany(m => _changes[m.Domain.Name.Value]
            .Where(c => c.Kind == "instance" && c.Name == m.Machine.Name.Value))]);
        var place = new MachinePlace($"m_{Id(machine.Name.Value)}", name)
        {
            Address = Span(addresses),
            Image = image,
            Roles = roles,
            IsVirtualMachine = machine.IsVirtualMachine == true,
            HasGpu = hasGpu,
            IsEphemeral = isEphemeral,
            // There is no room for more than how many of them run.
            State = states.Count > 1 ? $"{states.GetValueOrDefault("Running")} of {alike.Count}" : states.Keys.FirstOrDefault(),
            Mark = Mark.Of(changes),
            Details =
            [
                Titled(name, machine.Description),
                .. alike.Zip(addresses, (m, address) =>
                    alike.Count > 1 ? $"address of {m.Machine.Name.Value}: {address}" : $"address: {address}"),
                $"{(machine.IsVirtualMachine == true ? "virtual machine" : "container")} of {image}"
                    + (_infra.FollowsImage(domain, machine) ? ", rebuilt from a newer one" : ""),
                isEphemeral ? "may be deleted" : "protected from deletion",
                .. Listed("state", states.Select(s => alike.Count > 1 ? $"{s.Value} {s.Key}" : s.Key)),
                .. changes.Select(c => alike.Count > 1 ? $"plan: {c.Action} {c.Name}" : $"plan: {c.Action}"),
                .. Listed("roles", machine.Roles.Select(r => r.Value)),
                .. Listed("profiles", (machine.Profiles ?? []).Select(p => p.Value)),
                .. profiles.ConfigOf(machine).Select(setting => ShownFamilies.Any(f => setting.Key.StartsWith(f,
                    StringComparison.Ordinal)) ? $"{setting.Key}: {setting.Value}" : $"{setting.Key} is set"),
                .. hasGpu ? new[] { "has a GPU" } : [],
                .. alike.SelectMany(m => _addresses.Domains[m.Domain.Name.Value].Ports[m.Machine.Name.Value].Select(p =>
                    $"port {p.Name}{(alike.Count > 1 ? $" of {m.Machine.Name.Value}" : "")}: {p.Listen} leads to {p.Port}")),
                .. machine.StorageVolumes.Select(v => $"volume {v.Name.Value} at {v.Path.Value}"
                    + (v.Size is null ? "" : $", {v.Size}") + (v.IsReadOnly ? ", read-only" : "")
                    + (v.IsPersistent ? ", persistent" : "")),
                .. profiles.DevicesOf(machine).Values.Select(d => d.Value).Where(d => d.IsFolderOfHost).Select(d =>
                    $"folder {d.Given("source")!.Value.Value} of the host at {d.Given("path")?.Value}"
                    + (IncusBoolean.IsTrue(d.Given("readonly")?.Value) ? ", read-only" : "")),
            ],
        };
        foreach (var end in alike.Select(m => m.Machine.Name.Value))
        {
            _places.Add(end, place);
        }

        return place;
    }

    /// <summary>How many of them are in which state; empty where nobody asked.</summary>
    private Dictionary<string, int> StatesOf(IReadOnlyList<(Domain Domain, Machine Machine)> alike) => _marks.States is not null
        ? alike.CountBy(m => FindState(m.Domain, m.Machine)?.State ?? NotThere).ToDictionary()
        : [];

    private MachineState? FindState(Domain domain, Machine machine) =>
        _marks.States?.GetValueOrDefault($"{domain.Name.Value}/{machine.Name.Value}");

    private static string RemoteOf(Domain domain) => domain.Remote?.Value is { } remote and not "local" ? remote : "";

    // Where they are counts before where they are wanted.
    private IEnumerable<string> MembersOf(IReadOnlyList<Domain> alike)
    {
        var machines = alike.SelectMany(d => d.Machines.Select(m => (Domain: d, Machine: m))).ToList();
        var found = machines.Select(m => FindState(m.Domain, m.Machine)?.Member).OfType<string>().ToHashSet();
        return (found.Count > 0 ? found : machines.Select(m => (m.Machine.Target ?? m.Domain.Target)?.Value).OfType<string>())
            .Distinct().Order(StringComparer.Ordinal);
    }

    /// <summary>The one address, or the lowest and the highest third or fourth octet of those that are otherwise equal.</summary>
    private static string Span(List<string> addresses)
    {
        var parts = addresses.Select(a => a.Split('.')).ToList();
        return addresses is [var only] ? only
            : parts.TrueForAll(p => (p[0], p[1], p[3]) == (parts[0][0], parts[0][1], parts[0][3]))
                ? $"{parts[0][0]}.{parts[0][1]}.{parts[0][2]}-{parts[^1][2]}.{parts[0][3]}"
            : parts.TrueForAll(p => (p[0], p[1], p[2]) == (parts[0][0], parts[0][1], parts[0][2]))
                ? $"{addresses.MinBy(AddressKey)}-{addresses.MaxBy(AddressKey)!.Split('.')[3]}"
            : $"{addresses[0]} …";
    }

    private List<BorderPlace> ReadOutside()
    {
        var ends = _infra.NetworkPolicies.SelectMany(p => p.Ways).SelectMany(w => new[] { w.From.Value, w.To.Value }).ToHashSet();
        var openers = _infra.Domains.Where(d => d.Enabled).ToLookup(d => d.Outside, d => d.Copy?.Template.Value ?? d.Name.Value);
        List<BorderPlace> outside = [];
        string[] toInternet =
            [.. openers[OutsideAccess.All].Concat(openers[OutsideAccess.Internet]).Distinct().Order(StringComparer.Ordinal)];
        if (toInternet is not [] || ends.Contains(NetworkPolicy.Internet))
        {
            outside.Add(Beyond("internet", "Internet", "all public addresses", toInternet));
            _places.Add(NetworkPolicy.Internet, outside[^1]);
        }

        if (openers[OutsideAccess.All].Any())
        {
            outside.Add(Beyond(
                "lan", "LAN", "private addresses that no domain can have",
                [.. openers[OutsideAccess.All].Distinct().Order(StringComparer.Ordinal)]));
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

    private List<Arrow> ReadArrows() =>
    [
        .. ReadPolicies().Concat(ReadSharing()).Concat(ReadNeeds())
            .OrderBy(a => a.From.Id, StringComparer.Ordinal)
            .ThenBy(a => a.To.Id, StringComparer.Ordinal)
            .ThenBy(a => (a.IsNeed, a.BothWays, a.HasEffect)),
    ];

    /// <summary>
    /// Where what one domain writes to a folder reaches another one. Writers follow each other, as a line from each to each
    /// would be too many; what they write reaches the readers from the last one.
    /// </summary>
    private IEnumerable<Arrow> ReadSharing()
    {
        foreach (var (volume, mounts) in new SharedAccess(_infra).All)
        {
            foreach (var server in mounts.Where(m => m.Domain.Enabled).GroupBy(m => m.Domain.Remote?.Value))
            {
                var writers = PlacesOf(server.Where(m => m.Consumer.MayWrite));
                foreach (var (one, other) in writers.Zip(writers.Skip(1)))
                {
                    yield return ArrowOf(volume, one, other, bothWays: true);
                }

                foreach (var reader in writers.Count > 0 ? PlacesOf(server).Except(writers) : [])
                {
                    yield return ArrowOf(volume, writers[^1], reader, bothWays: false);
                }
            }
        }
    }

    private List<Place> PlacesOf(IEnumerable<Mount> mounts) =>
        [.. mounts.Select(m => _places[m.Domain.Name.Value]).Distinct().OrderBy(p => p.Id, StringComparer.Ordinal)];

    private static Arrow ArrowOf(SharedVolume volume, Place from, Place to, bool bothWays) => new(
        from, to, bothWays, HasEffect: true, $"folder {volume.Name.Value}",
        [$"{from.Name} {(bothWays ? "↔" : "→")} {to.Name}: folder {volume.Name.Value}, {volume.Source} of the host"]);

    private IEnumerable<Arrow> ReadPolicies()
    {
        var policies = new Policies(_infra);
        return _infra.NetworkPolicies
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
                ]));
    }

    // Those of all copies are alike.
    private IEnumerable<Arrow> ReadNeeds() => _infra.Domains
        .SelectMany(d => d.Machines)
        .SelectMany(m => m.Needs.Select(n => (From: _places[m.Name.Value], To: _places[n.Value])))
        .DistinctBy(n => (n.From.Id, n.To.Id))
        .Select(n => new Arrow(
            n.From, n.To, BothWays: false, HasEffect: true, "needs", [$"{n.From.Name} starts after {n.To.Name}"])
        {
            IsNeed = true,
        });

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

    private static uint AddressKey(string address) => IPAddress.TryParse(address.Split('/')[0], out var parsed)
        ? BinaryPrimitives.ReadUInt32BigEndian(parsed.GetAddressBytes())
        : uint.MaxValue;

    // An underscore for anything else can join no two names: domains and machines have hyphens only, networks dots and a slash.
    private static string Id(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
