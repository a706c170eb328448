using Incus.Infra.Core.Yaml;

namespace Incus.Infra.Core.Model;

/// <summary>A machine that mounts a shared volume.</summary>
/// <param name="Domain">Its domain.</param>
/// <param name="Machine">The machine.</param>
/// <param name="Consumer">The entry that says so.</param>
internal sealed record Mount(Domain Domain, Machine Machine, Consumer Consumer);

/// <summary>Which machines mount which shared volumes.</summary>
internal sealed class SharedAccess
{
    // As many as a disk has at most.
    private const int OptionsOfDisk = 8;

    private readonly ILookup<string, Domain> _copies;
    private readonly ILookup<string, Domain> _domains;
    private readonly ILookup<string, (Domain Domain, Machine Machine)> _machines;

    public SharedAccess(Infrastructure infra)
    {
        _copies = infra.CopiesByTemplate();
        _domains = infra.Domains.ToLookup(d => d.Name.Value, StringComparer.Ordinal);
        _machines = infra.Domains.SelectMany(d => d.Machines.Select(m => (d, m)))
            .ToLookup(m => m.m.Name.Value, StringComparer.Ordinal);
        var all = new List<(SharedVolume, IReadOnlyCollection<Mount>)>();
        var options = 0;
        foreach (var volume in infra.SharedVolumes)
        {
            var mounts = MountsOf(volume);
            options += mounts.Count * OptionsOfDisk;
            if (options > YamlReader.MaxNodes)
            {
                Beyond = volume;
                break;
            }

            all.Add((volume, mounts));
        }

        All = all;
    }

    /// <summary>The volumes, each with the machines that mount it.</summary>
    public IReadOnlyList<(SharedVolume Volume, IReadOnlyCollection<Mount> Mounts)> All { get; }

    /// <summary>The first volume that no tree could hold, with which <see cref="All"/> ends; or null.</summary>
    public SharedVolume? Beyond { get; }

    // An entry of a machine's own wins over that of its domain, and this one over that of all copies.
    private Dictionary<string, Mount>.ValueCollection MountsOf(SharedVolume volume)
    {
        var mounts = new Dictionary<string, Mount>(StringComparer.Ordinal);
        foreach (var consumer in volume.Consumers.OrderByDescending(c => _copies.Contains(c.Name.Value))
            .ThenByDescending(c => _domains.Contains(c.Name.Value)))
        {
            foreach (var (domain, machine) in MachinesOf(consumer.Name.Value))
            {
                mounts[machine.Name.Value] = new Mount(domain, machine, consumer);
            }
        }

        return mounts.Values;
    }

    private IEnumerable<(Domain Domain, Machine Machine)> MachinesOf(string consumer)
    {
        var domains = _domains[consumer].Concat(_copies[consumer]).ToList();
        return domains.Count > 0 ? domains.SelectMany(d => d.Machines.Select(m => (d, m))) : _machines[consumer];
    }
}
