using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;
using Microsoft.Build.Framework;

namespace Incus.Infra.Tasks;

/// <summary>Brings machines back to their baseline, and takes away those that have none.</summary>
public sealed class InfraReset : EngineTask
{
    private Infrastructure _infrastructure = null!;
    private readonly List<ResetOutcome> _outcomes = [];
    private IReadOnlyList<ResetMachine> _machines = [];

    /// <summary>Domains of infra.yml, or <c>all</c>.</summary>
    public string? Domain { get; set; }

    /// <summary>Name of the snapshot; if omitted, the baseline, without which a machine is made anew.</summary>
    public string? Snapshot { get; set; }

    /// <summary>The machines that Apply has to make now, as a limit; null where there are none.</summary>
    [Output]
    public string? ToMake { get; private set; }

    /// <inheritdoc/>
    protected override bool Prepare()
    {
        if (CommandList.Of(Domain).Count == 0)
        {
            Log.LogDiagnostics(
            [
                UseDiagnostics.PropertyMissing(Project.FileName, "Reset", "Domain=<name> for a domain's machines, or Domain=all"),
            ]);
            return false;
        }

        var declared = Project.ToBuild().ReadDeclared(out var diagnostics);
        Log.LogDiagnostics(diagnostics);
        if (declared is not var (infra, addresses))
        {
            return false;
        }

        var domains = DomainSelection.Of(infra, Project.InfraFile, Domain, out var faults);
        Log.LogDiagnostics(faults);
        Log.LogDiagnostics(domains
            .Where(d => !d.Enabled)
            .Select(d => UseDiagnostics.DomainDisabled(Project.InfraFile, d.Name.Value)));
        _infrastructure = new Infrastructure(infra.ProjectName, addresses.Lock.Id ?? infra.ProjectName);
        AskServersOf(domains);
        _machines = [.. domains.SelectMany(d => ResetMachines.Of(infra, d))];
        return !Log.HasLoggedErrors;
    }

    /// <inheritdoc/>
    private protected override async Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct)
    {
        var report = new ResetReport(Log, Project.ProjectFile);
        var engine = new ResetEngine(client, target, server, _infrastructure, report.Waits, report.Progresses);
        List<ResetMachine> here = [.. _machines.Where(m => IsHere(m.Id.Project))];
        _outcomes.Add(await engine.ResetAsync(here, Snapshot, report.Announces, ct));
    }

    private protected override void Conclude()
    {
        var toMake = _outcomes.SelectMany(o => o.ToMake).ToList();
        ToMake = toMake.Count == 0 ? null : string.Join(':', toMake.Select(id => id.Name));
        new ResetReport(Log, Project.ProjectFile).Ends(new ResetOutcome([.. _outcomes.SelectMany(o => o.Results)], toMake));
    }
}
