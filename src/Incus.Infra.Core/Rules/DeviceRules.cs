using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>Devices by themselves: of a type that exists, with values that Incus takes and all that it needs.</summary>
internal static class DeviceRules
{
    /// <summary>Checks the devices of a machine or profile.</summary>
    /// <param name="owner">Which one, in words.</param>
    /// <param name="devices">Its devices.</param>
    /// <param name="isContainer">Whether it is known to be a container.</param>
    /// <param name="diagnostics">Where faults go.</param>
    public static void Check(string owner, IReadOnlyList<Device> devices, bool isContainer, DiagnosticBag diagnostics)
    {
        foreach (var device in devices)
        {
            if (device.Option("type") is not { } type)
            {
                diagnostics.Add(RuleDiagnostics.DeviceWithoutType(device.Name.At, owner, device.Name.Value));
            }
            else if (!IncusDevices.Types.Contains(type.Value, StringComparer.Ordinal))
            {
                var nearest = Suggestion.For(type.Value, IncusDevices.Types);
                diagnostics.Add(RuleDiagnostics.UnknownDeviceType(
                    type.At, owner, device.Name.Value, type.Value, IncusDevices.Types, nearest));
            }
            else if (type.Value == "gpu")
            {
                GpuDeviceRules.Check(owner, device, diagnostics);
            }
            else
            {
                CheckOptions(owner, device, type.Value, diagnostics);
                CheckNeeds(owner, device, type.Value, isContainer, diagnostics);
            }

            CheckMarks(owner, device, diagnostics);
        }
    }

    private static void CheckOptions(string owner, Device device, string type, DiagnosticBag diagnostics)
    {
        var kind = device.Given("nictype")?.Value;
        var options = IncusDevices.OptionsOf(type, kind);
        foreach (var (key, value) in device.Options)
        {
            var form = IncusDevices.FormOf(type, kind, key.Value);
            if (value.Value.Length > 0 && form?.Fits(value.Value) == false)
            {
                diagnostics.Add(RuleDiagnostics.WrongConfigValue(
                    value.At, $"{owner}, device '{device.Name.Value}'", key.Value, form.Expected, value.Value,
                    form.Meant(value.Value)));
            }

            if (form?.LacksUnit(value.Value) == true)
            {
                diagnostics.Add(RuleDiagnostics.SizeInBytes(
                    value.At, $"{owner}, device '{device.Name.Value}'", key.Value, value.Value));
            }

            if (options.Count > 0 && !options.ContainsKey(key.Value) && !IncusDevices.IsCommon(key.Value))
            {
                var nearest = diagnostics.IsFull ? null : Suggestion.For(key.Value, options.Keys);
                diagnostics.Add(RuleDiagnostics.UnknownDeviceOption(
                    key.At, owner, device.Name.Value, kind is null ? $"type {type}" : $"nictype {kind}", key.Value, nearest));
            }
        }

        // What is neither a path nor in a pool is something that Incus makes, such as tmpfs or cloud-init:config.
        if (type == "disk" && device.Given("pool") is null && device.Given("source") is { } source
            && source.Value.Contains('/', StringComparison.Ordinal) && source.Value[0] != '/'
            && !source.Value.Contains(':', StringComparison.Ordinal))
        {
            diagnostics.Add(RuleDiagnostics.WrongConfigValue(
                source.At, $"{owner}, device '{device.Name.Value}'", "source",
                "an absolute path on the Incus host, or a volume together with its pool", source.Value, meant: null));
        }
    }

    private static void CheckNeeds(string owner, Device device, string type, bool isContainer, DiagnosticBag diagnostics)
    {
        IEnumerable<IReadOnlyList<string>> needs = type switch
        {
            "tpm" => isContainer ? [["path"], ["pathrm"]] : [],
            _ when device.IsRootDisk => [],
            _ => IncusDevices.NeedsOf(type),
        };
        foreach (var options in needs.Where(options => options.All(option => device.Given(option) is null)))
        {
            diagnostics.Add(RuleDiagnostics.DeviceIncomplete(
                device.Name.At, owner, device.Name.Value, type, string.Join(" or ", options)));
        }
    }

    private static void CheckMarks(string owner, Device device, DiagnosticBag diagnostics)
    {
        foreach (var (key, _) in device.Options.Where(o => o.Key.Value.StartsWith(IncusKeys.Marks, StringComparison.Ordinal)))
        {
            diagnostics.Add(RuleDiagnostics.ReservedKey(key.At, owner, key.Value));
        }
    }
}
