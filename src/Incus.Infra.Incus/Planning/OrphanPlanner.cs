using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>Finds what is ours and no longer in infra.yml. Objects without our mark are never among it.</summary>
/// <param name="request">Says whose, which kinds and domains, and whether orphans are deleted.</param>
/// <param name="desired">What infra.yml has.</param>
/// <param name="state">What Incus has.</param>
internal sealed class OrphanPlanner(EngineRequest request, IReadOnlySet<ObjectId> desired, LiveState state)
{
    private const string Images = "/1.0/images/";

    private readonly HashSet<ObjectId> _deleted = [];

    /// <summary>Users before what they use, which is the order of deletion.</summary>
    public IReadOnlyList<PlannedAction> Plan() =>
    [
        .. state.Objects
            .Where(o => IsOrphan(o.Key, o.Value))
            .OrderByDescending(o => o.Key.Kind)
            .ThenBy(o => o.Key.Project, StringComparer.Ordinal)
            .ThenBy(o => o.Key.Name, StringComparer.Ordinal)
            .Select(o => Plan(o.Key, o.Value)),
    ];

    private bool IsOrphan(ObjectId id, IncusObject live) =>
        OwnerOf(id, live) is { } owner
        && owner.BelongsTo(request.Infrastructure)
        && request.Covers(owner.Domain)
        && request.Covers(id)
        && !id.IsDefaultProfile
        && !desired.Contains(id);

    // The mark of an instance whose member does not answer cannot be read; that of its project can.
    private Ownership? OwnerOf(ObjectId id, IncusObject live) =>
        !live.IsUnreachable ? Ownership.Of(id, live)
        : state.Objects.TryGetValue(ObjectId.OfProject(id.Project), out var project)
            ? Ownership.Of(ObjectId.OfProject(id.Project), project)
            : null;

    // Incus makes and deletes networks and their rules on all members at once.
    private IEnumerable<string> SilentMembersOf(ObjectId id, IncusObject live) => state.Cluster is not { } cluster ? []
        : id.Kind is ObjectKind.Network or ObjectKind.Acl ? cluster.Silent
        : live.Location is { } at && (live.IsUnreachable || cluster.Silent.Contains(at)) ? [at]
        : [];

    private PlannedAction Plan(ObjectId id, IncusObject live)
    {
        var owner = OwnerOf(id, live)!;
        var gone = live.IsUnreachable ? "not in infra.yml, and its mark cannot be read"
            : request.Domains.Any(d => d.Name == owner.Domain)
            ? "no longer in infra.yml"
            : $"its domain '{Excerpt.Of(owner.Domain)}' is no longer in infra.yml";
        if (SilentMembersOf(id, live).ToList() is [_, ..] silent)
        {
            return Report(
                ActionKind.Orphan, $"{gone}; it stays while {string.Join(", ", silent)} of the cluster does not answer");
        }

        if (owner.Protected)
        {
            return Report(
                ActionKind.Protected, $"{gone}; bring it back with ephemeral: true and apply before it is deleted");
        }

        if (live.IsDeleteProtected)
        {
            return Report(
                ActionKind.Protected, $"{gone}; unset security.protection.delete before it is deleted");
        }

        if (owner.IsOld)
        {
            return Report(
                ActionKind.Orphan,
                $"{gone}; its mark is one of version 0.1.0, which every copy of it carries, too: "
                + "delete it with the incus client");
        }

        if (!request.AutoCleanup)
        {
            return Report(ActionKind.Orphan, $"{gone}; delete it with AutoCleanup=true");
        }

        if ((live.UsedBy ?? []).FirstOrDefault(user => Keeps(user, id)) is { } user)
        {
            return Report(ActionKind.Orphan, $"{gone}, but still used by {Urls.Parse(user)?.ToString() ?? user}");
        }

        _deleted.Add(id);
        return Report(ActionKind.Delete, gone);

        PlannedAction Report(ActionKind kind, string reason) => new(id, kind, [], reason);
    }

    // What infra.yml has lets go of an orphan in the same run; a project takes its own profile and its images along.
    private bool Keeps(string url, ObjectId orphan)
    {
        if (url.StartsWith(Images, StringComparison.Ordinal))
        {
            return false;
        }

        if (Urls.Parse(url) is not { } user)
        {
            return true;
        }

        var project = ObjectId.OfProject(user.Project);
        var goes = _deleted.Contains(user)
            || (user.IsDefaultProfile && (orphan == project || _deleted.Contains(project)));
        return !goes && !(desired.Contains(user) && request.Covers(user));
    }
}
