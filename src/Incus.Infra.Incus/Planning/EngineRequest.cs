using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>When Apply takes a snapshot of an instance before it changes it.</summary>
internal enum SnapshotBefore
{
    Auto,

    /// <summary>Before every change.</summary>
    Always,

    Never,
}

/// <summary>What Plan and Apply work on.</summary>
internal sealed record EngineRequest
{
    /// <summary>The infrastructure's <c>project_name</c>, for people.</summary>
    public required string Project { get; init; }

    /// <summary>Tells the infrastructure from any other, also of the same name; objects that carry it are ours.</summary>
    public required string Id { get; init; }

    /// <summary>All domains, or at least those in <see cref="Scope"/>.</summary>
    public required IReadOnlyList<DomainSpec> Domains { get; init; }

    /// <summary>The project's own images.</summary>
    public IReadOnlyList<ImageSpec> Images { get; init; } = [];

    /// <summary>Only objects of these kinds are compared, changed and found to be orphans.</summary>
    public IReadOnlySet<ObjectKind> Kinds { get; init; } = KindTraits.Kinds.ToHashSet();

    /// <summary>Only objects of these domains are looked at; null means all.</summary>
    public IReadOnlySet<string>? Scope { get; init; }

    /// <summary>Domains that infra.yml has but switches off: left as they are, and no orphans.</summary>
    public IReadOnlySet<string> Keep { get; init; } = new HashSet<string>();

    /// <summary>Domains that infra.yml has on other servers; what there is of them here is left from before.</summary>
    public IReadOnlySet<string> Elsewhere { get; init; } = new HashSet<string>();

    /// <summary>How machines share what their servers have; null where they do not.</summary>
    public ResourcePolicySpec? ResourcePolicy { get; init; }

    /// <summary>Whether an instance may be deleted and made again where it cannot be changed.</summary>
    public bool AllowReplace { get; init; }

    /// <summary>
    /// Whether an instance may be stopped to rename it, or to bring it to the domain or the member of a cluster that infra.yml
    /// names.
    /// </summary>
    public bool AllowMove { get; init; }

    /// <summary>Whether objects of ours that infra.yml no longer has are deleted.</summary>
    public bool AutoCleanup { get; init; }

    /// <summary>Before which changes of an instance a snapshot is taken.</summary>
    public SnapshotBefore SnapshotBefore { get; init; }

    /// <summary>Whether the rules of bridges and cards are set up anew, although nothing shows that they are missing.</summary>
    public bool Repair { get; init; }

    /// <summary>How many objects are changed at the same time, at least 1.</summary>
    public int Parallel { get; init; } = 8;

    internal Infrastructure Infrastructure => new(Project, Id);

    /// <summary>Whether a domain's objects may be looked at, also those of one that has another name now.</summary>
    internal bool Covers(string domain) => !Keep.Contains(domain)
        && (Scope is null || Scope.Contains(domain) || Domains.Any(d => d.Was == domain && Scope.Contains(d.Name)));

    /// <summary>
    /// Domains outside of the scope at the other end of the policies of one inside: of these only the ACL is looked at.
    /// </summary>
    internal IEnumerable<DomainSpec> Partners
    {
        get
        {
            var named = Domains.Where(d => Covers(d.Name)).SelectMany(d => d.IncusNetworkAcl.Partners).ToHashSet();
            return Outside.Where(d => named.Contains(d.Name) && !Keep.Contains(d.Name)).DistinctBy(d => d.NetworkOwner);
        }
    }

    /// <summary>The networks, and their ACLs, that only domains outside of the scope have.</summary>
    internal IEnumerable<ObjectId> OtherNetworks => Outside.SelectMany(
        d => new[] { ObjectId.Network(d.IncusNetwork.Name), ObjectId.Acl(d.IncusNetworkAcl.Name) });

    // Those that share no network with one inside.
    private IEnumerable<DomainSpec> Outside
    {
        get
        {
            var inside = Domains.Where(d => Covers(d.Name)).Select(d => d.NetworkOwner).ToHashSet();
            return Domains.Where(d => !inside.Contains(d.NetworkOwner));
        }
    }

    /// <summary>What of it is for the server of some domains.</summary>
    internal EngineRequest Only(Func<DomainSpec, bool> isThere)
    {
        var there = Domains.ToLookup(isThere);
        return this with
        {
            Domains = [.. there[true]],
            Elsewhere = there[false].Select(d => d.Name).ToHashSet(StringComparer.Ordinal),
        };
    }

    /// <summary>Whether an object's kind was asked for; a project's own profile comes with the project.</summary>
    internal bool Covers(ObjectId id) => Kinds.Contains(id.IsDefaultProfile ? ObjectKind.Project : id.Kind);
}
