using System.Globalization;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>Durations as <c>snapshots.expiry</c> has them: <c>M H d w m y</c>, where <c>M</c> is a minute and <c>m</c> a month.</summary>
internal static class IncusExpiry
{
    /// <summary>The end of a duration such as <c>1w 2d</c>; null for none.</summary>
    /// <exception cref="ToolFaultException">It cannot be read.</exception>
    public static DateTimeOffset? After(DateTimeOffset start, string? duration)
    {
        var parts = (duration ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0 ? null : parts.Aggregate(start, (end, part) => Add(end, part, duration!));
    }

    private static DateTimeOffset Add(DateTimeOffset end, string part, string duration)
    {
        if (!int.TryParse(part.AsSpan(0, part.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw Unreadable(duration);
        }

        return part[^1] switch
        {
            'M' => end.AddMinutes(number),
            'H' => end.AddHours(number),
            'd' => end.AddDays(number),
            'w' => end.AddDays(7.0 * number),
            'm' => end.AddMonths(number),
            'y' => end.AddYears(number),
            _ => throw Unreadable(duration),
        };
    }

    private static ToolFaultException Unreadable(string duration) =>
        new(ToolDiagnostics.BadRequest($"'{duration}' is no duration of Incus, such as 30d."));
}
