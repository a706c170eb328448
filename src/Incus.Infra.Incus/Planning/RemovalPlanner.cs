using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>What Destroy would do, and what Incus had when that was decided.</summary>
/// <param name="Infrastructure">Whose, by the name that is on its objects.</param>
/// <param name="Actions">In the order of deletion, what stays among them.</param>
/// <param name="Seen">What was read.</param>
internal sealed record Removal(Infrastructure Infrastructure, IReadOnlyList<PlannedAction> Actions, LiveState Seen);

/// <summary>
/// Finds what an infrastructure made by the marks on it, whatever infra.yml says, and decides what goes. Reads Incus and never
/// changes it.
/// </summary>
/// <param name="request">What is to go.</param>
/// <param name="store">The server.</param>
internal sealed class RemovalPlanner(RemovalRequest request, IIncusStore store)
{
    private static readonly HashSet<ObjectKind> AllKinds = [.. KindTraits.Kinds];

    // What stays uses on what it used.
    private readonly Deletions _deletions = new(_ => false);

    /// <summary>Whose objects are meant: those of the id, or without one those of the only infrastructure of the name.</summary>
    /// <exception cref="ToolFaultException">INFRA4082: several have the name.</exception>
    public async Task<Infrastructure> FindOwnerAsync(CancellationToken ct)
    {
        if (request.Id is { } id)
        {
            return new Infrastructure(request.Project, id);
        }

        var named = MarkedOf(await ReadAsync(ct))
            .Where(m => !m.Owner.IsOld && m.Owner.Infrastructure.Name == request.Project)
            .Select(m => m.Owner.Infrastructure)
            .Distinct()
            .OrderBy(i => i.Id, StringComparer.Ordinal)
            .ToList();
        return named.Count > 1
            ? throw new ToolFaultException(ToolDiagnostics.SeveralInfrastructures(request.Project, named.Select(i => i.Id)))
            : named.FirstOrDefault() ?? new Infrastructure(request.Project, Id: "");
    }

    /// <summary>Decides about each object of the infrastructure, in the domains that were asked for.</summary>
    /// <exception cref="ToolFaultException">
    /// INFRA4080: there is no such domain. INFRA4084: an export would overwrite a file.
    /// </exception>
    public async Task<Removal> PlanAsync(Infrastructure infrastructure, CancellationToken ct)
    {
        var seen = await ReadAsync(ct);
        var snapshots = await store.CountSnapshotsAsync(ct);
        var images = await store.ReadOwnImagesAsync(ct);
        var marked = MarkedOf(seen).ToList();
        infrastructure = infrastructure with { Name = NameOf(infrastructure, marked) };
        var ours = marked.Where(m => m.Owner.BelongsTo(infrastructure)).ToList();
        CheckDomains(infrastructure.Name, ours.Select(m => m.Owner.Domain).Where(d => d.Length > 0).ToHashSet());
        var wanted = ours.Where(m => request.Domains?.Contains(m.Owner.Domain) != false);
        List<PlannedAction> actions =
        [
            .. Deletions.InOrder(wanted, m => m.Id).Select(m => Plan(
                m,
                seen,
                snapshots.GetValueOrDefault(m.Id)?.Count ?? 0,
                m.Id.Kind == ObjectKind.Project ? images[m.Id.Name].FirstOrDefault() : null)),
        ];
        CheckExports(actions);
        var open = ours.Where(m => m.Id.Kind == ObjectKind.Project && Revocations.WasOwn(m.Owner)
                && actions.Exists(a => a.Id == m.Id && a.IsWork))
            .ToLookup(m => m.Owner.Domain, m => m.Id);
        return new Removal(
            infrastructure, await new Revocations(store).AddToAsync(actions, open, infrastructure, ct), seen);
    }

    private Task<LiveState> ReadAsync(CancellationToken ct) => store.ReadAsync(AllKinds, new HashSet<ObjectId>(), ct);

    // A project takes its own profile along.
    private static IEnumerable<Marked> MarkedOf(LiveState state) => state.Objects
        .Where(o => !o.Key.IsDefaultProfile)
        .Select(o => OwnerOf(state, o.Key, o.Value) is { } owner ? new Marked(o.Key, o.Value, owner) : null)
        .OfType<Marked>();

    // The mark of an instance that was set aside for its replacement is that of its own name.
    private static Ownership? OwnerOf(LiveState state, ObjectId id, IncusObject live) =>
        id.Kind == ObjectKind.Instance && SetAside.Of(live) is { } aside
            ? Ownership.Of(id with { Name = aside.Name }, live)
            : state.OwnerOf(id, live);

    // Where somebody renamed the project and applied only a part, most objects have the name that counts.
    private static string NameOf(Infrastructure infrastructure, IEnumerable<Marked> marked) => marked
        .Where(m => !m.Owner.IsOld && m.Owner.BelongsTo(infrastructure))
        .GroupBy(m => m.Owner.Infrastructure.Name, StringComparer.Ordinal)
        .OrderByDescending(g => g.Count())
        .ThenBy(g => g.Key, StringComparer.Ordinal)
        .FirstOrDefault()?.Key ?? infrastructure.Name;

    private PlannedAction Plan(Marked marked, LiveState seen, int snapshots, string? image)
    {
        var (id, live, owner) = marked;
        if (owner.IsOld)
        {
            return Report(ActionKind.Keep, Deletions.ByHand(id));
        }

        if (seen.Restriction is not null && Restriction.Gives(id.Kind))
        {
            return Report(ActionKind.Keep, Deletions.ByAdministrator(id));
        }

        if (owner.IsPersistent)
        {
            return Report(ActionKind.Keep, Deletions.OfPersistent(id));
        }

        var isProtected = owner.Protected || live.IsDeleteProtected;
        if (isProtected && !request.IncludeProtected)
        {
            return Report(ActionKind.Protected, "delete it with IncludeProtected=true");
        }

        if (seen.SilentMembersOf(id, live) is [_, ..] silent)
        {
            return Report(ActionKind.Delete, $"not while {string.Join(", ", silent)} of the cluster does not answer") with
            {
                Fault = id.Kind is ObjectKind.Network or ObjectKind.Acl
                    ? ToolDiagnostics.MembersMissing(id, silent)
                    : ToolDiagnostics.MemberAway(id, silent[0]),
            };
        }

        if (image is not null)
        {
            return Report(ActionKind.Keep, $"still has image '{Excerpt.Of(image)}', which was imported or published there");
        }

        if (_deletions.KeeperOf(id, live) is { } keeper)
        {
            return Report(ActionKind.Keep, $"still used by {keeper}");
        }

        string?[] remarks =
        [
            isProtected ? "protected" : null,
            snapshots == 0 ? null : $"with {Quantity.Of(snapshots, "snapshot")}",
        ];
        return _deletions.Delete(id, live, string.Join(", ", remarks.OfType<string>())) with
        {
            ExportTo = FileOf(id, owner.Domain),
            LiftsProtection = live.IsDeleteProtected,
        };

        PlannedAction Report(ActionKind kind, string reason) => new(id, kind, [], reason);
    }

    // A mark is text that anybody on the server may edit: escaped, it names a file in this folder and nowhere else. No machine
    // has a dot in its name.
    private string? FileOf(ObjectId id, string domain)
    {
        var extension = id.Kind switch
        {
            ObjectKind.Instance => ".tar.gz",
            ObjectKind.Volume => ".volume.tar.gz",
            _ => null,
        };
        return request.ExportFolder is null || extension is null
            ? null
            : Path.Join(request.ExportFolder, Uri.EscapeDataString($"{domain}-{id.Name}") + extension);
    }

    private void CheckDomains(string infrastructure, HashSet<string> domains)
    {
        if (request.Domains?.FirstOrDefault(d => !domains.Contains(d) && !request.KnownDomains.Contains(d)) is { } missing)
        {
            throw new ToolFaultException(
                ToolDiagnostics.NoDomain(missing, infrastructure, domains.Order(StringComparer.Ordinal)));
        }
    }

    private static void CheckExports(IEnumerable<PlannedAction> actions)
    {
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach (var action in actions.Where(a => a.ExportTo is not null))
        {
            if (!files.Add(action.ExportTo!) || Path.Exists(action.ExportTo))
            {
                throw new ToolFaultException(ToolDiagnostics.ExportExists(action.Id, action.ExportTo!));
            }
        }
    }

    private sealed record Marked(ObjectId Id, IncusObject Live, Ownership Owner);
}
