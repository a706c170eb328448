using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>Finds what is ours and no longer in infra.yml. Objects without our mark are never among it.</summary>
/// <param name="request">Says whose, which kinds and domains, and whether orphans are deleted.</param>
/// <param name="desired">What infra.yml has.</param>
/// <param name="state">What Incus has.</param>
/// <param name="formers">Domains with another name now; of what they had nothing is left but what somebody uses.</param>
/// <param name="leaving">What has another place at the end of the same run, and the instance that it leaves with.</param>
internal sealed class OrphanPlanner(
    EngineRequest request,
    IReadOnlySet<ObjectId> desired,
    LiveState state,
    FormerDomains formers,
    IReadOnlyDictionary<ObjectId, ObjectId> leaving)
{
    // What infra.yml has lets go of an orphan in the same run.
    private readonly Deletions _deletions = new(
        user => (desired.Contains(user) && request.Covers(user)) || leaving.ContainsKey(user));

    /// <summary>Users before what they use, which is the order of deletion.</summary>
    public IReadOnlyList<PlannedAction> Plan() =>
        [.. Deletions.InOrder(state.Objects.Where(o => IsOrphan(o.Key, o.Value)), o => o.Key).Select(o => Plan(o.Key, o.Value))];

    private bool IsOrphan(ObjectId id, IncusObject live) =>
        state.OwnerOf(id, live) is { } owner
        && owner.BelongsTo(request.Infrastructure)
        && request.Covers(owner.Domain)
        && request.Covers(id)
        && !id.IsDefaultProfile
        && !desired.Contains(id);

    // Where copies no longer share a bridge, its mark has a name that still stands for all of them: to destroy those by it is no
    // way to be rid of the bridge.
    private static bool IsOf(string marked, ObjectKind kind, string domain) => domain == marked
        || (kind is ObjectKind.Network or ObjectKind.Acl && domain.StartsWith($"{marked}-", StringComparison.Ordinal));

    private PlannedAction WithMovers(PlannedAction deletion, IncusObject live) => deletion with
    {
        WasInterrupted = deletion.Id.Kind == ObjectKind.Network && BridgeChange.IsMarked(live),
        Users =
        [
            .. deletion.Users,
            .. (live.UsedBy ?? []).Select(Urls.Parse).OfType<ObjectId>().Where(leaving.ContainsKey)
                .Select(user => leaving[user]).Distinct(),
        ],
    };

    private PlannedAction Plan(ObjectId id, IncusObject live)
    {
        var owner = state.OwnerOf(id, live)!;
        var domain = Excerpt.Of(owner.Domain);
        var isLeft = request.Domains.Any(d => IsOf(owner.Domain, id.Kind, d.Name));
        var isRenamed = id.Kind is not (ObjectKind.Instance or ObjectKind.Volume) && formers.NameOf(owner.Domain) is not null;
        var gone = live.IsUnreachable ? "not in infra.yml, and its mark cannot be read"
            : isLeft ? "no longer in infra.yml"
            : formers.NameOf(owner.Domain) is { } name ? $"its domain '{domain}' is '{Excerpt.Of(name)}' now"
            : request.Elsewhere.Contains(owner.Domain) ? $"its domain '{domain}' is on another server now"
            : $"its domain '{domain}' is no longer in infra.yml";
        var isProtected = owner.Protected || live.IsDeleteProtected;
        if (state.SilentMembersOf(id, live) is [_, ..] silent)
        {
            return Report(
                ActionKind.Orphan, $"{gone}; it stays while {string.Join(", ", silent)} of the cluster does not answer");
        }

        if (owner.IsOld)
        {
            return Report(isProtected ? ActionKind.Protected : ActionKind.Orphan, $"{gone}; {Deletions.ByHand(id)}");
        }

        if (state.Restriction is not null && Restriction.Gives(id.Kind))
        {
            return Report(isProtected ? ActionKind.Protected : ActionKind.Orphan, $"{gone}; {Deletions.ByAdministrator(id)}");
        }

        if (owner.IsPersistent)
        {
            return Report(ActionKind.Protected, $"{gone}; {Deletions.OfPersistent(id)}");
        }

        if (isRenamed)
        {
            return DeleteUnlessUsed();
        }

        if (isProtected)
        {
            return Report(ActionKind.Protected, !isLeft
                ? $"{gone}; delete it with Destroy, Domain={domain} and IncludeProtected=true"
                : owner.Protected
                ? $"{gone}; to delete it, bring it back with ephemeral: true, apply, and remove it with AutoCleanup=true"
                : $"{gone}; unset security.protection.delete before it is deleted");
        }

        if (!request.AutoCleanup)
        {
            return Report(ActionKind.Orphan, $"{gone}; delete it with AutoCleanup=true");
        }

        return DeleteUnlessUsed();

        PlannedAction DeleteUnlessUsed() => _deletions.KeeperOf(id, live) is { } keeper
            ? Report(ActionKind.Orphan, $"{gone}, but still used by {keeper}")
            : WithMovers(_deletions.Delete(id, live, gone), live);

        PlannedAction Report(ActionKind kind, string reason) => new(id, kind, [], reason);
    }
}
