using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Isolation;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Probing;

namespace Incus.Infra.Tasks;

/// <summary>Sends packets between the machines: what policies allow must be open, and all else closed.</summary>
public sealed class InfraVerifyFlows : EngineTask
{
    private FlowPlan? _plan;

    /// <summary>Only connections from and to these domains or machines, as Ansible's --limit.</summary>
    public string? Limit { get; set; }

    /// <summary>File that gets the connections as JSON, relative to the project folder.</summary>
    public string? FlowsFile { get; set; }

    /// <inheritdoc/>
    protected override bool Prepare()
    {
        _plan = Project.ToBuild().ReadFlows(out var diagnostics);
        if (_plan is null)
        {
            Log.LogDiagnostics(diagnostics);
            return false;
        }

        if (Limit is not null && !LimitNames.IsOnlyNames(Limit))
        {
            Log.LogSummary(Project.ProjectFile, "connections are not probed, as Limit is a pattern; name domains or machines instead");
            return false;
        }

        var names = _plan.Names;
        Log.LogDiagnostics(LimitNames.In(Limit)
            .Where(name => !names.Contains(name))
            .Select(name => UseDiagnostics.UnknownLimit(Project.InfraFile, name, names)));
        return !Log.HasLoggedErrors;
    }

    private protected override async Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct)
    {
        var prober = new FlowProber(client);
        var running = await prober.ReadRunningAsync(ct);
        var chosen = _plan!.Chosen(Runs);
        var limit = LimitNames.In(Limit).ToHashSet();
        var flows = _plan.Between(chosen).Where(f => f.IsIn(limit)).ToLookup(f => Runs(f.From) && (f.To.Machine is null || Runs(f.To)));
        var tried = flows[true].ToLookup(f => f.From);
        List<FlowEnd> up = [.. chosen.Where(Runs)];
        var answers = await prober.RunAsync([.. up.Select(m => new Prober(IdOf(m), m.Address, ProbesOf(tried[m])))], ct);
        var report = new FlowReport(
            [
                .. up.Zip(answers, (m, answer) => tried[m].Select((flow, i) =>
                    new ProbedFlow(flow, answer.Answered.ElementAtOrDefault(i)))).SelectMany(f => f),
                .. flows[false].Select(flow => new ProbedFlow(flow, IsOpen: null)),
            ],
            [
                .. up.Zip(answers).Where(a => a.Second.Fault is not null).Select(a => (a.First, a.Second.Fault!)),
                .. chosen.Where(m => !Runs(m)).Select(m => (m, "it does not run")),
            ]);
        if (FlowsFile is not null
            && FileFault.Of(() => File.WriteAllText(Path.GetFullPath(FlowsFile, Project.Folder), report.ToJson())) is { } fault)
        {
            Log.LogDiagnostics([fault.WhenWriting(FlowsFile)]);
        }

        Log.LogSummary(Project.ProjectFile, report.ToText());
        Log.LogDiagnostics(report.Diagnostics);

        bool Runs(FlowEnd machine) => running.Contains(IdOf(machine));
    }

    private static List<Probe> ProbesOf(IEnumerable<ExpectedFlow> flows) =>
        [.. flows.Select(f => new Probe(f.Protocol, f.To.Address, f.Port))];

    private static ObjectId IdOf(FlowEnd machine) => ObjectId.Instance(machine.Domain.Name.Value, machine.Machine!.Name.Value);
}
