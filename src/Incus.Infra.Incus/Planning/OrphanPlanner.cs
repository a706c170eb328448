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

    // Every domain has its project. The mark of a bridge that copies share has a name without one, which stands for all of them:
    // to destroy those is no way to be rid of a bridge that they no longer share.
    private readonly Lazy<HashSet<string>> _withProject = new(() =>
    [
        .. state.Objects.Where(o => o.Key.Kind == ObjectKind.Project)
            .Select(o => state.OwnerOf(o.Key, o.Value)?.Domain).OfType<string>(),
    ]);

    /// <summary>Users before what they use, which is the order of deletion.</summary>
    public IReadOnlyList<PlannedAction> Plan() =>
        [.. Deletions.InOrder(state.Objects.Where(o => IsOrphan(o.Key, o.Value)), o => o.Key).Select(o => Plan(o.Key, o.Value))];

    private bool IsOrphan(ObjectId id, IncusObject live) =>
        state.OwnerOf(id, live) is { } owner
        && owner.BelongsTo(request.Infrastructure)
        && request.Covers(owner.Domain)
        && request.Covers(id)
        && !id.IsDefaultProfile
        && !desired.Contains(id)
        && !IsKept(id, live);

    // Until the rebuild is complete it is all that there is of the machine.
    private bool IsKept(ObjectId id, IncusObject live) => CopyOf(id, live) is { } copy
        && (!copy.IsOver(DateTimeOffset.UtcNow)
            || (state.Objects.GetValueOrDefault(id with { Name = copy.Machine }) is { } machine
                && RebuildMark.Of(machine)?.Copy == id.Name));

    // A copy of a machine that infra.yml has.
    private KeptCopy? CopyOf(ObjectId id, IncusObject live) =>
        KeptCopy.Of(live) is { } copy && desired.Contains(id with { Name = copy.Machine }) ? copy : null;

    // Without the image, a machine of the file could not be made again.
    private ObjectId? MadeOf(ObjectId image) => request.Domains
        .SelectMany(d => d.Machines, (d, m) => (Id: ObjectId.Instance(d.IncusProject, m.InstanceName), Image: m.InstanceOsImage))
        .Where(m => m.Image is not null && ObjectId.Image(m.Image) == image)
        .Select(m => (ObjectId?)m.Id)
        .FirstOrDefault();

    private bool IsLeft(ObjectId id, string domain) => request.Domains.Any(d => d.Name == domain)
        || (id.Kind is ObjectKind.Network or ObjectKind.Acl && !_withProject.Value.Contains(domain));

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
        var isLeft = IsLeft(id, owner.Domain);
        var isRenamed = id.Kind is not (ObjectKind.Instance or ObjectKind.Volume) && formers.NameOf(owner.Domain) is not null;
        var copy = CopyOf(id, live);
        var gone = live.IsUnreachable ? "not in infra.yml, and its mark cannot be read"
            : copy is not null
                ? $"what '{Excerpt.Of(copy.Machine)}' had before its rebuild was kept until {copy.Until:yyyy-MM-dd}"
            : id.Kind == ObjectKind.Image ? "no longer in infra.yml"
            : formers.NameOf(owner.Domain) is { } name ? $"its domain '{domain}' is '{Excerpt.Of(name)}' now"
            : request.Elsewhere.Contains(owner.Domain) ? $"its domain '{domain}' is on another server now"
            : isLeft ? "no longer in infra.yml"
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

        if (id.Kind == ObjectKind.Image && MadeOf(id) is { } machine)
        {
            return Report(ActionKind.Orphan, $"{gone}, but {machine} still names it");
        }

        if (!request.AutoCleanup && copy is null)
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
