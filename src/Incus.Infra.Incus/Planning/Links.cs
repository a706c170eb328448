using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// What joins the bridges of a domain on the members of a cluster. On a single server there is nothing to join.
/// </summary>
/// <param name="request">Whose domains they are.</param>
/// <param name="state">What Incus has.</param>
internal sealed class Links(EngineRequest request, LiveState state)
{
    // One letter: Incus names the interface by the bridge, a hyphen and this.
    private const string Prefix = "tunnel.v.";

    // Each member's dnsmasq knows its own machines, and all of them hear every request for an address.
    private const string OnlyKnown = "dhcp-ignore=tag:!known";

    private static readonly Property Options = Property.Config("raw.dnsmasq");

    public static readonly Property Interface = Property.Config(Prefix + "interface");

    public static bool IsOfTunnel(Property property) =>
        property.Section == Section.Config && property.Key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>What a link means for machines that run.</summary>
    public const string SmallerPackets =
        "those that run send packets of up to 1500 bytes until they are restarted, and to other members at most 1400 arrive";

    /// <summary>A network with its tunnel.</summary>
    public DesiredObject Complete(DesiredObject desired)
    {
        if (desired.Id.Kind != ObjectKind.Network)
        {
            return desired;
        }

        var live = state.Objects.GetValueOrDefault(desired.Id);
        var properties = desired.Properties.ToBuilder();
        var tunnel = state.Cluster is null ? null : desired.Tunnel;
        if (tunnel is not null)
        {
            properties[Interface] = tunnel.Interface;
            properties[Property.Config(Prefix + "protocol")] = "vxlan";
            properties[Property.Config(Prefix + "id")] = $"{tunnel.Id}";
            properties[Property.Config(Prefix + "group")] = tunnel.Group;
            properties[Property.Config(Prefix + "port")] = $"{tunnel.Port}";
        }

        if ((tunnel is not null || WasSet(desired.Id, live, Options))
            && OptionsOf(live, tunnel is not null) is { Length: > 0 } text)
        {
            properties[Options] = text;
        }

        return desired with { Properties = properties.ToImmutable() };
    }

    /// <summary>
    /// Whether a network has no tunnel until an action has given it one: machines would be made on members that it does not join.
    /// </summary>
    public static bool LacksTunnel(PlannedAction action) =>
        action.Changes.Any(c => c.Property == Interface && c is { Old: null, New: not null });

    /// <summary>The plan, with a fault on each network whose tunnel cannot come or go.</summary>
    public async Task<IReadOnlyList<PlannedAction>> CheckAsync(
        IReadOnlyList<PlannedAction> plan, IIncusStore store, CancellationToken ct)
    {
        var having = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var result = new List<PlannedAction>(plan.Count);
        foreach (var action in plan)
        {
            var change = action is { IsWork: true, Id.Kind: ObjectKind.Network }
                ? action.Changes.FirstOrDefault(c => c.Property == Interface)
                : null;
            if (change?.New is { } link && !having.ContainsKey(link))
            {
                having[link] = await store.MembersWithInterfaceAsync(link, ct);
            }

            result.Add(change is not null && FaultOf(action, change.New, having) is { } fault
                ? action with { Changes = [], Fault = fault, Serves = !LacksTunnel(action) }
                : action);
        }

        return [.. result.Select(a => Wait(a, result))];
    }

    /// <summary>Rules that no longer keep machines from the tunnels come after these are gone.</summary>
    private static PlannedAction Wait(PlannedAction action, List<PlannedAction> plan)
    {
        if (action is not { IsWork: true, Id.Kind: ObjectKind.Acl, Desired: { } desired }
            || action.Changes.FirstOrDefault(c => c.Property == Property.Egress) is not { Old: not null } change
            || !AclRules.Parse(change.Old).Where(r => r.Action == AclRule.Reject).Except(AclRules.Parse(change.New)).Any())
        {
            return action;
        }

        var ending = plan.Where(a => a.Id.Kind == ObjectKind.Network
            && a.Changes.Any(c => c.Property == Interface && c.New is null)).Select(a => a.Id);
        return plan.Find(a => a.Fault?.Code == ToolDiagnostics.LinkInUseCode) is { } staying
            ? action with { Fault = ToolDiagnostics.Blocked(action.Id, staying.Id) }
            : action with { Desired = desired with { DependsOn = [.. desired.DependsOn, .. ending] } };
    }

    private Diagnostic? FaultOf(
        PlannedAction action, string? link, Dictionary<string, IReadOnlyList<string>> having)
    {
        if (link is null)
        {
            var homes = request.Domains.Where(d => d.NetworkOwner == action.Desired!.Domain)
                .SelectMany(d => d.Machines.Select(m => ObjectId.Instance(d.IncusProject, m.InstanceName)))
                .Select(id => (Machine: id, Member: state.Objects.GetValueOrDefault(id)?.Home))
                .Where(h => h.Member is not null)
                .DistinctBy(h => h.Member)
                .ToList();
            return homes is [var one, var other, ..]
                ? ToolDiagnostics.LinkInUse(action.Id, one.Machine, one.Member!, other.Machine, other.Member!)
                : null;
        }

        if (!state.Objects.ContainsKey(action.Id) && FormerOf(action.Desired!.Domain) is { } former)
        {
            return ToolDiagnostics.NameTooLongForLink(action.Id, action.Desired!.Domain, former);
        }

        var lacking = state.Cluster!.Members.Where(m => !m.IsSilent).Select(m => m.ServerName).Except(having[link]).ToList();
        return lacking.Count > 0 ? ToolDiagnostics.LinkMissing(action.Id, link, lacking) : null;
    }

    // The bridge that the domain has without a link: no name but the longest is another one with it.
    private ObjectId? FormerOf(string domain) => state.Objects
        .Where(o => o.Key.Kind == ObjectKind.Network
            && Ownership.Of(o.Key, o.Value) is { } owner
            && owner.BelongsTo(request.Infrastructure)
            && owner.Domain == domain)
        .Select(o => (ObjectId?)o.Key)
        .FirstOrDefault();

    private static bool WasSet(ObjectId id, IncusObject? live, Property property) =>
        live is not null && Ownership.Of(id, live)?.Applied.ContainsKey(property.ToString()) == true;

    // What others have set stays.
    private static string OptionsOf(IncusObject? live, bool isLinked)
    {
        var lines = (live?.Config ?? []).GetValueOrDefault(Options.Key, "").Split('\n')
            .Where(line => line.Trim() != OnlyKnown && line.Length > 0);
        return string.Join('\n', isLinked ? lines.Append(OnlyKnown) : lines);
    }
}
