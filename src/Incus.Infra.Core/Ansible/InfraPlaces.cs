using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Ansible;

/// <summary>The places in infra.yml that a run refers to: a fault is reported where its cause was typed.</summary>
/// <param name="infraFile">Path relative to the project folder; the place of what has no better one.</param>
/// <param name="read">Reads the file at the first question, which most runs never ask; null when it has become wrong.</param>
internal sealed class InfraPlaces(string infraFile, Func<Infrastructure?> read)
{
    private readonly Lazy<Infrastructure?> _infra = new(read);

    public SourceLocation File => new(infraFile);

    /// <summary>What a limit may name.</summary>
    internal IReadOnlyList<string> Names => [.. _infra.Value?.Names ?? []];

    private IEnumerable<Domain> Domains => _infra.Value is { } infra
        ? infra.Domains.Concat(infra.ImageDomain is { } images ? [images] : [])
        : [];

    /// <summary>A domain for its ACL, network, project and default profile, else the profile, volume or machine itself.</summary>
    internal SourceLocation OfObject(ObjectAction action)
    {
        if (action.Kind == "image")
        {
            return _infra.Value?.FindImage(action.Name)?.Name.At ?? File;
        }

        var domain = Domains.FirstOrDefault(d => action.Kind is "acl" or "network"
            ? d.Bridge == action.Name
            : d.Name.Value == action.Project);
        return domain is null ? File : action.Kind switch
        {
            "profile" => domain.Profiles
                .Where(p => p.Name.Value == action.Name)
                .Select(p => p.Name.At).FirstOrDefault(domain.Name.At),
            "volume" => domain.Machines
                .SelectMany(m => m.StorageVolumes.Where(v => VolumeName.Of(m.Name.Value, v.Name.Value) == action.Name))
                .Select(v => v.Name.At).FirstOrDefault(domain.Name.At),
            "instance" => OfMachine(action.Name) ?? domain.Name.At,
            _ => domain.Name.At,
        };
    }

    /// <summary>The step, else the role in the machine's list, else the machine; null for a host that is no machine.</summary>
    internal SourceLocation? OfTask(string host, string? role, int? step)
    {
        var machine = Machine(host);
        if (step is { } number)
        {
            return machine?.Provision.ElementAtOrDefault(number - 1)?.Location ?? machine?.Name.At;
        }

        return machine?.Roles
            .Where(r => r.Value == role || $"{CollectionRoles.Collection}.{r.Value}" == role)
            .Select(r => r.At)
            .FirstOrDefault(machine.Name.At);
    }

    /// <summary>Where a machine says how to tell that it is healthy.</summary>
    internal SourceLocation? HealthOf(string machine) => Machine(machine)?.Health?.At;

    /// <summary>
    /// The machines that a run never came to, as one that they need failed; Ansible itself ends where all of a play have.
    /// </summary>
    internal IReadOnlyList<(string Machine, string Need)> LeftOut(IReadOnlyList<MachineResult> results)
    {
        var done = results.Select(r => r.Host).ToHashSet(StringComparer.Ordinal);
        var failed = results.Where(r => r.Failed is not null).Select(r => r.Host).ToHashSet(StringComparer.Ordinal);
        var waiting = Domains.Where(d => d.Enabled).SelectMany(d => d.Machines)
            .Where(m => m.IsProvisioned && !done.Contains(m.Name.Value)).ToList();
        List<(string, string)> left = [];
        while (waiting.Find(m => m.Needs.Any(n => failed.Contains(n.Value))) is { } machine)
        {
            waiting.Remove(machine);
            failed.Add(machine.Name.Value);
            left.Add((machine.Name.Value, machine.Needs.First(n => failed.Contains(n.Value)).Value));
        }

        return left;
    }

    internal SourceLocation? OfMachine(string host) => Machine(host)?.Name.At;

    private Machine? Machine(string name) => Domains.SelectMany(d => d.Machines).FirstOrDefault(m => m.Name.Value == name);
}
