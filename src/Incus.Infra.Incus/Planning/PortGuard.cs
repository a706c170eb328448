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
            .Where(h => !plan.Any(a => a.Id == h.Id && LetsGo(a, h.Device, h.Listen)))
            .Select(h => (h.Id, h.Member, Listener: HostListener.Of(h.Listen)))
            .ToList();
        return [.. plan.Select(a => a.Fault is null && FaultOf(a) is { } fault ? a with { Fault = fault } : a)];

        Diagnostic? FaultOf(PlannedAction action) => NewListeners(action)
            .SelectMany(listen => holders
                .Where(h => h.Id != action.Id && IsOnOneHost(h.Member, action.Desired!.Member)
                    && HostListener.Of(listen) is { } mine && mine.Overlaps(h.Listener))
                .Select(h => ToolDiagnostics.PortTaken(action.Id, listen, h.Id)))
            .FirstOrDefault();
    }

    private static IEnumerable<string> NewListeners(PlannedAction action) =>
        action is { IsWork: true, Id.Kind: ObjectKind.Instance, Desired: { } desired }
            ? MachinePorts.ListenersOf(desired).Where(listen => action.Changes.Any(c => c.New == listen))
            : [];

    // AddressHandover sees to it that this comes first.
    private static bool LetsGo(PlannedAction action, string device, string listen) =>
        action.IsWork && action.Changes.Any(c => c.Property.Device == device && c.Old == listen);

    /// <summary>Whether two members of a cluster may be one; null is any.</summary>
    public static bool IsOnOneHost(string? one, string? other) => one is null || other is null || one == other;
}
