using Incus.Infra.Core.CommandLine;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Tasks;

/// <summary>After a complete Apply: takes the snapshots that infra.yml declares for Reset, where they are missing.</summary>
public sealed class InfraTakeBaseline : EngineTask
{
    private IReadOnlyList<ResetMachine> _machines = [];

    /// <summary>The tags of the Apply; with any it was not complete.</summary>
    public string? Tags { get; set; }

    /// <summary>The tags that it left out; with any it was not complete.</summary>
    public string? SkipTags { get; set; }

    /// <summary>The domains or machines that it was about.</summary>
    public string? Limit { get; set; }

    /// <summary>Its further arguments, of which nobody knows what they leave out.</summary>
    public string? AdditionalArguments { get; set; }

    /// <inheritdoc/>
    protected override bool Prepare()
    {
        // Sync has reported the warnings.
        var infra = Project.ToBuild().Read(out var diagnostics);
        Log.LogDiagnostics(diagnostics.Where(d => d.Severity == Severity.Error));
        var named = Limit is null ? null : LimitNames.In(Limit).ToHashSet(StringComparer.Ordinal);
        var domains = (infra?.Domains ?? []).Where(d => d.Enabled && d.HasBaseline).ToList();
        AskServersOf(domains);
        _machines =
        [
            .. domains.SelectMany(d => ResetMachines.Of(infra!, d))
                .Where(m => named is null || named.Contains(m.Id.Project) || named.Contains(m.Id.Name)),
        ];
        if (_machines.Count > 0 && Doubt() is { } doubt)
        {
            Log.LogSummary(Project.ProjectFile, $"no baseline is taken: {doubt}, so the machines may not be complete");
            return false;
        }

        return _machines.Count > 0;
    }

    /// <inheritdoc/>
    private protected override async Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct)
    {
        var report = new ResetReport(Log, Project.ProjectFile);
        var engine = new BaselineEngine(client, target, server, report.Waits, report.Progresses);
        report.Takes(await engine.TakeAsync([.. _machines.Where(m => IsHere(m.Id.Project))], ct));
    }

    private string? Doubt() => Tags is not null ? "Tags is set"
        : SkipTags is not null ? "SkipTags is set"
        : AdditionalArguments is not null ? "AnsibleArguments is set"
        : Limit is not null && !LimitNames.IsOnlyNames(Limit) ? "Limit is more than names"
        : null;
}
