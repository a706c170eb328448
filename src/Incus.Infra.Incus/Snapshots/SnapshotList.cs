using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Incus.Infra.Incus.Api;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>Snapshots of some instances, for people and for programs.</summary>
/// <param name="Version">Of the JSON.</param>
/// <param name="Snapshots">By instance, and then from the oldest to the newest.</param>
internal sealed record SnapshotList(int Version, IReadOnlyList<ListedSnapshot> Snapshots)
{
    private static readonly string[] Heading = ["INSTANCE", "SNAPSHOT", "TAKEN (UTC)", "EXPIRES (UTC)", "SIZE", "STATEFUL"];
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static SnapshotList Of(IEnumerable<InstanceView> instances) => new(
        1,
        [
            .. instances.SelectMany(i => (i.Snapshots ?? []).OrderBy(s => s.CreatedAt).Select(s => new ListedSnapshot(
                i.Name,
                i.Project,
                s.Name,
                s.CreatedAt,
                s.ExpiresAt.Year > 1 ? s.ExpiresAt : null,
                s.Size >= 0 ? s.Size : null,
                s.Stateful))),
        ]);

    /// <summary>As JSON, with a line's end.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SnapshotListJson.Default.SnapshotList) + "\n";

    public string ToTable()
    {
        var count = Quantity.Of(Snapshots.Count, "snapshot");
        if (Snapshots.Count == 0)
        {
            return count;
        }

        string[][] rows = [Heading, .. Snapshots.Select(Row)];
        var widths = Enumerable.Range(0, Heading.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var lines = rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        return string.Join('\n', lines.Prepend(count));
    }

    private static string[] Row(ListedSnapshot s) =>
    [
        $"{s.Project}/{s.Instance}", s.Snapshot, Time(s.Taken), Time(s.Expires), Amount(s.Size), s.Stateful ? "yes" : "no",
    ];

    private static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "-";

    private static string Amount(long? bytes)
    {
        if (bytes is not { } size)
        {
            return "-";
        }

        var unit = 0;
        var amount = (double)size;
        for (; amount >= 1024 && unit < Units.Length - 1; unit++)
        {
            amount /= 1024;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{amount:0.#} {Units[unit]}");
    }
}

/// <summary>One snapshot.</summary>
/// <param name="Instance">Name of its instance.</param>
/// <param name="Project">The Incus project of the instance.</param>
/// <param name="Snapshot">Its name.</param>
/// <param name="Taken">When it was taken.</param>
/// <param name="Expires">When Incus deletes it; null for never.</param>
/// <param name="Size">Bytes; null if the pool does not report them.</param>
/// <param name="Stateful">Whether it holds the memory, too.</param>
internal sealed record ListedSnapshot(
    string Instance, string Project, string Snapshot, DateTimeOffset Taken, DateTimeOffset? Expires, long? Size, bool Stateful);

/// <summary>Generated at compile time, because reflection would cost more than all else that a build does.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SnapshotList))]
internal sealed partial class SnapshotListJson : JsonSerializerContext;
