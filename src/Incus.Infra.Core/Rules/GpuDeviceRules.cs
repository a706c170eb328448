using System.Text.RegularExpressions;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>
/// A device of type gpu by itself: Incus stores its options unchecked and rejects them when the machine starts.
/// </summary>
internal static partial class GpuDeviceRules
{
    public const string Physical = "physical";
    public const string Mdev = "mdev";
    public const string Mig = "mig";
    public const string Sriov = "sriov";
    public const string NativeContext = "native-context";

    private static readonly string[] Selectors = ["pci", "id", "vendorid", "productid"];

    private static readonly string[] MigOptions = ["mig.ci", "mig.gi", "mig.uuid"];

    private static readonly Dictionary<string, ValueForm> Values = new(StringComparer.Ordinal)
    {
        ["id"] = new("the number of the card, such as 0 for /dev/dri/card0", ValueForm.Unsigned.Fits),
        ["uid"] = new("the number of a user", ValueForm.Unsigned.Fits),
        ["gid"] = new("the number of a group", ValueForm.Unsigned.Fits),
        ["mig.gi"] = ValueForm.Byte,
        ["mig.ci"] = ValueForm.Byte,
        ["mig.uuid"] = new("the UUID that nvidia-smi -L shows", MigUuid().IsMatch),
    };

    public static string TypeOf(Device device) => device.Option("gputype")?.Value ?? Physical;

    public static void Check(string owner, Device device, DiagnosticBag diagnostics)
    {
        var type = TypeOf(device);
        if (!IncusDevices.GpuTypes.Contains(type, StringComparer.Ordinal))
        {
            var nearest = Suggestion.For(type, IncusDevices.GpuTypes);
            diagnostics.Add(RuleDiagnostics.UnknownGpuType(
                device.Option("gputype")!.Value.At, owner, type, IncusDevices.GpuTypes, nearest));
            return;
        }

        var options = IncusDevices.OptionsOf("gpu", type);
        foreach (var (key, value) in device.Options.Where(o => !IncusDevices.IsCommon(o.Key.Value)))
        {
            if (!options.ContainsKey(key.Value))
            {
                diagnostics.Add(RuleDiagnostics.UnknownGpuOption(
                    key.At, owner, key.Value, type, Suggestion.For(key.Value, options.Keys)));
            }
            else if ((Values.GetValueOrDefault(key.Value) ?? IncusDevices.FormOf("gpu", type, key.Value)) is { } form
                && !form.Fits(value.Value))
            {
                diagnostics.Add(RuleDiagnostics.WrongGpuValue(value.At, owner, key.Value, form.Expected, value.Value));
            }
        }

        CheckAlone(owner, device, device.Option("pci") is null ? "id" : "pci", Selectors, diagnostics);
        CheckAlone(owner, device, "mig.uuid", MigOptions, diagnostics);
        var missing = type switch
        {
            Mdev when device.Option("mdev") is null => "mdev, one of the card's profiles",
            Mig when device.Option("mig.uuid") is null && (device.Option("mig.gi") is null || device.Option("mig.ci") is null) =>
                "either mig.uuid or both mig.gi and mig.ci",
            _ => null,
        };
        if (missing is not null)
        {
            diagnostics.Add(RuleDiagnostics.GpuPartMissing(device.Name.At, owner, device.Name.Value, type, missing));
        }
    }

    // What already names one card, or one part of it, cannot be narrowed down.
    private static void CheckAlone(
        string owner, Device device, string name, string[] group, DiagnosticBag diagnostics)
    {
        if (device.Option(name) is not null
            && device.Options.FirstOrDefault(o => o.Key.Value != name && group.Contains(o.Key.Value)) is { } other)
        {
            diagnostics.Add(RuleDiagnostics.GpuSelectedTwice(other.Key.At, owner, device.Name.Value, name, other.Key.Value));
        }
    }

    [GeneratedRegex("^(MIG-)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\z")]
    private static partial Regex MigUuid();
}
