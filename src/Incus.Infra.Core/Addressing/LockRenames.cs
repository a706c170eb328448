using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Addressing;

/// <summary>Lets machines that have another name now keep what they were given by the former one.</summary>
internal static class LockRenames
{
    /// <summary>The lock with the new names; where it has an entry of the new one already, nothing moves.</summary>
    public static AddressLock Of(AddressLock old, Infrastructure infra)
    {
        var renamed = infra.Domains
            .SelectMany(d => d.Machines, (d, m) => (Domain: d.NetworkOwner.Value, m.Was, Name: m.Name.Value))
            .Where(m => m.Was is not null)
            .ToList();
        if (renamed.Count == 0)
        {
            return old;
        }

        var domains = new SortedDictionary<string, LockedDomain>(old.Domains, StringComparer.Ordinal);
        var ports = new SortedDictionary<string, SortedDictionary<string, Located<int>>>(old.Ports, StringComparer.Ordinal);
        foreach (var (domain, was, name) in renamed)
        {
            if (domains.TryGetValue(domain, out var locked))
            {
                domains[domain] = locked with { Machines = Moved(locked.Machines, was!.Value.Value, name) };
            }

            ports = Moved(ports, was!.Value.Value, name);
        }

        return old with { Domains = domains, Ports = ports };
    }

    private static SortedDictionary<string, T> Moved<T>(SortedDictionary<string, T> entries, string was, string name)
    {
        if (entries.ContainsKey(name) || !entries.TryGetValue(was, out var entry))
        {
            return entries;
        }

        var moved = new SortedDictionary<string, T>(entries, StringComparer.Ordinal) { [name] = entry };
        moved.Remove(was);
        return moved;
    }
}
