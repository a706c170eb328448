using System.Globalization;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Refuses an instance that gets a port of the Incus host on which Incus listens for another one, whoever made that. Which
/// other programs listen there, only an Apply finds out.
/// </summary>
internal static class PortGuard
{
    /// <summary>The plan, with a fault on each instance that cannot have its port.</summary>
    public static IReadOnlyList<PlannedAction> Check(
        IReadOnlyList<PlannedAction> plan, IReadOnlyDictionary<ObjectId, IncusObject> live)
    {
        if (!plan.Any(a => NewListeners(a).Any()))
        {
            return plan;
        }

        // Those that go are gone before others are made or changed.
        var leaving = plan.Where(a => a is { IsWork: true, Kind: ActionKind.Delete }).Select(a => a.Id).ToHashSet();
        var holders = live
            .Where(o => o.Key.Kind == ObjectKind.Instance && o.Value.IsUp && !leaving.Contains(o.Key))
            .SelectMany(o => (o.Value.ExpandedDevices ?? []).Select(d => (
                Id: o.Key, o.Value.Member, Device: d.Key, Listen: MachinePorts.ListenerOf(d.Value) ?? "")))
            .Select(h => (h.Id, h.Member, h.Device, h.Listen, Listener: Listener.Of(h.Listen)))
            .ToList();
        return [.. plan.Select(a => a.Fault is null && FaultOf(a) is { } fault ? a with { Fault = fault } : a)];

        Diagnostic? FaultOf(PlannedAction action) => NewListeners(action)
            .SelectMany(listen => holders
                .Where(h => h.Id != action.Id && IsOnOneHost(h.Member, action.Desired!.Member)
                    && Listener.Of(listen) is { } mine && mine.Overlaps(h.Listener))
                .Select(h => ToolDiagnostics.PortTaken(
                    action.Id, listen, h.Id, plan.Any(a => a.Id == h.Id && LetsGo(a, h.Device, h.Listen)))))
            .FirstOrDefault();
    }

    private static IEnumerable<string> NewListeners(PlannedAction action) =>
        action is { IsWork: true, Id.Kind: ObjectKind.Instance, Desired: { } desired }
            ? MachinePorts.ListenersOf(desired).Where(listen => action.Changes.Any(c => c.New == listen))
            : [];

    private static bool LetsGo(PlannedAction action, string device, string listen) =>
        action.IsWork && action.Changes.Any(c => c.Property.Device == device && c.Old == listen);

    private static bool IsOnOneHost(string? one, string? other) => one is null || other is null || one == other;

    // Source: ProxyParseAddr in Incus. What it does not read, it has not taken.
    private sealed record Listener(string Protocol, string Address, IReadOnlyList<(int First, int Last)> Ports)
    {
        private static readonly string[] s_all = ["", "0.0.0.0", "[::]"];

        public static Listener? Of(string? text)
        {
            if (text?.Split(':', 2) is not [("tcp" or "udp") and var protocol, var rest]
                || rest.LastIndexOf(':') is not (>= 0 and var at))
            {
                return null;
            }

            var ports = rest[(at + 1)..].Split(',')
                .Select(range => range.Split('-').Select(p => int.TryParse(p, CultureInfo.InvariantCulture, out var n) ? n : 0))
                .Select(ends => (ends.First(), ends.Last()));
            return new Listener(protocol, rest[..at], [.. ports]);
        }

        public bool Overlaps(Listener? other) =>
            other is not null && Protocol == other.Protocol
            && (Address == other.Address || s_all.Contains(Address) || s_all.Contains(other.Address))
            && Ports.Any(mine => other.Ports.Any(its => mine.First <= its.Last && its.First <= mine.Last));
    }
}
