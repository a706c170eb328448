using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>What Apply would do, in the order of dependency. Reads Incus and never changes it.</summary>
/// <param name="request">What is wanted.</param>
/// <param name="store">The server.</param>
internal sealed class Planner(EngineRequest request, IIncusStore store)
{
    /// <summary>Compares and decides.</summary>
    /// <exception cref="ToolFaultException">Incus does not answer, or has no storage pool.</exception>
    public async Task<IReadOnlyList<PlannedAction>> PlanAsync(CancellationToken ct)
    {
        var others = request.Domains.Where(d => !request.Covers(d.Name)).Select(d => ObjectId.Network(d.IncusNetwork.Name));
        var state = await store.ReadAsync(request.Kinds, others.ToHashSet(), ct);
        var pools = state.Pools ?? throw new ToolFaultException(ToolDiagnostics.NoStoragePool());
        var desired = DesiredState.Of(
            request.Domains.Where(d => request.Covers(d.Name)), new DiskPools(pools, state.Objects)).ToList();
        var objects = new ObjectPlanner(request.Infrastructure, request.AllowReplace);
        List<PlannedAction> changes = [.. desired
            .Where(d => request.Covers(d.Id))
            .OrderBy(d => d.Id.Kind)
            .SelectMany(d => objects.Plan(d, state.Objects.GetValueOrDefault(d.Id)))];
        var orphans = new OrphanPlanner(request, desired.Select(d => d.Id).ToHashSet(), state).Plan();
        var plan = await new SubnetGuard(store).CheckAsync([.. AddressHandover.Before(changes), .. changes, .. orphans], state, ct);
        return await new GpuGuard(store).CheckAsync(plan, desired.Where(d => request.Covers(d.Id)), ct);
    }
}
