using System.Globalization;

namespace Incus.Infra.Incus.Model;

/// <summary>
/// A copy of an instance from before it was rebuilt, snapshots and all: Incus rebuilds none that has snapshots. It has neither
/// addresses nor volumes nor ports, which remain with the instance, and nothing starts it.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Machine">The name of the instance.</param>
/// <param name="Until">The day from which an Apply deletes it.</param>
internal sealed record KeptCopy(string Name, string Machine, DateOnly Until)
{
    private const string MachineKey = Ownership.Prefix + "kept";
    private const string UntilKey = Ownership.Prefix + "kept-until";
    private const int MostOfName = 40;
    private const int Days = 7;

    /// <summary>One that is to be made.</summary>
    public static KeptCopy Of(ObjectId instance, DateTimeOffset now) => new(
        SnapshotName.Dated($"{instance.Name[..Math.Min(instance.Name.Length, MostOfName)]}-before", now),
        instance.Name,
        DateOnly.FromDateTime(now.UtcDateTime).AddDays(Days));

    /// <summary>Reads it; null from any other instance. One that was renamed to its machine's name is that.</summary>
    public static KeptCopy? Of(IncusObject instance) =>
        instance.Config?.GetValueOrDefault(MachineKey) is { } machine && machine != instance.Name
        && DateOnly.TryParseExact(
            instance.Config.GetValueOrDefault(UntilKey), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var until)
            ? new KeptCopy(instance.Name, machine, until)
            : null;

    /// <summary>Whether its days are over.</summary>
    public bool IsOver(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime) >= Until;

    /// <summary>What the copy has in the place of what the instance has.</summary>
    public IncusObject Overrides(IncusObject instance) => instance with
    {
        Name = Name,
        Config = new()
        {
            [MachineKey] = Machine,
            [UntilKey] = Until.ToString("O", CultureInfo.InvariantCulture),
            ["boot.autostart"] = "false",
            [IncusObject.DeleteProtectionKey] = "false",
        },
        Devices = (instance.Devices ?? []).Where(d => !IsRoot(d.Value))
            .ToDictionary(d => d.Key, _ => new Dictionary<string, string> { ["type"] = "none" }),
    };

    // Ours, and never protected: it is only a copy.
    public static IncusObject Mark(ObjectId copy, IncusObject live, Ownership ofInstance) => Properties.With(
        RebuildMark.RemoveFrom(live) ?? live,
        (ofInstance with { Object = ObjectIdentity.Of(copy, live), Protected = false }).ToProperties());

    private static bool IsRoot(Dictionary<string, string> device) =>
        device.GetValueOrDefault("type") == "disk" && device.GetValueOrDefault("path") == "/";
}
