using Incus.Infra.Core.Ansible;
using Incus.Infra.Core.CommandLine;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Health;
using Incus.Infra.Incus.Planning;
using Microsoft.Build.Framework;

namespace Incus.Infra.Tasks;

/// <summary>Tells whether the machines are healthy that declare how to tell; one that is not is an error.</summary>
public sealed class InfraHealth : EngineTask
{
    private readonly List<HealthResult> _results = [];
    private HashSet<string> _machines = [];
    private EngineRequest _request = null!;
    private InfraPlaces _places = null!;

    /// <summary>Whether a machine has the time that it declares to become healthy.</summary>
    public bool Waits { get; set; }

    /// <summary>The domains or machines that a command was about.</summary>
    public string? Limit { get; set; }

    /// <summary>The domains that a reset was about, or <c>all</c>.</summary>
    public string? Domain { get; set; }

    /// <inheritdoc/>
    protected override bool Prepare()
    {
        // What went before has reported the warnings.
        var declared = Project.ToBuild().ReadDeclared(out var diagnostics);
        Log.LogDiagnostics(diagnostics.Where(d => d.Severity == Severity.Error));
        if (declared is not var (infra, addresses))
        {
            return false;
        }

        var domains = Domain is null ? infra.Domains : DomainSelection.Of(infra, Project.InfraFile, Domain, out _);
        var named = Limit is null ? null : infra.WithCopies(LimitNames.In(Limit)).ToHashSet(StringComparer.Ordinal);
        var asked = domains.Where(d => d.Enabled)
            .SelectMany(d => d.Machines.Select(m => (Domain: d, Machine: m)))
            .Where(m => m.Machine.MustBeHealthy
                && (named is null || named.Contains(m.Domain.Name.Value) || named.Contains(m.Machine.Name.Value)))
            .ToList();
        if (asked.Count > 0 && Limit is not null && !LimitNames.IsOnlyNames(Limit))
        {
            Log.LogSummary(
                Project.ProjectFile, "health is not asked for, as Limit is a pattern; name domains or machines instead");
            return false;
        }

        AskServersOf(asked.Select(m => m.Domain));
        _machines = asked.Select(m => m.Machine.Name.Value).ToHashSet(StringComparer.Ordinal);
        _places = new InfraPlaces(Project.InfraFile, () => infra);
        _request = DeclaredRequest.Of(infra, addresses).ToEngineRequest();
        return asked.Count > 0;
    }

    /// <inheritdoc/>
    private protected override async Task RunAsync(
        IncusClient client, IncusTarget target, ServerInfo server, CancellationToken ct)
    {
        var engine = new HealthEngine(client, server, what => Log.LogMessage(MessageImportance.High, what));
        var domains = _request.Only(d => IsHere(d.Name)).Domains
            .Select(d => d with { Machines = [.. d.Machines.Where(m => _machines.Contains(m.InstanceName))] });
        _results.AddRange(await engine.RunAsync([.. domains], Waits, ct));
    }

    private protected override void Conclude()
    {
        var faults = _results.Where(r => r.Error is not null).ToList();
        Log.LogSummary(
            Project.ProjectFile, $"{_results.Count - faults.Count} of {Quantity.Of(_results.Count, "machine")} healthy");
        Log.LogDiagnostics(faults.Select(r => r.Error! with
        {
            Location = _places.HealthOf(r.Id.Name) ?? _places.File,
        }));
    }
}
