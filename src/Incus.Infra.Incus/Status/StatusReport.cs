using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Status;

/// <summary>How an object stands to what was applied last.</summary>
internal enum StatusMark
{
    /// <summary>Every value that was applied is as it was applied.</summary>
    Applied,

    /// <summary>Somebody else changed what had been applied.</summary>
    Changed,

    /// <summary>It exists, but nothing has been applied to it: the next Apply takes it over.</summary>
    NotApplied,

    /// <summary>It is in infra.yml and not in Incus.</summary>
    Missing,

    /// <summary>It was applied, and is no longer in infra.yml.</summary>
    Orphan,

    /// <summary>It is on a member of a cluster that does not answer, or on a server that cannot be used.</summary>
    Unreachable,
}

/// <summary>A value that is no longer what was applied last.</summary>
/// <param name="Key">Its place, such as <c>config.limits.cpu</c>.</param>
/// <param name="Now">What it is, if it may be shown; null where it is unset.</param>
internal sealed record DriftedValue(string Key, string? Now);

/// <summary>One object.</summary>
/// <param name="Id">The object.</param>
/// <param name="Domain">The domain it is for.</param>
/// <param name="Mark">How it stands.</param>
internal sealed record ObjectStatus(ObjectId Id, string Domain, StatusMark Mark)
{
    public IReadOnlyList<DriftedValue> Drift { get; init; } = [];

    /// <summary>Of an instance, in Incus's word; null where there is none.</summary>
    public string? State { get; init; }

    /// <summary>Of an instance: what infra.yml wants it to be; null where it does not have it.</summary>
    public RunState? Wanted { get; init; }

    /// <summary>Of an instance in a cluster: the member that it is on; else null.</summary>
    public string? Member { get; init; }

    /// <summary>Of an instance: the IPv4 address that Incus gives it, or null.</summary>
    public string? Address { get; init; }

    /// <summary>Of an instance: where the host listens for it, such as <c>tcp:0.0.0.0:30000</c>, by name.</summary>
    public IReadOnlyDictionary<string, string> Ports { get; init; } = new Dictionary<string, string>();

    /// <summary>Of an instance that runs and declares how to tell: whether it is healthy; else null.</summary>
    public bool? IsHealthy { get; init; }

    /// <summary>What stands against its health, or null.</summary>
    public string? HealthAnswer { get; init; }

    /// <summary>Of an instance: what it was made from, or null.</summary>
    public string? Image { get; init; }

    /// <summary>Of an instance: when its newest snapshot was taken, or null.</summary>
    public DateTimeOffset? Snapshot { get; init; }
}

/// <summary>What there is of an infrastructure.</summary>
/// <param name="Objects">All objects of infra.yml and all orphans, instances first, in the order of infra.yml.</param>
/// <param name="Domains">The domains that were looked at, in the order of infra.yml.</param>
internal sealed record StatusReport(IReadOnlyList<ObjectStatus> Objects, IReadOnlyList<string> Domains)
{
    /// <summary>What several servers have.</summary>
    /// <param name="reports">One for each.</param>
    /// <param name="domains">The domains of all, in the order of infra.yml.</param>
    public static StatusReport Of(IEnumerable<StatusReport> reports, IReadOnlyList<string> domains) =>
        new([.. reports.SelectMany(r => r.Objects).OrderBy(o => o.Id.Kind != ObjectKind.Instance)], domains);

    /// <summary>Of a server that cannot be used: only infra.yml says what should be there.</summary>
    public static StatusReport Unreachable(EngineRequest request)
    {
        var domains = request.Domains.Where(d => request.Covers(d.Name)).ToList();
        return new StatusReport(
            [
                .. domains.SelectMany(d => d.Machines.Select(m => new ObjectStatus(
                    ObjectId.Instance(d.IncusProject, m.InstanceName), d.Name, StatusMark.Unreachable))),
            ],
            [.. domains.Select(d => d.Name)]);
    }

    /// <summary>Whether anything was changed by hand or is not there as applied.</summary>
    public bool Differs => Objects.Any(o => o.Mark is StatusMark.Changed or StatusMark.Missing or StatusMark.NotApplied
        or StatusMark.Unreachable);

    /// <summary>Only what is of these domains, and these machines.</summary>
    public StatusReport Within(IReadOnlySet<string> names) => this with
    {
        Objects =
        [
            .. Objects.Where(o =>
                names.Contains(o.Domain) || (o.Id.Kind == ObjectKind.Instance && names.Contains(o.Id.Name))),
        ],
    };
}
