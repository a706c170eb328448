using System.Globalization;
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

    private static readonly string[] Selectors = ["pci", "id", "vendorid", "productid"];

    // Source: "Type: gpu" in the Incus documentation. 'type', 'gputype' and the selectors belong to all of them.
    private static readonly Dictionary<string, string[]> OptionsOf = new(StringComparer.Ordinal)
    {
        [Physical] = ["gid", "mode", "uid"],
        [Mdev] = ["mdev"],
        [Mig] = ["mig.ci", "mig.gi", "mig.uuid"],
        [Sriov] = [],
    };

    private static readonly Dictionary<string, (Func<string, bool> Fits, string Expected)> Values = new(StringComparer.Ordinal)
    {
        ["pci"] = (PciAddress().IsMatch, "a PCI address such as 0000:01:00.0"),
        ["id"] = (IsNumber, "the number of the card, such as 0 for /dev/dri/card0"),
        ["vendorid"] = (PciId().IsMatch, "four hexadecimal digits in lower case, such as 10de"),
        ["productid"] = (PciId().IsMatch, "four hexadecimal digits in lower case, such as 2684"),
        ["uid"] = (IsNumber, "the number of a user"),
        ["gid"] = (IsNumber, "the number of a group"),
        ["mode"] = (FileMode().IsMatch, "an octal file mode such as 0660"),
        ["mig.gi"] = (IsByte, "a whole number from 0 to 255"),
        ["mig.ci"] = (IsByte, "a whole number from 0 to 255"),
        ["mig.uuid"] = (MigUuid().IsMatch, "the UUID that nvidia-smi -L shows"),
    };

    public static string TypeOf(Device device) => device.Option("gputype")?.Value ?? Physical;

    public static void Check(string owner, Device device, DiagnosticBag diagnostics)
    {
        var type = TypeOf(device);
        if (!OptionsOf.TryGetValue(type, out var options))
        {
            var nearest = Suggestion.For(type, OptionsOf.Keys);
            diagnostics.Add(RuleDiagnostics.UnknownGpuType(
                device.Option("gputype")!.Value.At, owner, type, OptionsOf.Keys, nearest));
            return;
        }

        string[] all = [.. Selectors, .. options];
        foreach (var (key, value) in device.Options.Where(o => o.Key.Value is not ("type" or "gputype")))
        {
            if (!all.Contains(key.Value, StringComparer.Ordinal))
            {
                diagnostics.Add(RuleDiagnostics.UnknownGpuOption(
                    key.At, owner, key.Value, type, Suggestion.For(key.Value, all)));
            }
            else if (Values.TryGetValue(key.Value, out var form) && !form.Fits(value.Value))
            {
                diagnostics.Add(RuleDiagnostics.WrongGpuValue(value.At, owner, key.Value, form.Expected, value.Value));
            }
        }

        CheckAlone(owner, device, device.Option("pci") is null ? "id" : "pci", Selectors, diagnostics);
        CheckAlone(owner, device, "mig.uuid", OptionsOf[Mig], diagnostics);
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

    private static bool IsNumber(string value) => ShapeChecker.TryInteger(value, out var number) && number >= 0;

    private static bool IsByte(string value) =>
        byte.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    [GeneratedRegex("^([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-9a-fA-F]\\z")]
    private static partial Regex PciAddress();

    [GeneratedRegex("^[0-9a-f]{4}\\z")]
    private static partial Regex PciId();

    [GeneratedRegex("^0?[0-7]{3}\\z")]
    private static partial Regex FileMode();

    [GeneratedRegex("^(MIG-)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\z")]
    private static partial Regex MigUuid();
}
