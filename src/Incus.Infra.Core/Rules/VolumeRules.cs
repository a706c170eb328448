using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>The names that volumes have in Incus, where those of a domain are in one project.</summary>
internal static class VolumeRules
{
    // Incus 6.0 takes longer ones, 7.0 does not.
    private const int LongestName = 64;

    public static void Check(Domain domain, DiagnosticBag diagnostics)
    {
        var holders = new Dictionary<string, (string Machine, int Line)>(StringComparer.Ordinal);
        foreach (var (machine, volume) in domain.Machines.SelectMany(m => m.StorageVolumes.Select(v => (m.Name.Value, v.Name))))
        {
            var name = VolumeName.Of(machine, volume.Value);
            if (name.Length > LongestName)
            {
                diagnostics.Add(RuleDiagnostics.VolumeNameTooLong(volume.At, machine, volume.Value, name.Length, LongestName));
            }

            if (!holders.TryAdd(name, (machine, volume.At.Line)))
            {
                var (holder, line) = holders[name];
                diagnostics.Add(RuleDiagnostics.VolumeNameTaken(volume.At, machine, volume.Value, name, holder, line));
            }
        }
    }
}
