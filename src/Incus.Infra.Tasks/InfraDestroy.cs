using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Incus;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Planning;
using Microsoft.Build.Framework;

namespace Incus.Infra.Tasks;

/// <summary>Deletes what Apply made in Incus.</summary>
public sealed class InfraDestroy : EngineTask
{
    private RemovalRequest _request = null!;

    /// <summary>Names of domains, separated by colons; if omitted, everything goes.</summary>
    public string? Domain { get; set; }

    /// <summary>What a person would type to confirm: <see cref="Domain"/>, or without it the name of the project.</summary>
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
            Log.LogDiagnostics([UseDiagnostics.BadProperty(
                ProjectName, nameof(Domain), Domain, "names of domains, separated by colons")]);
            return false;
        }

        var identity = Project.ToBuild().ReadIdentity(out var diagnostics);
        Log.LogDiagnostics(diagnostics);
        if (identity is { Id: null, ProjectName: "" })
        {
            Log.LogDiagnostics([UseDiagnostics.NoIdentity(ProjectName, Project.InfraFile, Project.GetMetadata("LockFile"))]);
        }

        _request = new RemovalRequest
        {
            Id = identity?.Id,
            Project = identity?.ProjectName ?? "",
            Domains = Domain is null ? null : domains,
            KnownDomains = identity?.Domains ?? domains,
            IncludeProtected = IncludeProtected,
            ExportFolder = Export is null ? null : Path.GetFullPath(Export, Project.Folder),
        };
        return !Log.HasLoggedErrors;
    }

    /// <inheritdoc/>
    private protected override async Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct)
    {
        var results = await new Engine(client).DestroyAsync(
            _request, Confirms, target, server, LogWaiting, LogProgress, ct);
        if (Log.HasLoggedErrors)
        {
            return;
        }

        if (results.Any(r => r.Status != ActionStatus.Skipped))
        {
            Log.LogSummary(Project.ProjectFile, RemovalText.Summary(results));
        }

        Log.LogDiagnostics(results.Select(r => r.Error).OfType<Diagnostic>());
        if (results.Where(r => r.Action == ActionKind.Protected).Select(r => r.Id).ToList() is { Count: > 0 } kept)
        {
            Log.LogDiagnostics([ToolDiagnostics.ProtectedKept(kept)]);
        }
    }

    private bool Confirms(string infrastructure, IReadOnlyList<ActionResult> plan)
    {
        var text = RemovalText.Plan(infrastructure, plan);
        var word = Domain ?? infrastructure;
        if (Confirm is null && Terminal.IsThere && plan.Any(r => r.Status == ActionStatus.Planned))
        {
            // MSBuild would show it after the question.
            Log.LogMessage(MessageImportance.Low, text);
            if (Terminal.Confirms($"{text}\nThis cannot be undone.", word))
            {
                return true;
            }
        }
        else
        {
            Log.LogSummary(Project.ProjectFile, text);
            if (Confirm == word || plan.All(r => r.Status == ActionStatus.Skipped))
            {
                return true;
            }
        }

        Log.LogDiagnostics([UseDiagnostics.NotConfirmed(ProjectName, Confirm, word)]);
        return false;
    }

    private void LogWaiting(string what) => Log.LogMessage(MessageImportance.High, what);

    private void LogProgress(Progress step)
    {
        if (step.Result.Status != ActionStatus.Planned)
        {
            Log.LogMessage(MessageImportance.High, RemovalText.Progress(step));
        }
    }
}
