using System.Globalization;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>
/// Durations as <c>snapshots.expiry</c> has them, in <c>S M H d w m y</c>: <c>M</c> is a minute, <c>m</c> a month.
/// </summary>
internal static class IncusExpiry
{
    private static readonly Dictionary<char, double> LongestDays = new()
    {
        ['S'] = 1.0 / (24 * 60 * 60),
        ['M'] = 1.0 / (24 * 60),
        ['H'] = 1.0 / 24,
        ['d'] = 1,
        ['w'] = 7,
        ['m'] = 31,
        ['y'] = 366,
    };

    /// <summary>The end of a duration such as <c>1w 2d</c>; null for none.</summary>
    /// <exception cref="ToolFaultException">It cannot be read, or ends after the year 9999.</exception>
    public static DateTimeOffset? After(ObjectId id, DateTimeOffset start, string? duration) =>
        TryAdd(start, duration, out var end) ? end : throw new ToolFaultException(ToolDiagnostics.BadExpiry(id, duration!));

    /// <summary>Whether a duration can be read, and ends before the year 9999.</summary>
    public static bool IsReadable(DateTimeOffset start, string? duration) => TryAdd(start, duration, out _);

    private static bool TryAdd(DateTimeOffset start, string? duration, out DateTimeOffset? end)
    {
        var parts = (duration ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        end = parts.Length == 0 ? null : start;
        foreach (var part in parts)
        {
            end = Add(end, part);
        }

        return parts.Length == 0 || end is not null;
    }

    private static DateTimeOffset? Add(DateTimeOffset? end, string part) =>
        end is { } start
        && int.TryParse(part.AsSpan(0, part.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && LongestDays.TryGetValue(part[^1], out var days)
        && number * days < (DateTimeOffset.MaxValue - start).TotalDays
            ? part[^1] switch
            {
                'S' => start.AddSeconds(number),
                'M' => start.AddMinutes(number),
                'H' => start.AddHours(number),
                'd' => start.AddDays(number),
                'w' => start.AddDays(7.0 * number),
                'm' => start.AddMonths(number),
                _ => start.AddYears(number),
            }
            : null;
}
