using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Planning;
using Incus.Infra.Incus.Status;
using Microsoft.Build.Framework;

namespace Incus.Infra.Tasks;

/// <summary>Shows what there is of the infrastructure, and what somebody changed since it was applied.</summary>
public sealed class InfraStatus : EngineTask
{
    private readonly List<StatusReport> _found = [];
    private EngineRequest _request = null!;
    private HashSet<string> _limit = [];

    /// <summary>Only these domains or machines.</summary>
    public string? Limit { get; set; }

    /// <summary>File that gets the status as JSON, relative to the project folder.</summary>
    public string? Json { get; set; }

    /// <summary>Whether anything that is not as applied is an error.</summary>
    public bool FailOnChange { get; set; }

    /// <inheritdoc/>
    protected override bool Prepare()
    {
        var declared = Project.ToBuild().ReadDeclared(out var diagnostics);
        Log.LogDiagnostics(diagnostics);
        if (declared is not var (infra, addresses))
        {
            return false;
        }

        var names = infra.Names.ToList();
        _limit = [.. infra.WithNetworks(CommandList.Of(Limit))];
        Log.LogDiagnostics(CommandList.Of(Limit).Except(names)
            .Select(name => UseDiagnostics.UnknownLimit(Project.InfraFile, name, names)));
        AskServersOf(infra.Domains.Where(d => d.Enabled && (Limit is null
            || d.Machines.Select(m => m.Name.Value).Append(d.Name.Value).Any(_limit.Contains))));
        _request = DeclaredRequest.Of(infra, addresses, Limit).ToEngineRequest();
        return !Log.HasLoggedErrors;
    }

    private EngineRequest Here => _request.Only(d => IsHere(d.Name));

    private protected override async Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct) =>
        _found.Add(await new StatusReader(Here, new IncusStore(client, server)).ReadAsync(ct));

    private protected override void Miss() => _found.Add(StatusReport.Unreachable(Here));

    private protected override void Conclude()
    {
        var all = StatusReport.Of(_found, [.. _request.Domains.Select(d => d.Name).Where(_request.Covers)]);
        var report = Limit is null ? all : all.Within(_limit);
        Log.WriteResult(Project, Json, () => StatusDocument.Of(report).ToJson());
        var inDetail = Log.LogsMessagesOfImportance(MessageImportance.Low);
        var table = new StatusTable(report, TimeProvider.System.GetUtcNow(), inDetail);
        Log.LogSummary(Project.ProjectFile, $"status\n{table}");
        if (FailOnChange && report.Differs)
        {
            Log.LogDiagnostics([UseDiagnostics.NotAsApplied(Project.InfraFile, table.Counts)]);
        }
    }
}
