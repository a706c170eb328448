using Incus.Infra.Core.CommandLine;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Snapshots;
using Infrastructure = Incus.Infra.Core.Model.Infrastructure;

namespace Incus.Infra.Tasks;

/// <summary>What the tasks for an instance, a domain or all machines share.</summary>
public abstract class ScopedSnapshotTask : SnapshotTask
{
    private const string Self = "self";

    /// <summary>Names of instances, or <c>self</c> for the one that this build runs in.</summary>
    public string? Instance { get; set; }

    /// <summary>
    /// Domains of infra.yml, or <c>all</c>; with <see cref="Instance"/>, the Incus project that the instances are in.
    /// </summary>
    public string? Domain { get; set; }

    private SnapshotScope _scope = new ThisInstance();

    // The domains of machines that are named, as far as infra.yml tells.
    private IReadOnlyDictionary<string, string> _domains = new Dictionary<string, string>();

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

        return ReadInfra() is { } infra && Choose(infra);
    }

    /// <summary>What is wrong with the properties, or null.</summary>
    private protected abstract Diagnostic? Check();

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
