using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Lets Incus tell the kernel its rules anew. Somebody may have deleted them there, as <c>nft flush ruleset</c> does, and
/// Incus shows bridges, cards and ports as if they had them.
/// </summary>
internal static class RuleRepair
{
    private const string MacFiltering = "security.mac_filtering";
    private const string True = "true";
    private const string False = "false";

    private static readonly Property Logged = Property.Config(Bridges.SetUpKey);

    /// <summary>The plan, with a repair of each bridge and each running machine that it does not set up anyway.</summary>
    public static IReadOnlyList<PlannedAction> AddTo(
        IReadOnlyList<PlannedAction> plan,
        IEnumerable<DesiredObject> desired,
        IReadOnlyDictionary<ObjectId, IncusObject> live)
    {
        var setUp = plan.Where(a => a.Fault is not null || (a.IsWork && SetsUp(a.Kind))).Select(a => a.Id).ToHashSet();
        return
        [
            .. plan,
            .. desired
                .Where(d => !setUp.Contains(d.Id) && live.TryGetValue(d.Id, out var found) && Needs(d, found))
                .Select(d => new PlannedAction(d.Id, ActionKind.Repair, [], Reason(d)) { Desired = d }),
        ];
    }

    private static bool Needs(DesiredObject desired, IncusObject live) =>
        Triggers(desired.Id.Kind, live).Any() || (live.IsUp && desired.Hosts is { Length: > 0 });

    /// <summary>Values that Incus sets up rules for, as they are; each with another one that changes nothing else.</summary>
    public static IEnumerable<(Property Property, string? Value, string? Other)> Triggers(ObjectKind kind, IncusObject live) =>
        kind switch
        {
            ObjectKind.Network => [(Logged, Of(live), Bridges.OtherwiseSetUp(Of(live)))],
            ObjectKind.Instance when live.IsUp =>
                from device in live.Devices ?? []
                let trigger = TriggerOf(device.Value)
                where trigger is not null
                let key = trigger.Value.Key
                select (Property.DeviceOption(device.Key, key), device.Value.GetValueOrDefault(key), trigger.Value.Other),
            _ => [],
        };

    // A card, or a port whose packets the host forwards.
    private static (string Key, string? Other)? TriggerOf(Dictionary<string, string> device) =>
        device.GetValueOrDefault("type") switch
        {
            "nic" when IsFiltered(device) =>
                (MacFiltering, IncusBoolean.IsTrue(device.GetValueOrDefault(MacFiltering)) ? False : True),
            "proxy" when IncusBoolean.IsTrue(device.GetValueOrDefault("nat")) =>
                (MachinePorts.BindKey, device.ContainsKey(MachinePorts.BindKey) ? null : MachinePorts.Host),
            _ => null,
        };

    private static string? Of(IncusObject network) => network.Config?.GetValueOrDefault(Logged.Key);

    private static bool IsFiltered(Dictionary<string, string> card) =>
        IncusBoolean.IsTrue(card.GetValueOrDefault(MacFiltering))
        || IncusBoolean.IsTrue(card.GetValueOrDefault("security.ipv4_filtering"));

    private static bool SetsUp(ActionKind kind) =>
        kind is ActionKind.Create or ActionKind.Replace or ActionKind.Restart or ActionKind.Start or ActionKind.Move;

    private static string Reason(DesiredObject desired) => desired.Id.Kind == ObjectKind.Network
        ? $"its rules are set up anew; {ObjectPlanner.Leaks(desired)}"
        : desired.Hosts is { Length: > 0 } ? "the rules of its cards and ports are set up anew, and the names in its /etc/hosts"
        : "the rules of its cards and ports are set up anew";
}
