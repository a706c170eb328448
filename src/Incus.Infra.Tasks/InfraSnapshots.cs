using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Tasks;

/// <summary>Takes the snapshots that infra.yml declares, with their hooks.</summary>
public sealed class InfraSnapshots : SnapshotTask
{
    private IReadOnlyList<DeclaredSnapshot> _declared = [];

    /// <summary>Only these domains and machines; comma-separated.</summary>
    public string? Limit { get; set; }

    /// <inheritdoc/>
    protected override bool Prepare()
    {
        if (ReadInfra() is not { } infra)
        {
            return false;
        }

        var limit = Limit?.Split([',', ':'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var machines = infra.Domains.Where(d => d.Enabled).SelectMany(d => d.Machines.Select(m => (Domain: d, Machine: m))).ToList();
        string[] names = [.. machines.SelectMany(m => new[] { m.Domain.Name.Value, m.Machine.Name.Value }).Distinct()];
        if (limit?.FirstOrDefault(l => !names.Contains(l)) is { } unknown)
        {
            Log.LogDiagnostics([UseDiagnostics.UnknownLimit(InfraFile, unknown, names)]);
            return false;
        }

        _declared =
        [
            .. machines
                .Where(m => limit is null || limit.Contains(m.Domain.Name.Value) || limit.Contains(m.Machine.Name.Value))
                .Select(m => Declared(m.Domain, m.Machine))
                .OfType<DeclaredSnapshot>(),
        ];
        return true;
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(SnapshotEngine engine, CancellationToken ct) =>
        Report(await engine.TakeDeclaredAsync(_declared, ct), "taken");

    private static DeclaredSnapshot? Declared(Domain domain, Machine machine) => machine.SnapshotsIn(domain) is { } policy
        ? new DeclaredSnapshot(
            ObjectId.Instance(domain.Name.Value, machine.Name.Value), policy.IncusExpiry, policy.Keep, policy.Pre ?? [], policy.Post ?? [])
        : null;
}
