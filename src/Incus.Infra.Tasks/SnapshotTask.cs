using Incus.Infra.Core.CommandLine;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;
using Microsoft.Build.Framework;
using Infrastructure = Incus.Infra.Core.Model.Infrastructure;

namespace Incus.Infra.Tasks;

/// <summary>What the tasks share that are about snapshots of an instance, a domain or all machines.</summary>
public abstract class SnapshotTask : EngineTask
{
    private const string Self = "self";

    private readonly List<SnapshotResult> _results = [];
    private string? _done;
    private SnapshotScope _scope = new ThisInstance();

    // The domains of machines that are named, as far as infra.yml tells.
    private IReadOnlyDictionary<string, string> _domains = new Dictionary<string, string>();

    /// <summary>Names of instances, or <c>self</c> for the one that this build runs in.</summary>
    public string? Instance { get; set; }

    /// <summary>
    /// Domains of infra.yml, or <c>all</c>; with <see cref="Instance"/>, the Incus project that the instances are in.
    /// </summary>
    public string? Domain { get; set; }

    /// <summary>The selected instances on the server that is being asked.</summary>
    private protected SnapshotScope Scope => _scope switch
    {
        NamedInstances named => named with
        {
            Names = [.. named.Names.Where(name => IsHere(_domains.GetValueOrDefault(name, "")))],
        },
        DeclaredMachines declared => new DeclaredMachines([.. declared.Machines.Where(m => IsHere(m.Project))]),
        _ => _scope,
    };

    /// <inheritdoc/>
    protected sealed override bool Prepare()
    {
        if (Check() is { } fault)
        {
            Log.LogDiagnostics([fault]);
            return false;
        }

        // Without infra.yml where an instance is named: so it works inside of one, and while infra.yml is being edited.
        if (Instance is not null)
        {
            _scope = Instance == Self ? new ThisInstance() : new NamedInstances(CommandList.Of(Instance), Domain);
            FindServers();
            return true;
        }

        var infra = Project.ToBuild().Read(out var diagnostics);
        Log.LogDiagnostics(diagnostics);
        return infra is not null && Choose(infra);
    }

    /// <summary>What is wrong with the properties, or null.</summary>
    private protected abstract Diagnostic? Check();

    /// <summary>The one call into the engine.</summary>
    private protected abstract Task RunAsync(SnapshotEngine engine, CancellationToken ct);

    private protected sealed override Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct) =>
        RunAsync(new SnapshotEngine(client, target, server, LogWaiting, LogProgress, TimeProvider.System), ct);

    /// <summary>Keeps, to be logged at the end, which instances were done, and why others were not.</summary>
    /// <param name="results">The result of each.</param>
    /// <param name="done">Such as <c>taken</c>.</param>
    private protected void Report(IReadOnlyList<SnapshotResult> results, string done)
    {
        _results.AddRange(results);
        _done = done;
    }

    private protected override void Conclude()
    {
        if (_done is not null)
        {
            Log.LogSummary(
                Project.ProjectFile, SnapshotSummary.Of([.. _results.Select(r => (Label(r), r.Snapshot, r.Status))], _done));
            Log.LogDiagnostics(_results.Select(r => r.Error).OfType<Diagnostic>());
        }
    }

    private void LogWaiting(string what) => Log.LogMessage(MessageImportance.High, what);

    private void LogProgress(SnapshotProgress step)
    {
        var outcome = step.Result.Error is null ? "done" : "failed";
        Log.LogMessage(MessageImportance.High, $"[{step.Ended}/{step.Total}] {Label(step.Result)}: {outcome}");
    }

    private static string Label(SnapshotResult result) => $"{result.Id.Project}/{result.Id.Name}";

    private void FindServers()
    {
        if (_scope is NamedInstances named && Project.ToBuild().Read(out _) is { } infra)
        {
            var known = infra.Domains.SelectMany(d => d.Machines.Select(m => (Domain: d, m.Name.Value)))
                .Where(m => named.Names.Contains(m.Value))
                .ToList();
            _domains = known.ToDictionary(m => m.Value, m => m.Domain.Name.Value, StringComparer.Ordinal);
            AskServersOf(known.Select(m => m.Domain).Distinct(), others: named.Names.Count > known.Count);
        }
    }

    private bool Choose(Infrastructure infra)
    {
        var chosen = DomainSelection.Of(infra, Project.InfraFile, Domain, out var faults);
        Log.LogDiagnostics(faults);
        AskServersOf(chosen);
        _scope = new DeclaredMachines(
            [.. chosen.SelectMany(d => d.Machines.Select(m => ObjectId.Instance(d.Name.Value, m.Name.Value)))]);
        return faults.Count == 0;
    }
}
