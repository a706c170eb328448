using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Addressing;

/// <summary>Lets domains and machines that have another name now keep what they were given by the former one.</summary>
internal static class LockRenames
{
    /// <summary>
    /// The lock with the new names; where it has an entry of the new one already, nothing moves. A machine that comes from
    /// another domain leaves its address there, and takes its ports along.
    /// </summary>
    public static AddressLock Of(AddressLock old, Infrastructure infra)
    {
        var domains = new SortedDictionary<string, LockedDomain>(old.Domains, StringComparer.Ordinal);
        var ports = new SortedDictionary<string, SortedDictionary<string, Located<int>>>(old.Ports, StringComparer.Ordinal);
        foreach (var domain in infra.Domains)
        {
            if (domain.Was is { } former)
            {
                Move(domains, former.Value, domain.Name.Value);
            }

            foreach (var machine in domain.Machines)
            {
                var name = machine.Name.Value;
                if (domain.FormerOf(machine) is not { } was || was.Name == name)
                {
                    continue;
                }

                if ((was.Domain == domain.Name.Value || was.Domain == domain.Was?.Value)
                    && domains.TryGetValue(domain.NetworkOwner.Value, out var locked))
                {
                    var machines = new SortedDictionary<string, Located<int>>(locked.Machines, StringComparer.Ordinal);
                    Move(machines, was.Name, name);
                    domains[domain.NetworkOwner.Value] = locked with { Machines = machines };
                }

                Move(ports, was.Name, name);
            }
        }

        return old with { Domains = domains, Ports = ports };
    }

    private static void Move<T>(SortedDictionary<string, T> entries, string was, string name)
    {
        if (!entries.ContainsKey(name) && entries.Remove(was, out var entry))
        {
            entries[name] = entry;
        }
    }
}
