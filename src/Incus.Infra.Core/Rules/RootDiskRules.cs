using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>A machine has one root disk, and nothing else has its name or its place.</summary>
internal static class RootDiskRules
{
    public static void CheckName(string owner, IReadOnlyList<Device> devices, DiagnosticBag diagnostics)
    {
        foreach (var device in devices.Where(d => d.Name.Value == GivenDevices.RootDisk && !d.IsRootDisk))
        {
            diagnostics.Add(RuleDiagnostics.RootIsNoRootDisk(device.Name.At, owner));
        }
    }

    public static void Check(string owner, Machine machine, AppliedProfiles profiles, DiagnosticBag diagnostics)
    {
        foreach (var volume in machine.StorageVolumes.Where(v => v.Path.Value.Length > 0 && v.Path.Value.All(c => c == '/')))
        {
            diagnostics.Add(RuleDiagnostics.SecondRootDisk(volume.Path.At, owner, volume.Name.Value));
        }

        var roots = profiles.DevicesOf(machine).Values.Where(d => d.Value.IsRootDisk).ToList();
        foreach (var (device, at) in roots.Where(d => d.Value.Name.Value != GivenDevices.RootDisk))
        {
            if (roots.Count > 1 || profiles.GiveRootDisk(machine))
            {
                diagnostics.Add(RuleDiagnostics.SecondRootDisk(at, owner, device.Name.Value));
            }
        }
    }
}
