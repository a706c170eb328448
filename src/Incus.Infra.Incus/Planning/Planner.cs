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
    public Task<IReadOnlyList<PlannedAction>> PlanAsync(CancellationToken ct) => PlanAsync(request.Kinds, ct);

    private async Task<IReadOnlyList<PlannedAction>> PlanAsync(IReadOnlySet<ObjectKind> kinds, CancellationToken ct)
    {
        var partners = request.Partners.Select(DesiredState.Acl).ToList();
        var others = request.Domains.Where(d => !request.Covers(d.Name))
            .SelectMany(d => new[] { ObjectId.Network(d.IncusNetwork.Name), ObjectId.Acl(d.IncusNetworkAcl.Name) })
            .Except(partners.Select(p => p.Id));
        var state = await store.ReadAsync(kinds, others.ToHashSet(), ct);
        var asides = new Asides(request, state.Objects);
        state = state with { Objects = asides.Objects };
        var pools = state.Pools ?? throw new ToolFaultException(ToolDiagnostics.NoStoragePool());
        var desired = DesiredState.Of(
            request.Domains.Where(d => request.Covers(d.Name)), new DiskPools(pools, state.Objects)).Concat(partners).ToList();
        if (Twice(desired) is [_, ..] faults)
        {
            return faults;
        }

        var planner = new ObjectPlanner(request.Infrastructure, request.AllowReplace);
        var effects = new ProfileEffects(planner, desired, request.Covers, state.Objects);
        List<PlannedAction> changes = [.. desired
            .Where(d => request.Covers(d.Id))
            .OrderBy(d => d.Id.Kind)
            .SelectMany(d => planner.Plan(effects.Prepare(d), state.Objects.GetValueOrDefault(d.Id)))
            .Select(asides.Undo)];
        if (changes.Exists(a => a.Unnoticed) && !kinds.Contains(ObjectKind.Instance))
        {
            // Then a profile must remember since when its instances run.
            return await PlanAsync(kinds.Append(ObjectKind.Instance).ToHashSet(), ct);
        }

        var orphans = new OrphanPlanner(request, desired.Select(d => d.Id).ToHashSet(), state).Plan().Select(asides.Undo);
        var plan = await new SubnetGuard(store).CheckAsync([.. changes, .. asides.Complete(), .. orphans], state, ct);
        plan = await new ImageGuard(store).CheckAsync(KeepRules(plan), ct);
        var covered = desired.Where(d => request.Covers(d.Id)).ToList();
        plan = await new GpuGuard(store).CheckAsync(AddressHandover.Arrange(plan), covered, ct);
        return request.Repair ? RuleRepair.AddTo(plan, covered, state.Objects) : plan;
    }

    // The rules of a network that is refused: new ones would cut off the machines on the one that is there.
    private static IReadOnlyList<PlannedAction> KeepRules(IReadOnlyList<PlannedAction> plan)
    {
        var refused = plan
            .Where(a => a is { Id.Kind: ObjectKind.Network, Fault: not null, Desired: not null })
            .SelectMany(a => a.Desired!.DependsOn.Select(acl => (Acl: acl, a.Id)))
            .ToLookup(r => r.Acl, r => r.Id);
        return
        [
            .. plan.Select(a => a is { Id.Kind: ObjectKind.Acl, Fault: null } && refused.Contains(a.Id)
                ? a with { Fault = ToolDiagnostics.Blocked(a.Id, refused[a.Id].First()) }
                : a),
        ];
    }

    private static List<PlannedAction> Twice(IEnumerable<DesiredObject> desired) =>
    [
        .. desired.GroupBy(d => d.Id).Where(same => same.Count() > 1).Select(same =>
            new PlannedAction(same.Key, ActionKind.Create, [], "")
            {
                Fault = ToolDiagnostics.DeclaredTwice(same.Key, same.First().Place, same.Last().Place),
                StopsAll = true,
            }),
    ];
}
