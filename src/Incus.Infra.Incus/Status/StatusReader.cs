using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Health;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Status;

/// <summary>
/// What there is of an infrastructure. Compares the server with what was applied last, which the marks on the objects know;
/// what infra.yml has changed since is for a plan to say.
/// </summary>
/// <param name="request">What infra.yml has.</param>
/// <param name="store">The server.</param>
internal sealed class StatusReader(EngineRequest request, IIncusStore store)
{
    /// <summary>Reads it; changes nothing.</summary>
    /// <exception cref="ToolFaultException">Incus does not answer, or has no storage pool.</exception>
    public async Task<StatusReport> ReadAsync(CancellationToken ct)
    {
        var snapshots = store.CountSnapshotsAsync(ct);
        var state = await store.ReadAsync(request.Kinds, request.OtherNetworks.ToHashSet(), ct);
        var live = new Asides(request, state.Objects).Objects;
        var pools = state.Pools ?? throw new ToolFaultException(ToolDiagnostics.NoStoragePool());
        var declared = DesiredState.Of(request.Domains.Where(d => request.Covers(d.Name)), new DiskPools(pools, live))
            .DistinctBy(d => d.Id)
            .Where(d => state.Restriction is null || !Restriction.Gives(d.Id.Kind))
            .ToList();
        var ids = declared.Select(d => d.Id).Concat(request.Images.Select(i => i.Id)).ToHashSet();
        var orphans = live
            .Select(o => (o.Key, o.Value, Owner: Ownership.Of(o.Key, o.Value)))
            .Where(o => o.Owner?.BelongsTo(request.Infrastructure) == true && request.Covers(o.Owner.Domain))
            .Where(o => !ids.Contains(o.Key) && !o.Key.IsDefaultProfile)
            .Where(o => KeptCopy.Of(o.Value) is not { } copy || !ids.Contains(o.Key with { Name = copy.Machine }))
            .Select(o => Judge(o.Key, o.Owner!.Domain, o.Value) with { Mark = StatusMark.Orphan });
        var found = await snapshots;
        var answers = await AskAsync(live, ct);
        return new StatusReport(
            [
                .. declared
                    .Select(d => Judge(d.Id, d.Domain, live.GetValueOrDefault(d.Id)) with { Wanted = d.Instance?.State })
                    .Concat(orphans)
                    .Select(s => s with
                    {
                        Snapshot = found.GetValueOrDefault(s.Id)?.Newest,
                        IsHealthy = answers.TryGetValue(s.Id, out var answer) ? answer is null : null,
                        HealthAnswer = answer,
                    })
                    .OrderBy(s => s.Id.Kind != ObjectKind.Instance),
            ],
            [.. request.Domains.Where(d => request.Covers(d.Name)).SelectMany(d => new[] { d.NetworkOwner, d.Name }).Distinct()]);
    }

    /// <summary>Of each machine that runs and declares how to tell: what stands against its health, or null.</summary>
    private async Task<Dictionary<ObjectId, string?>> AskAsync(
        IReadOnlyDictionary<ObjectId, IncusObject> live, CancellationToken ct)
    {
        using var watch = new HealthWatch(store, onWaiting: _ => { });
        var probes = HealthProbe.Of(request.Domains.Where(d => request.Covers(d.Name)))
            .Where(p => InstanceStatus.Runs(live.GetValueOrDefault(p.Id)?.Status));
        return (await Task.WhenAll(probes.Select(async p => (p.Id, Answer: await watch.AskAsync(p, ct) is { } said
            ? $"{p.Name}: {said}"
            : null)))).ToDictionary(a => a.Id, a => a.Answer);
    }

    private ObjectStatus Judge(ObjectId id, string domain, IncusObject? live)
    {
        if (live is null)
        {
            return new ObjectStatus(id, domain, StatusMark.Missing);
        }

        if (live.IsUnreachable)
        {
            return new ObjectStatus(id, domain, StatusMark.Unreachable) { State = live.Status, Member = live.Member };
        }

        var owner = Ownership.Of(id, live);
        var isOurs = owner?.BelongsTo(request.Infrastructure) == true;
        List<DriftedValue> drift = isOurs
            ? [.. owner!.DriftFrom(Properties.Of(live)).Select(d => new DriftedValue(d.Key, Shown(d.Property, d.Now)))]
            : [];
        return new ObjectStatus(
            id, domain, !isOurs ? StatusMark.NotApplied : drift.Count > 0 ? StatusMark.Changed : StatusMark.Applied)
        {
            Drift = drift,
            State = live.Status,
            Member = live.Member,
            Address = AddressOf(live),
            Ports = MachinePorts.Of(live),
            Image = owner?.Image ?? live.Config?.GetValueOrDefault("image.description"),
        };
    }

    private static string? Shown(Property? property, string? value) =>
        property is { } shown ? HiddenValue.Of(shown, value) : value;

    // The one that Incus gives it, whether or not it runs.
    private static string? AddressOf(IncusObject instance) =>
        (instance.ExpandedDevices ?? []).Where(d => d.Value.GetValueOrDefault("type") == "nic")
            .OrderBy(d => d.Key, StringComparer.Ordinal)
            .Select(d => d.Value.GetValueOrDefault("ipv4.address"))
            .FirstOrDefault(address => !string.IsNullOrEmpty(address));
}
