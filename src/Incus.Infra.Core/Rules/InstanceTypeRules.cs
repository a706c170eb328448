using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Devices that only containers or only virtual machines have, graphics cards aside.</summary>
internal static class InstanceTypeRules
{
    private static readonly string[] DiskOptions = ["io.bus", "io.cache"];

    public static void Check(Machine machine, AppliedProfiles profiles, DiagnosticBag diagnostics)
    {
        if (machine.IsVirtualMachine is not { } isVirtualMachine)
        {
            return;
        }

        foreach (var (device, at) in profiles.DevicesOf(machine).Values)
        {
            if ((isVirtualMachine ? OfContainers(device) : OfVirtualMachines(device)) is { } what)
            {
                diagnostics.Add(RuleDiagnostics.DeviceOfOtherType(
                    at, machine.Name.Value, device.Name.Value, what, isVirtualMachine));
            }
        }
    }

    // Measured on Incus 6.0.4: "Unsupported device type", and for the proxy "Only NAT mode is supported".
    private static string? OfContainers(Device device) => device.Option("type")?.Value switch
    {
        "unix-char" or "unix-block" or "unix-hotplug" => $"type {device.Option("type")?.Value}",
        "nic" when device.Given("nictype")?.Value == "ipvlan" => "nictype ipvlan",
        "proxy" when !IncusBoolean.IsTrue(device.Given("nat")?.Value) => "a proxy without nat: true",
        _ => null,
    };

    // Measured likewise, but for the configuration drives, which only fail when a container starts.
    private static string? OfVirtualMachines(Device device) => device.Option("type")?.Value switch
    {
        "pci" => "type pci",
        "disk" when device.Given("source")?.Value is "agent:config" or "cloud-init:config" => "a configuration drive",
        "disk" => DiskOptions.FirstOrDefault(option => device.Given(option) is not null),
        _ => null,
    };
}
