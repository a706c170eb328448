using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Isolation;

/// <summary>The policies of an infrastructure, with what their ends stand for.</summary>
internal sealed class Policies
{
    /// <summary>Most connections from domain to domain: all copies of some domains to each other are many.</summary>
    public const int MostFlows = 200_000;

    private readonly Dictionary<string, Party> _inside = new(StringComparer.Ordinal);

    public Policies(Infrastructure infra)
    {
        Ranges = OutsideRanges.Of(infra.Global);
        foreach (var domain in infra.Domains)
        {
            _inside.TryAdd(domain.Name.Value, new(domain.Name.Value) { Domain = domain });
        }

        foreach (var (domain, machine) in infra.Domains.SelectMany(d => d.Machines.Select(m => (d, m))))
        {
            _inside.TryAdd(machine.Name.Value, new(machine.Name.Value) { Domain = domain, Machine = machine });
        }

        foreach (var copies in infra.CopiesByTemplate())
        {
            _inside.TryAdd(copies.Key, new(copies.Key) { Domain = copies.First(), Copies = [.. copies] });
        }

        Declared = [.. infra.NetworkPolicies.SelectMany(FlowsOf).Where(f => f.HasEffect)];
        IsTooMany = Declared.Sum(f => (long)f.From.Size * f.To.Size) > MostFlows;
        Flows = IsTooMany ? [] : [.. Declared.SelectMany(f => f.Each)];
    }

    public OutsideRanges Ranges { get; }

    /// <summary>What the policies open as they say it, all copies of a domain being one end, in the order of the file.</summary>
    public IReadOnlyList<Flow> Declared { get; }

    /// <summary>Whether there are so many that <see cref="Flows"/> has none of them.</summary>
    public bool IsTooMany { get; }

    /// <summary>The same from single domains and machines to single ones.</summary>
    public IReadOnlyList<Flow> Flows { get; }

    /// <summary>The names of domains and machines, and the words that stand for something else.</summary>
    public IEnumerable<string> Names => _inside.Keys.Append(NetworkPolicy.Host).Append(NetworkPolicy.Internet);

    /// <summary>What <paramref name="name"/> stands for, or null. Of a network only what is outside all domains.</summary>
    public Party? Find(string name) => _inside.GetValueOrDefault(name) ?? name switch
    {
        NetworkPolicy.Host => new(name),
        NetworkPolicy.Internet => new(name) { Outside = Ranges.Internet },
        _ => AddressSet.Parse(name) is { } network && (network.ToString() == name || $"{network}/32" == name)
            ? new(name) { Outside = network.Except(Ranges.Domains) }
            : null,
    };

    /// <summary>What a policy declares, whether or not it has an effect; nothing where an end is unknown.</summary>
    public IEnumerable<Flow> FlowsOf(NetworkPolicy policy) => policy.Ways
        .Select(way => (From: Find(way.From.Value), To: Find(way.To.Value)))
        .Where(way => way is { From: not null, To: not null })
        .Select(way => new Flow(policy, way.From!, way.To!));
}
