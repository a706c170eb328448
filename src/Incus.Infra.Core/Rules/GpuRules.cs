using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>
/// GPUs as machines get them: what fits their type, and how many machines may use a card. Incus itself hands one card to
/// any number of instances.
/// </summary>
internal static class GpuRules
{
    // The device that the field gpu adds.
    private const string AddedDevice = "gpu";

    public static void Check(Infrastructure infra, DiagnosticBag diagnostics)
    {
        var used = new Dictionary<string, List<GpuUse>>(StringComparer.Ordinal);
        foreach (var domain in infra.Domains)
        {
            var profiles = new AppliedProfiles(domain);
            foreach (var machine in domain.Machines)
            {
                var uses = UsesOf(machine, profiles.DevicesOf(machine), diagnostics);
                uses.ForEach(use => CheckMachine(use, profiles, diagnostics));
                if (domain.Enabled)
                {
                    var here = domain.Remote?.Value ?? "";
                    used.TryAdd(here, []);
                    CheckPolicy(infra, uses, used[here], diagnostics);
                    used[here].AddRange(uses);
                }
            }
        }
    }

    // The field adds a device only where there is none, and must not put it in the place of another one.
    private static List<GpuUse> UsesOf(
        Machine machine, Dictionary<string, Located<Device>> devices, DiagnosticBag diagnostics)
    {
        List<GpuUse> uses =
        [
            .. devices.Values
                .Where(d => d.Value.Option("type")?.Value == "gpu")
                .Select(d => new GpuUse(machine, d.Value, d.At)),
        ];
        if (uses.Count > 0 || machine.Gpu is not { } at)
        {
            return uses;
        }

        var names = devices.Values.Select(d => d.Value.Name).Concat(machine.StorageVolumes.Select(v => v.Name));
        foreach (var name in names.Where(name => name.Value == AddedDevice))
        {
            diagnostics.Add(RuleDiagnostics.GpuNameTaken(at, machine.Name.Value, name.At.Line));
        }

        return [new GpuUse(machine, new Device(new(AddedDevice, at), []), at)];
    }

    private static void CheckMachine(GpuUse use, AppliedProfiles profiles, DiagnosticBag diagnostics)
    {
        var (machine, device, at) = use;
        var type = GpuDeviceRules.TypeOf(device);
        var misplaced = (type, machine.IsVirtualMachine) switch
        {
            (GpuDeviceRules.Mdev or GpuDeviceRules.Sriov or GpuDeviceRules.NativeContext, false) or (GpuDeviceRules.Mig, true) =>
                $"gputype {type}",
            (_, true) => device.Options.FirstOrDefault(o => o.Key.Value is "uid" or "gid" or "mode")?.Key.Value,
            _ => null,
        };
        if (misplaced is not null)
        {
            diagnostics.Add(RuleDiagnostics.GpuOfOtherType(
                at, machine.Name.Value, device.Name.Value, misplaced, machine.IsVirtualMachine == true));
        }
        else if (type == GpuDeviceRules.Mig && profiles.ConfigOf(machine, "nvidia.runtime") != "true")
        {
            diagnostics.Add(RuleDiagnostics.GpuWithoutRuntime(at, machine.Name.Value, device.Name.Value));
        }
    }

    private static void CheckPolicy(Infrastructure infra, List<GpuUse> uses, List<GpuUse> used, DiagnosticBag diagnostics)
    {
        foreach (var use in uses)
        {
            if (used.Find(use.MayBe) is { } holder)
            {
                var (machine, other) = (use.Machine.Name.Value, holder.Machine.Name.Value);
                diagnostics.Add(infra.Global.GpuIsShared
                    ? RuleDiagnostics.GpuShared(use.At, machine, other, holder.At.Line)
                    : RuleDiagnostics.GpuTaken(use.At, machine, other, holder.At.Line));
                return;
            }
        }
    }
}
