using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Incus;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Tasks;

/// <summary>Deletes what Apply made in Incus.</summary>
public sealed class InfraDestroy : EngineTask
{
    private RemovalRequest _request = null!;

    /// <summary>Names of domains, separated by colons; if omitted, everything goes.</summary>
    public string? Domain { get; set; }

    /// <summary>What confirms it: <see cref="Domain"/>, or without it the name of the project.</summary>
    public string? Confirm { get; set; }

    /// <summary>Whether what is protected goes as well.</summary>
    public bool IncludeProtected { get; set; }

    /// <summary>Folder that gets instances and volumes before they go, relative to the project folder.</summary>
    public string? Export { get; set; }

    /// <inheritdoc/>
    protected override bool Prepare()
    {
        var domains = LimitNames.In(Domain).ToHashSet();
        if (Domain is not null && (domains.Count == 0 || !LimitNames.IsOnlyNames(Domain)))
        {
            Log.LogDiagnostics(
                [UseDiagnostics.BadProperty(Project.FileName, nameof(Domain), Domain, "names of domains, separated by colons")]);
            return false;
        }

        var identity = Project.ToBuild().ReadIdentity(out var faults);
        Log.LogDiagnostics(identity is { Id: null, ProjectName: "" }
            ? [UseDiagnostics.NoIdentity(Project.FileName, Project.InfraFile, Project.LockFile)]
            : faults);
        if (identity is null || Log.HasLoggedErrors)
        {
            return false;
        }

        var names = Domain is null ? null : identity.WithNetworks(domains).ToHashSet();
        var declared = identity.Declared.Where(d => names?.Contains(d.Name.Value) != false).ToList();
        AskServersOf(declared, others: names?.IsSubsetOf(identity.WithNetworks(declared.Select(d => d.Name.Value))) == false);
        _request = new RemovalRequest
        {
            Id = identity.Id,
            Project = identity.ProjectName,
            Domains = names,
            KnownDomains = identity.Domains,
            IncludeProtected = IncludeProtected,
            ExportFolder = Export is null ? null : Path.GetFullPath(Export, Project.Folder),
        };
        return true;
    }

    /// <inheritdoc/>
    private protected override async Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct)
    {
        var report = new RemovalReport(Log, Project.ProjectFile, Domain, Confirm);
        var request = _request with { Domains = _request.Domains?.Where(IsHere).ToHashSet() };
        var results = await new Engine(client, server).DestroyAsync(
            request, report.Confirms, target, server, report.Waits, report.Progresses, ct);
        if (results.All(r => r.Status != ActionStatus.Planned))
        {
            report.Ends(results);
        }
    }
}
