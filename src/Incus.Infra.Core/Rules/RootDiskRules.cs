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
        var others = machine.Devices.Where(d => d is { IsRootDisk: false, Name.Value: not GivenDevices.RootDisk })
            .Where(d => d.Given("type")?.Value == "disk" && d.Given("path") is not null)
            .Select(d => (d.Name, Path: d.Given("path")!.Value))
            .Concat(machine.StorageVolumes.Select(v => (v.Name, v.Path)));
        foreach (var (name, path) in others.Where(o => o.Path.Value.Length > 0 && o.Path.Value.All(c => c == '/')))
        {
            diagnostics.Add(RuleDiagnostics.SecondRootDisk(path.At, owner, name.Value));
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
