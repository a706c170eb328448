using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;

namespace Incus.Infra.Incus.Planning;

/// <summary>What the Incus host, or each member of a cluster, has. Each is asked once, when a plan needs to know.</summary>
internal sealed class Hosts(IIncusStore store)
{
    private readonly Dictionary<string, ServerResources> _resources = new(StringComparer.Ordinal);

    public async Task<ServerResources> ResourcesAsync(string? member, CancellationToken ct)
    {
        if (!_resources.TryGetValue(member ?? "", out var resources))
        {
            resources = await store.ReadResourcesAsync(member, ct);
            _resources.Add(member ?? "", resources);
        }

        return resources;
    }

    /// <summary>A plan in the sight of faults of the host: with these, whether or not the objects have work.</summary>
    public static IReadOnlyList<PlannedAction> Stop(IReadOnlyList<PlannedAction> plan, IEnumerable<PlannedAction> faults)
    {
        var byId = faults.ToDictionary(a => a.Id, a => a with { StopsAll = true });
        return
        [
            .. plan.Select(a => byId.GetValueOrDefault(a.Id) is { } f ? a with { Fault = f.Fault, StopsAll = true } : a),
            .. byId.Values.ExceptBy(plan.Select(a => a.Id), a => a.Id),
        ];
    }
}
