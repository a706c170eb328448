using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Devices are of a type that exists.</summary>
internal static class DeviceRules
{
    private static readonly string[] Types =
    [
        "disk", "gpu", "infiniband", "nic", "none", "pci", "proxy", "tpm", "unix-block", "unix-char", "unix-hotplug", "usb",
    ];

    public static void Check(string owner, IReadOnlyList<Device> devices, DiagnosticBag diagnostics)
    {
        foreach (var device in devices)
        {
            if (device.Option("type") is not { } type)
            {
                diagnostics.Add(RuleDiagnostics.DeviceWithoutType(device.Name.At, owner, device.Name.Value));
            }
            else if (!Types.Contains(type.Value, StringComparer.Ordinal))
            {
                var nearest = Suggestion.For(type.Value, Types);
                diagnostics.Add(RuleDiagnostics.UnknownDeviceType(type.At, owner, device.Name.Value, type.Value, Types, nearest));
            }
            else if (type.Value == "gpu")
            {
                GpuDeviceRules.Check(owner, device, diagnostics);
            }
        }
    }
}
