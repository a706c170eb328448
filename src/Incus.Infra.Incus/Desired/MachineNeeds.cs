using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>Which machines are started after others.</summary>
internal static class MachineNeeds
{
    /// <summary>
    /// How many machines, one after the other, are before each that needs any; null where machines wait for each other.
    /// </summary>
    public static IReadOnlyDictionary<string, int>? DepthsOf(IEnumerable<DomainSpec> domains)
    {
        var needs = domains.SelectMany(d => d.Machines).Where(m => m.InstanceNeeds.Count > 0)
            .DistinctBy(m => m.InstanceName).ToDictionary(m => m.InstanceName, m => m.InstanceNeeds, StringComparer.Ordinal);
        var depths = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var (name, needed) in needs)
            {
                var depth = 1 + needed.Max(n => depths.GetValueOrDefault(n));
                if (depth > needs.Count)
                {
                    return null;
                }

                changed |= depth != depths.GetValueOrDefault(name);
                depths[name] = depth;
            }
        }

        return depths;
    }

    /// <summary>Objects with what their machines need among what must be there first, and in that order.</summary>
    /// <param name="objects">The objects, each after those it needs.</param>
    /// <param name="domains">All domains.</param>
    public static List<DesiredObject> Arrange(List<DesiredObject> objects, IReadOnlyList<DomainSpec> domains)
    {
        if (!domains.Any(d => d.Machines.Any(m => m.InstanceNeeds.Count > 0)))
        {
            return objects;
        }

        var ids = domains.SelectMany(d => d.Machines.Select(m => (d.IncusProject, Machine: m)))
            .ToLookup(m => m.Machine.InstanceName, m => ObjectId.Instance(m.IncusProject, m.Machine.InstanceName));
        var needs = domains.SelectMany(d => d.Machines.Select(m => (d.IncusProject, Machine: m)))
            .Where(m => m.Machine.InstanceNeeds.Count > 0)
            .ToLookup(
                m => ObjectId.Instance(m.IncusProject, m.Machine.InstanceName),
                m => m.Machine.InstanceNeeds.SelectMany(n => ids[n]));
        var depths = DepthsOf(domains)!;
        return
        [
            .. objects
                .Select(o => o with { DependsOn = [.. o.DependsOn, .. needs[o.Id].SelectMany(n => n)] })
                .OrderBy(o => o.Id.Kind == ObjectKind.Instance ? depths.GetValueOrDefault(o.Id.Name) : 0),
        ];
    }
}
