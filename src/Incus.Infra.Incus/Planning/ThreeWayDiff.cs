using System.Collections.Immutable;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>Compares what is wanted, what was set last, and what there is.</summary>
internal static class ThreeWayDiff
{
    /// <summary>The changes that make an object as wanted and leave alone what others set.</summary>
    /// <param name="wanted">What infra.yml says.</param>
    /// <param name="last">What was set last, or null when nothing was.</param>
    /// <param name="live">What Incus has.</param>
    public static ImmutableArray<PropertyChange> Of(
        ImmutableSortedDictionary<Property, string> wanted,
        Ownership? last,
        ImmutableSortedDictionary<Property, string> live)
    {
        var changes = ImmutableArray.CreateBuilder<PropertyChange>();
        foreach (var (property, value) in wanted)
        {
            var old = live.GetValueOrDefault(property);
            if (old != value)
            {
                var cause = last?.WasSet(property, value) == true ? ChangeCause.Drift : ChangeCause.Wanted;
                changes.Add(new PropertyChange(property, old, value, cause));
            }
        }

        foreach (var (property, old) in live)
        {
            if (!wanted.ContainsKey(property) && last?.WasSet(property, old) == true)
            {
                changes.Add(new PropertyChange(property, old, null, ChangeCause.Removed));
            }
        }

        return changes.ToImmutable();
    }

    /// <summary>The values that differ between two states of an object.</summary>
    public static ImmutableArray<PropertyChange> Between(
        ImmutableSortedDictionary<Property, string> before, ImmutableSortedDictionary<Property, string> after) =>
    [
        .. before.Keys.Union(after.Keys)
            .Select(p => new PropertyChange(p, before.GetValueOrDefault(p), after.GetValueOrDefault(p), ChangeCause.Wanted))
            .Where(c => c.Old != c.New),
    ];
}
