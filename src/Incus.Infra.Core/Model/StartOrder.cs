namespace Incus.Infra.Core.Model;

/// <summary>In which order machines become ready, by what they need.</summary>
internal sealed class StartOrder
{
    private readonly Dictionary<string, int> _depths = new(StringComparer.Ordinal);

    public StartOrder(Infrastructure infra)
    {
        List<Machine> all = [.. infra.Domains.SelectMany(d => d.Machines)];
        var users = all.SelectMany(m => m.Needs.Select(n => (Need: n.Value, User: m)))
            .ToLookup(n => n.Need, n => n.User, StringComparer.Ordinal);
        var names = all.Select(m => m.Name.Value).ToHashSet(StringComparer.Ordinal);
        var open = all.DistinctBy(m => m.Name.Value)
            .ToDictionary(m => m.Name.Value, m => m.Needs.Count(n => names.Contains(n.Value)), StringComparer.Ordinal);
        var next = new Queue<(string Name, int Depth)>(open.Where(o => o.Value == 0).Select(o => (o.Key, 0)));
        while (next.TryDequeue(out var ready))
        {
            _depths.Add(ready.Name, ready.Depth);
            foreach (var user in users[ready.Name].Where(u => --open[u.Name.Value] == 0))
            {
                next.Enqueue((user.Name.Value, ready.Depth + 1));
            }
        }
    }

    /// <summary>How many others, one after the other, are ready before a machine; null for one that waits for itself.</summary>
    public int? DepthOf(string machine) => _depths.TryGetValue(machine, out var depth) ? depth : null;
}
