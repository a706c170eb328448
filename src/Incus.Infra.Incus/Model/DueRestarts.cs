using System.Collections.Immutable;
using System.Globalization;

namespace Incus.Infra.Incus.Model;

/// <summary>
/// What changed in a profile, and which running instances do not notice it. It is written together with the change, so that
/// a later run finds those that have not been started since, whatever became of the run that made it.
/// </summary>
/// <param name="Started">
/// By <see cref="Property.ToString"/>, when each of these instances had been started: that names the instance, and it holds
/// only until somebody restarts it.
/// </param>
internal sealed record DueRestarts(ImmutableSortedDictionary<string, ImmutableSortedSet<long>> Started)
{
    public static DueRestarts None { get; } =
        new(ImmutableSortedDictionary.Create<string, ImmutableSortedSet<long>>(StringComparer.Ordinal));

    /// <summary>Reads one change a line; what is none, such as an edit by hand, is left out.</summary>
    public static DueRestarts Parse(string? text) => (text ?? "").Split('\n')
        .Select(line => line.Split('\t'))
        .Where(parts => parts is [_, _])
        .Aggregate(None, (due, parts) => due.With(parts[0], parts[1].Split(',').Select(ParseTicks).OfType<long>()));

    /// <summary>What an instance that was started then does not notice.</summary>
    public IEnumerable<string> Of(DateTimeOffset started) =>
        Started.Where(s => s.Value.Contains(started.UtcTicks)).Select(s => s.Key);

    /// <summary>Only what instances that were started then do not notice.</summary>
    public DueRestarts Only(IReadOnlySet<long> started) =>
        Started.Aggregate(None, (due, s) => due.With(s.Key, s.Value.Where(started.Contains)));

    /// <summary>Another change, and when those had been started that do not notice it.</summary>
    public DueRestarts With(string property, IEnumerable<long> started) =>
        Started.GetValueOrDefault(property, []).Union(started) is { IsEmpty: false } all
            ? new(Started.SetItem(property, all))
            : this;

    /// <summary>As <see cref="Parse"/> reads it, or null for nothing.</summary>
    public string? Format() => Started.IsEmpty ? null : string.Join(
        '\n', Started.Select(s => $"{s.Key}\t{string.Join(',', s.Value.Select(t => t.ToString(CultureInfo.InvariantCulture)))}"));

    private static long? ParseTicks(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : null;
}
