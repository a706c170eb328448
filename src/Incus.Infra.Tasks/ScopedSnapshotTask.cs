using Incus.Infra.Core.CommandLine;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;
using Infrastructure = Incus.Infra.Core.Model.Infrastructure;

namespace Incus.Infra.Tasks;

/// <summary>What the tasks for an instance, a domain or all machines share.</summary>
public abstract class ScopedSnapshotTask : SnapshotTask
{
    private const string Self = "self";
    private const string All = "all";

    /// <summary>Names of instances, or <c>self</c> for the one that this build runs in.</summary>
    public string? Instance { get; set; }

    /// <summary>
    /// Domains of infra.yml, or <c>all</c>; with <see cref="Instance"/>, the Incus project that the instances are in.
    /// </summary>
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
            Scope = Instance == Self ? new ThisInstance() : new NamedInstances(CommandList.Of(Instance), Domain);
            return true;
        }

        return ReadInfra() is { } infra && Choose(infra);
    }

    /// <summary>What is wrong with the properties, or null.</summary>
    private protected abstract Diagnostic? Check();

    private bool Choose(Infrastructure infra)
    {
        var names = infra.Domains.Select(d => d.Name.Value).Concat(infra.CopiesByTemplate().Select(c => c.Key)).ToList();
        var asked = infra.WithCopies(CommandList.Of(Domain is All ? null : Domain)).ToList();
        Log.LogDiagnostics(asked.Except(names).Select(name => UseDiagnostics.NoDomain(Project.InfraFile, name, names)));
        Scope = new DeclaredMachines(
        [
            .. infra.Domains
                .Where(d => asked.Count == 0 ? d.Enabled : asked.Contains(d.Name.Value))
                .SelectMany(d => d.Machines.Select(m => ObjectId.Instance(d.Name.Value, m.Name.Value))),
        ]);
        return !Log.HasLoggedErrors;
    }
}
