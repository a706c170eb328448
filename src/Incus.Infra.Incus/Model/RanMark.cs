using System.Globalization;

namespace Incus.Infra.Incus.Model;

/// <summary>
/// What is kept on an instance that people start and stop, before it is stopped for a change: that it ran, and since when. It
/// says nothing of one that has been started since, so nobody needs to take it away.
/// </summary>
internal static class RanMark
{
    private const string Key = "user.infra.ran";

    /// <summary>Whether an instance that is stopped was stopped for a change.</summary>
    public static bool IsOn(IncusObject instance) => instance.Config?.GetValueOrDefault(Key) == StartOf(instance);

    public static IncusObject WriteTo(IncusObject instance) => instance with
    {
        Config = new(instance.Config ?? []) { [Key] = StartOf(instance) },
    };

    /// <summary>The last start of an instance, as text.</summary>
    internal static string StartOf(IncusObject instance) => Format(instance.LastUsedAt ?? default);

    /// <summary>The mark for a copy of an instance, which was never started; empty where the instance has none.</summary>
    public static Dictionary<string, string> OfCopy(IncusObject instance) =>
        IsOn(instance) ? new(StringComparer.Ordinal) { [Key] = Format(DateTimeOffset.UnixEpoch) } : [];

    private static string Format(DateTimeOffset start) =>
        start.UtcTicks.ToString(CultureInfo.InvariantCulture);
}
