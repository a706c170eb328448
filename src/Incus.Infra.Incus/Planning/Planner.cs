using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>What Apply would do, and what Incus had when that was decided.</summary>
/// <param name="Actions">In the order of dependency.</param>
/// <param name="Seen">What was read.</param>
internal sealed record Plan(IReadOnlyList<PlannedAction> Actions, LiveState Seen);

/// <summary>Compares and decides. Reads Incus and never changes it.</summary>
/// <param name="request">What is wanted.</param>
/// <param name="store">The server.</param>
/// <param name="tellsPinned">Whether it also asks for the images of machines that keep theirs, to tell of newer ones.</param>
internal sealed class Planner(EngineRequest request, IIncusStore store, bool tellsPinned = false)
{
    private readonly List<DesiredObject> _partners = [.. request.Partners.Select(DesiredState.Acl)];

    /// <summary>Looks at all that is covered.</summary>
    /// <exception cref="ToolFaultException">Incus does not answer, or has no storage pool.</exception>
    public Task<Plan> PlanAsync(CancellationToken ct) => PlanAsync(ReadAsync, request.Kinds, ct);

    /// <summary>Looks once more after an Apply, which left all else as it was.</summary>
    /// <param name="former">What it began with.</param>
    /// <param name="touched">The objects that it had to do with.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <inheritdoc cref="PlanAsync(CancellationToken)"/>
    public Task<Plan> PlanAgainAsync(LiveState former, IEnumerable<ObjectId> touched, CancellationToken ct)
    {
        var bridges = touched.Where(id => IsOfBridge(id.Kind)).ToHashSet();
        return PlanAsync((kinds, stop) => ReadAgainAsync(kinds, former, bridges, stop), request.Kinds, ct);
    }

    private Task<LiveState> ReadAsync(IReadOnlySet<ObjectKind> kinds, CancellationToken ct)
    {
        var others = request.OtherNetworks.Except(_partners.Select(p => p.Id));
        return store.ReadAsync(kinds, others.ToHashSet(), ct);
    }

    // For each bridge and its rules Incus looks through all networks and profiles that it has.
    private async Task<LiveState> ReadAgainAsync(
        IReadOnlySet<ObjectKind> kinds, LiveState former, HashSet<ObjectId> bridges, CancellationToken ct)
    {
        var others = store.ReadAsync(kinds.Where(kind => !IsOfBridge(kind)).ToHashSet(), new HashSet<ObjectId>(), ct);
        var objects = former.Objects.Where(o => IsOfBridge(o.Key.Kind) && !bridges.Contains(o.Key)).ToDictionary();
        await Task.WhenAll(others, FindAsync());
        var state = await others;
        return state with { Objects = objects.Concat(state.Objects).ToDictionary() };

        // One after another, as Incus is no faster with several.
        async Task FindAsync()
        {
            foreach (var id in bridges)
            {
                if (await store.FindAsync(id, ct) is { Value: { Managed: not false } found })
                {
                    objects[id] = found;
                }
            }
        }
    }

    private static bool IsOfBridge(ObjectKind kind) => kind is ObjectKind.Network or ObjectKind.Acl;

    private async Task<Plan> PlanAsync(
        Func<IReadOnlySet<ObjectKind>, CancellationToken, Task<LiveState>> read,
        IReadOnlySet<ObjectKind> kinds,
        CancellationToken ct)
    {
        var seen = await read(kinds, ct);
        var asides = new Asides(request, seen.Objects);
        var renames = new Renames(request, asides.Objects);
        var state = seen with { Objects = renames.Objects };
        var pools = state.Pools ?? throw new ToolFaultException(ToolDiagnostics.NoStoragePool());
        var desired = MachineNeeds.Arrange(
            [
                .. DesiredState.Of(request.Domains.Where(d => request.Covers(d.Name)), new DiskPools(pools, state.Objects)),
                .. _partners,
            ],
            request.Domains);
        if (Twice(desired) is [_, ..] faults)
        {
            return new Plan(faults, seen);
        }

        var placement = new Placement(request, desired, state);
        var links = new Links(request, state);
        var hosts = new Hosts(store);
        var shares = new ResourceShares(request, placement, hosts);
        desired = await shares.AddToAsync(desired.ConvertAll(d => links.Complete(placement.Locate(d))), state, ct);
        var planner = new ObjectPlanner(request.Infrastructure, request.AllowReplace);
        var effects = new ProfileEffects(planner, desired, request.Covers, state.Objects);
        var given = state.Restriction is { } restriction
            ? await new GivenObjects(request, state, store).CheckAsync(restriction, desired.Where(d => request.Covers(d.Id)), ct)
            : [];
        var images = new ImagePlanner(request.Infrastructure, state.Objects)
            .Plan(request.Images.Where(i => request.Covers(i.Id))).ToList();
        var policies = await ImagePolicies.ReadAsync(
            request, store, desired, state.Objects, ImagePlanner.Built(images), tellsPinned, DateTimeOffset.UtcNow, ct);
        List<PlannedAction> changes = [.. given, .. images, .. desired
            .Where(d => request.Covers(d.Id) && !(state.Restriction is not null && Restriction.Gives(d.Id.Kind)))
            .OrderBy(d => d.Id.Kind)
            .SelectMany(d => policies.AddTo(d, renames.AddTo(
                d, placement.Check(d, planner.Plan(effects.Prepare(d), state.Objects.GetValueOrDefault(d.Id))), desired)))
            .Select(asides.Undo)];
        if (changes.Exists(a => a.Unnoticed) && !kinds.Contains(ObjectKind.Instance))
        {
            // Then a profile must remember since when its instances run.
            return await PlanAsync(read, kinds.Append(ObjectKind.Instance).ToHashSet(), ct);
        }

        var formers = new FormerDomains(request, state.Objects);
        var wanted = desired.Select(d => d.Id).Concat(request.Images.Select(i => i.Id)).ToHashSet();
        var orphans = new OrphanPlanner(request, wanted, state, formers, Renames.LeavingIn(changes)).Plan();
        var plan = await links.CheckAsync(
            [.. LikelyRenames.Tell(changes, orphans, state), .. asides.Complete(), .. orphans.Select(asides.Undo)], store, ct);
        plan = await new SubnetGuard(store).CheckAsync(plan, state, formers.Networks, ct);
        plan = await new FormGuard(store).CheckAsync(ImagePlanner.Arrange(PortGuard.Check(plan, state.Objects)), ct);
        var covered = desired.Where(d => request.Covers(d.Id)).ToList();
        plan = await new GpuGuard(hosts).CheckAsync(
            ProjectBounds.Arrange(AddressHandover.Arrange(shares.Check(plan)), covered), covered, ct);
        plan = KeepRules(formers.HandOver(FolderGuard.Check(plan, store)));
        plan = await new Revocations(store).AddToAsync(plan, NoLongerOwn(state.Objects), request.Infrastructure, ct);
        return new Plan(request.Repair ? RuleRepair.AddTo(plan, covered, state.Objects) : plan, seen);
    }

    // A domain that is gone is among them, also where its project stays.
    private ILookup<string, ObjectId> NoLongerOwn(IReadOnlyDictionary<ObjectId, IncusObject> live) => live
        .Where(o => o.Key.Kind == ObjectKind.Project && request.Covers(o.Key))
        .Select(o => (o.Key, Owner: Ownership.Of(o.Key, o.Value)))
        .Where(o => o.Owner is { IsOld: false } owner && Revocations.WasOwn(owner)
            && owner.BelongsTo(request.Infrastructure) && request.Covers(owner.Domain)
            && !request.Domains.Any(d => d.Name == owner.Domain && d.IsOwn))
        .ToLookup(o => o.Owner!.Domain, o => o.Key);

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
