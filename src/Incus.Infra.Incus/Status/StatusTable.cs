using System.Globalization;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Status;

/// <summary>A report for people.</summary>
/// <param name="report">The report.</param>
/// <param name="now">Snapshots are as old as they are then.</param>
/// <param name="inDetail">Whether each value that somebody changed is a line.</param>
internal sealed class StatusTable(StatusReport report, DateTimeOffset now, bool inDetail)
{
    private const int LongestValue = 60;
    private const int MostKeys = 3;

    private static readonly string[] Heading = ["MACHINE", "STATE", "HEALTH", "ADDRESS", "PORTS", "IMAGE", "SNAPSHOT", "STATUS"];
    private static readonly int HealthColumn = Array.IndexOf(Heading, "HEALTH");
    private static readonly int PortsColumn = Array.IndexOf(Heading, "PORTS");

    /// <summary>The last line: how many machines there are, and other objects that are not as applied.</summary>
    public string Counts { get; } = string.Join("; ", new[]
    {
        CountOf("machine", [.. report.Objects.Where(IsMachine)]),
        CountOf("other object", [.. report.Objects.Where(o => !IsMachine(o) && o.Mark != StatusMark.Applied)]),
    }.Where((words, i) => i == 0 || words[0] != '0'));

    /// <summary>A line for each machine and for each other object that is not as applied, and one with counts.</summary>
    public override string ToString()
    {
        var shown = report.Objects.Where(o => IsMachine(o) || o.Mark != StatusMark.Applied)
            .GroupBy(o => o.Domain)
            .OrderBy(domain => OrderOf(domain.Key))
            .SelectMany(domain => domain)
            .ToList();
        string[][] rows = [Heading, .. shown.Select(Row)];
        // Most infrastructures have none of these.
        var columns = Enumerable.Range(0, Heading.Length).Where(c =>
            (c != PortsColumn || shown.Any(o => o.Ports.Count > 0))
            && (c != HealthColumn || shown.Any(o => o.IsHealthy is not null)));
        var widths = columns.Select(column => (Column: column, Width: rows.Max(row => row[column].Length))).ToList();
        var lines = rows.Select(row => string.Join("  ", widths.Select(w => row[w.Column].PadRight(w.Width))).TrimEnd());
        return string.Join('\n', shown.Count == 0
            ? [Counts]
            : lines.Zip(shown.Select(Details).Prepend([]), (line, details) => details.Prepend(line))
                .SelectMany(l => l)
                .Append(Counts));
    }

    /// <summary>What a mark is called.</summary>
    public static string WordOf(StatusMark mark) => mark switch
    {
        StatusMark.Applied => "as applied",
        StatusMark.Changed => "changed by hand",
        StatusMark.NotApplied => "not applied yet",
        StatusMark.Missing => "not there yet",
        StatusMark.Orphan => "orphan",
        StatusMark.Unreachable => "unreachable",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Whether a machine is healthy, in a word; null where nobody can tell.</summary>
    public static string? HealthOf(ObjectStatus status) => status.IsHealthy switch
    {
        true => "healthy",
        false => "unhealthy",
        null => null,
    };

    private static bool IsMachine(ObjectStatus status) => status.Id.Kind == ObjectKind.Instance;

    // Those that infra.yml no longer has come last.
    private int OrderOf(string domain) =>
        report.Domains.TakeWhile(d => d != domain).Count();

    private string[] Row(ObjectStatus status) => IsMachine(status)
        ?
        [
            $"{status.Domain}/{status.Id.Name}",
            $"{status.State?.ToLowerInvariant() ?? "-"}{Wish(status)}"
                + (status.Member is { } member ? $" on {Excerpt.Of(member)}" : ""),
            HealthOf(status) ?? "-",
            status.Address ?? "-",
            status.Ports.Count > 0 ? Excerpt.Of(string.Join(", ", status.Ports.Select(p => $"{p.Key} {Place(p.Value)}"))) : "-",
            status.Image is { Length: > 0 } image ? Excerpt.Of(image) : "-",
            status.Snapshot is { } taken ? Age(now - taken) : "-",
            Words(status),
        ]
        : [$"{status.Id.Word} {status.Id.Name}", .. Enumerable.Repeat("", Heading.Length - 2), Words(status)];

    // That Apply leaves it so, or what it would do.
    private static string Wish(ObjectStatus status) => status switch
    {
        { Wanted: RunState.Stopped, State: InstanceStatus.Stopped } => " as wanted",
        { Wanted: RunState.Stopped, State: not null } => ", wanted stopped",
        { Wanted: RunState.Any, State: not null } => " (any)",
        _ => "",
    };

    // TCP at all addresses of the host, unless it says something else.
    private static string Place(string listen)
    {
        var place = listen.Replace("0.0.0.0:", "", StringComparison.Ordinal);
        return place.StartsWith("tcp:", StringComparison.Ordinal) ? place[4..]
            : place.StartsWith("udp:", StringComparison.Ordinal) ? $"{place[4..]}/udp"
            : place;
    }

    private string Words(ObjectStatus status)
    {
        var word = WordOf(status.Mark);
        var keys = status.Drift.Select(d => d.Key).ToList();
        return inDetail || keys.Count == 0 ? word
            : keys.Count <= MostKeys ? $"{word}: {string.Join(", ", keys)}"
            : $"{word}: {string.Join(", ", keys.Take(MostKeys))} and {keys.Count - MostKeys} more";
    }

    private IEnumerable<string> Details(ObjectStatus status) => inDetail
        ?
        [
            .. status.HealthAnswer is { } answer ? [$"    {answer}"] : Array.Empty<string>(),
            .. status.Drift.Select(d => $"    {d.Key}: {(d.Now is null ? "(unset)" : Short(d.Now.ReplaceLineEndings(" ")))}"),
        ]
        : [];

    private static string Short(string value) => value.Length <= LongestValue ? value : $"{value[..LongestValue]}…";


    private static string CountOf(string word, List<ObjectStatus> some)
    {
        var marks = some.GroupBy(o => o.Mark).OrderBy(of => of.Key).Select(of => $"{of.Count()} {WordOf(of.Key)}");
        return string.Join(": ", new[] { Quantity.Of(some.Count, word), string.Join(", ", marks) }
            .Where(part => part.Length > 0));
    }

    private static string Age(TimeSpan age) => age switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays} d"),
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max((int)age.TotalMinutes, 0)} min"),
    };
}
