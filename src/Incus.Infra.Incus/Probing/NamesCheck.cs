using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Probing;

/// <summary>What came of a look into hosts files.</summary>
/// <param name="Checked">How many machines have names of others in theirs, or should.</param>
/// <param name="Faults">What is not as infra.yml says.</param>
internal sealed record NamesResult(int Checked, IReadOnlyList<Diagnostic> Faults);

/// <summary>Looks into the hosts files of machines that run, and changes nothing.</summary>
/// <param name="client">Speaks to Incus.</param>
internal sealed class NamesCheck(IncusClient client)
{
    private readonly HostsFiles _files = new(client);

    /// <summary>Looks where names should be, and where Apply has written some.</summary>
    /// <param name="machines">Machines with their domains.</param>
    /// <param name="ct">Ends the looking.</param>
    public async Task<NamesResult> RunAsync(
        IEnumerable<(DomainSpec Domain, MachineSpec Machine)> machines, CancellationToken ct)
    {
        var live = await new SnapshotStore(client).ReadAsync(ct);
        var looks = machines
            .Select(m => (
                Id: ObjectId.Instance(m.Domain.IncusProject, m.Machine.InstanceName),
                Lines: HostsBlock.Lines(m.Machine.InstanceHosts)))
            .Where(m => live.GetValueOrDefault(m.Id) is { } found && InstanceStatus.Runs(found.Status)
                && (m.Lines.Length > 0 || found.Config?.ContainsKey(Property.Hosts.Key) == true))
            .ToList();
        var faults = await Task.WhenAll(looks.Select(m => LookAsync(m.Id, m.Lines, ct)));
        return new NamesResult(looks.Count, [.. faults.OfType<Diagnostic>()]);
    }

    private async Task<Diagnostic?> LookAsync(ObjectId id, string lines, CancellationToken ct)
    {
        try
        {
            var found = await _files.ReadAsync(id, ct);
            return found == lines ? null : ToolDiagnostics.OtherNames(id, Except(lines, found), Except(found, lines));
        }
        catch (ToolFaultException e)
        {
            return e.Diagnostic;
        }
    }

    private static List<string> Except(string lines, string others) => [.. Split(lines).Except(Split(others))];

    private static string[] Split(string lines) => lines.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
