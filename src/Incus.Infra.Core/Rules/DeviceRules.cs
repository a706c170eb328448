using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Devices: types that exist, and GPU options, which Incus stores unchecked.</summary>
internal static class DeviceRules
{
    private static readonly string[] Types =
    [
        "disk", "gpu", "infiniband", "nic", "none", "pci", "proxy", "tpm", "unix-block", "unix-char", "unix-hotplug", "usb",
    ];

    // Source: "Type: gpu" in the Incus documentation. 'type' and 'gputype' belong to all of them.
    private static readonly Dictionary<string, string[]> GpuOptions = new(StringComparer.Ordinal)
    {
        ["physical"] = ["gid", "id", "mode", "pci", "productid", "uid", "vendorid"],
        ["mdev"] = ["id", "mdev", "pci", "productid", "vendorid"],
        ["mig"] = ["id", "mig.ci", "mig.gi", "mig.uuid", "pci", "productid", "vendorid"],
        ["sriov"] = ["id", "pci", "productid", "vendorid"],
    };

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
                diagnostics.Add(RuleDiagnostics.UnknownDeviceType(type.At, owner, device.Name.Value, type.Value, nearest));
            }
            else if (type.Value == "gpu")
            {
                CheckGpu(owner, device, diagnostics);
            }
        }
    }

    private static void CheckGpu(string owner, Device device, DiagnosticBag diagnostics)
    {
        var gpuType = device.Option("gputype");
        if (!GpuOptions.TryGetValue(gpuType?.Value ?? "physical", out var options))
        {
            var nearest = Suggestion.For(gpuType!.Value.Value, GpuOptions.Keys);
            diagnostics.Add(RuleDiagnostics.UnknownGpuType(
                gpuType.Value.At, owner, gpuType.Value.Value, GpuOptions.Keys, nearest));
            return;
        }

        foreach (var (key, _) in device.Options)
        {
            if (key.Value is not ("type" or "gputype") && !options.Contains(key.Value, StringComparer.Ordinal))
            {
                diagnostics.Add(RuleDiagnostics.UnknownGpuOption(
                    key.At, owner, key.Value, gpuType?.Value ?? "physical", Suggestion.For(key.Value, options)));
            }
        }
    }
}
