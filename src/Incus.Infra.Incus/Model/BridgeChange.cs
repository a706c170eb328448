namespace Incus.Infra.Incus.Model;

/// <summary>
/// The mark on a bridge while a run has Incus set it up again, for which the bridge loses its rules. Where a run that was killed
/// left the mark, Incus may still be at work, and then no other bridge may lose its own.
/// </summary>
internal static class BridgeChange
{
    private const string On = "true";

    private static readonly Property Key = Property.Config(Ownership.Prefix + "changing");

    public static bool IsMarked(IncusObject bridge) => bridge.Config?.GetValueOrDefault(Key.Key) == On;

    public static IncusObject Mark(IncusObject bridge) => Properties.With(bridge, [KeyValuePair.Create(Key, (string?)On)]);

    /// <summary>Without the mark; null where there is none.</summary>
    public static IncusObject? Unmark(IncusObject bridge) =>
        IsMarked(bridge) ? Properties.With(bridge, [KeyValuePair.Create(Key, (string?)null)]) : null;
}
