namespace Incus.Infra.Core.Dialect;

/// <summary>The devices of Incus, as far as rules look at them (source: "Devices" in the Incus documentation).</summary>
internal static class IncusDevices
{
    private static readonly Dictionary<string, Dictionary<string, ValueForm>> Forms = new(StringComparer.Ordinal)
    {
        ["disk"] = new(StringComparer.Ordinal)
        {
            ["size"] = ValueForm.Size,
            ["size.state"] = ValueForm.Size,
            ["boot.priority"] = ValueForm.Unsigned,
            ["readonly"] = ValueForm.AnyBoolean,
            ["recursive"] = ValueForm.AnyBoolean,
            ["required"] = ValueForm.AnyBoolean,
            ["shift"] = ValueForm.AnyBoolean,
        },
        ["nic"] = new(StringComparer.Ordinal)
        {
            ["hwaddr"] = ValueForm.HardwareAddress,
            ["ipv4.address"] = ValueForm.Address,
            ["boot.priority"] = ValueForm.Unsigned,
        },
        ["proxy"] = new(StringComparer.Ordinal)
        {
            ["listen"] = ValueForm.ProxyEnd,
            ["connect"] = ValueForm.ProxyEnd,
            ["bind"] = ValueForm.OneOf("host", "instance", "guest", "container"),
            ["nat"] = ValueForm.AnyBoolean,
            ["proxy_protocol"] = ValueForm.AnyBoolean,
        },
    };

    // Of each list, one option must have a value.
    private static readonly Dictionary<string, string[][]> Needs = new(StringComparer.Ordinal)
    {
        ["disk"] = [["source"]],
        ["infiniband"] = [["nictype"], ["parent"]],
        ["nic"] = [["network", "nictype"]],
        ["pci"] = [["address"]],
        ["proxy"] = [["listen"], ["connect"]],
        ["unix-block"] = [["source", "path"]],
        ["unix-char"] = [["source", "path"]],
    };

    public static readonly IReadOnlyList<string> Types =
    [
        "disk", "gpu", "infiniband", "nic", "none", "pci", "proxy", "tpm", "unix-block", "unix-char", "unix-hotplug", "usb",
    ];

    /// <summary>What a value of an option looks like; null where any will do.</summary>
    public static ValueForm? FormOf(string type, string option) => Forms.GetValueOrDefault(type)?.GetValueOrDefault(option);

    /// <summary>The options without which Incus rejects a device; of each list, one is enough.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> NeedsOf(string type) => Needs.GetValueOrDefault(type, []);
}
