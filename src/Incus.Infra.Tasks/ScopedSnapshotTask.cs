using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;
using Infrastructure = Incus.Infra.Core.Model.Infrastructure;

namespace Incus.Infra.Tasks;

/// <summary>What the tasks for an instance, a domain or all machines share.</summary>
public abstract class ScopedSnapshotTask : SnapshotTask
{
    private const string Self = "self";

    /// <summary>Name of an instance, or <c>self</c> for the one that this build runs in.</summary>
    public string? Instance { get; set; }

    /// <summary>A domain of infra.yml; with <see cref="Instance"/>, the Incus project that the instance is in.</summary>
    public string? Domain { get; set; }

    /// <summary>The selected instances.</summary>
    private protected SnapshotScope Scope { get; private set; } = new ThisInstance();

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
            Scope = Instance == Self ? new ThisInstance() : new OneInstance(Instance, Domain);
            return true;
        }

        return ReadInfra() is { } infra && Choose(infra);
    }

    /// <summary>What is wrong with the properties, or null.</summary>
    private protected abstract Diagnostic? Check();

    private bool Choose(Infrastructure infra)
    {
        var domains = infra.Domains.Where(d => Domain is null ? d.Enabled : d.Name.Value == Domain).ToList();
        if (Domain is not null && domains.Count == 0)
        {
            Log.LogDiagnostics([UseDiagnostics.NoDomain(Project.InfraFile, Domain, infra.Domains.Select(d => d.Name.Value))]);
            return false;
        }

        Scope = new DeclaredMachines(
            [.. domains.SelectMany(d => d.Machines.Select(m => ObjectId.Instance(d.Name.Value, m.Name.Value)))]);
        return true;
    }
}
