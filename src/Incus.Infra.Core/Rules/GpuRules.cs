using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>How many machines may use the GPU. Incus itself hands one card to any number of instances.</summary>
internal static class GpuRules
{
    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        var users = infra.Domains
            .Where(d => d.Enabled)
            .SelectMany(UsersIn)
            .Where(u => u.At is not null)
            .ToList();
        if (users.Count < 2)
        {
            return;
        }

        var first = users[0];
        foreach (var (machine, at) in users.Skip(1))
        {
            diagnostics.Add(infra.Global.GpuIsShared
                ? RuleDiagnostics.GpuShared(at!.Value, machine, first.Machine, first.At!.Value.Line)
                : RuleDiagnostics.GpuTaken(at!.Value, machine, first.Machine, first.At!.Value.Line));
        }
    }

    // By the field, by an own device, or by a profile that has one.
    private static IEnumerable<(string Machine, SourceLocation? At)> UsersIn(Domain domain)
    {
        var profiles = domain.Profiles.Where(p => GpuAmong(p.Devices) is not null)
            .Select(p => p.Name.Value).ToHashSet(StringComparer.Ordinal);
        return domain.Machines.Select(machine => (machine.Name.Value, machine.Gpu
            ?? GpuAmong(machine.Devices)?.At
            ?? machine.Profiles?.Where(name => profiles.Contains(name.Value))
                .Select(name => (SourceLocation?)name.At).FirstOrDefault()));
    }

    private static Located<string>? GpuAmong(IReadOnlyList<Device> devices) =>
        devices.FirstOrDefault(d => d.Option("type")?.Value == "gpu")?.Name;
}
