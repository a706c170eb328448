using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Probing;

namespace Incus.Infra.Tasks;

/// <summary>
/// Sends packets between the machines: what policies allow must be open, and all else closed. And those that may reach others
/// must have their names.
/// </summary>
public sealed class InfraVerifyFlows : EngineTask
{
    private readonly List<ProbedFlow> _flows = [];
    private readonly List<(FlowEnd Machine, string Reason)> _silent = [];
    private readonly List<NamesResult> _names = [];
    private IReadOnlyList<(DomainSpec Domain, MachineSpec Machine)> _machines = [];
    private FlowPlan? _plan;

    /// <summary>Only connections from and to these domains or machines, as Ansible's --limit.</summary>
    public string? Limit { get; set; }

    /// <summary>File that gets the connections as JSON, relative to the project folder.</summary>
    public string? FlowsFile { get; set; }

    /// <inheritdoc/>
    protected override bool Prepare()
    {
        if (Project.ToBuild().ReadDeclared(out var diagnostics) is not var (infra, addresses))
        {
            Log.LogDiagnostics(diagnostics);
            return false;
        }

        _plan = new FlowPlan(infra, addresses);
        AskServersOf(_plan.Machines.Select(m => m.Domain).Distinct());
        if (Limit is not null && !LimitNames.IsOnlyNames(Limit))
        {
            Log.LogSummary(
                Project.ProjectFile, "connections are not probed, as Limit is a pattern; name domains or machines instead");
            return false;
        }

        _machines = NamesProof.Machines(infra, addresses, LimitNames.In(Limit));
        return true;
    }

    private protected override async Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct)
    {
        var (flows, silent) = await FlowProof.RunAsync(
            _plan!, IsHere, LimitNames.In(Limit).ToHashSet(), new FlowProber(client), ct);
        _flows.AddRange(flows);
        _silent.AddRange(silent);
        _names.Add(await new NamesCheck(client).RunAsync(_machines.Where(m => IsHere(m.Domain.Name)), ct));
    }

    private protected override void Conclude()
    {
        var report = new FlowReport(_flows, _silent);
        Log.WriteResult(Project, FlowsFile, report.ToJson);
        Log.LogSummary(Project.ProjectFile, report.ToText());
        Log.LogDiagnostics(report.Diagnostics);
        var (looked, faults) = (_names.Sum(r => r.Checked), _names.SelectMany(r => r.Faults).ToList());
        if (looked > 0)
        {
            Log.LogSummary(
                Project.ProjectFile, $"{looked - faults.Count} of {Quantity.Of(looked, "machine")} have the names in /etc/hosts");
        }

        Log.LogDiagnostics(faults);
    }
}
