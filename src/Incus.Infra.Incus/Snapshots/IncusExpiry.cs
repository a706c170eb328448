using System.Globalization;
using System.Text.RegularExpressions;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>
/// Durations as <c>snapshots.expiry</c> has them: <c>S M H d w m y</c>, where <c>M</c> is a minute and <c>m</c> a month.
/// </summary>
internal static partial class IncusExpiry
{
    /// <summary>The end of a duration such as <c>1w 2d</c>; null for none.</summary>
    /// <exception cref="ToolFaultException">It cannot be read, or ends after the year 9999.</exception>
    public static DateTimeOffset? After(ObjectId id, DateTimeOffset start, string? duration)
    {
        var parts = (duration ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return parts.Length == 0 ? null : parts.Aggregate(start, Add);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new ToolFaultException(ToolDiagnostics.BadExpiry(id, duration!), e);
        }
    }

    private static DateTimeOffset Add(DateTimeOffset end, string part)
    {
        var number = Part().IsMatch(part) ? int.Parse(part.AsSpan(0, part.Length - 1), CultureInfo.InvariantCulture) : throw new FormatException();
        return part[^1] switch
        {
            'S' => end.AddSeconds(number),
            'M' => end.AddMinutes(number),
            'H' => end.AddHours(number),
            'd' => end.AddDays(number),
            'w' => end.AddDays(7.0 * number),
            'm' => end.AddMonths(number),
            _ => end.AddYears(number),
        };
    }

    [GeneratedRegex(@"\A[0-9]+[SMHdwmy]\z")]
    private static partial Regex Part();
}
