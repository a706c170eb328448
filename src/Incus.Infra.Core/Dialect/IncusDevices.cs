namespace Incus.Infra.Core.Dialect;

/// <summary>The devices of Incus: their kinds and options, and what it checks in them beyond their type.</summary>
internal static class IncusDevices
{
    public static readonly IReadOnlyList<string> Types =
    [
        "disk", "gpu", "infiniband", "nic", "none", "pci", "proxy", "tpm", "unix-block", "unix-char", "unix-hotplug", "usb",
    ];

    private const string Gpu = "gpu_";
    private const string Nic = "nic_";

    // Which every device takes, as it does those of the families user and initial, or Incus does not list.
    private static readonly string[] Unlisted = ["type", "nictype", "gputype", "optional"];

    // Source: internal/server/device of Incus, as are those of one type below.
    private static readonly Dictionary<string, ValueForm> Forms = new(StringComparer.Ordinal)
    {
        ["mtu"] = ValueForm.Mtu,
        ["pci"] = ValueForm.PciAddress,
        ["productid"] = ValueForm.DeviceId,
        ["vendorid"] = ValueForm.DeviceId,
    };

    private static readonly Dictionary<string, Dictionary<string, ValueForm>> FormsOfTypes = new(StringComparer.Ordinal)
    {
        ["disk"] = new(StringComparer.Ordinal)
        {
            ["io.bus"] = ValueForm.OneOf("nvme", "virtio-blk", "virtio-scsi", "auto", "9p", "virtiofs", "usb"),
            ["io.cache"] = ValueForm.OneOf("none", "metadata", "writeback", "unsafe"),
            ["limits.max"] = ValueForm.DiskRate,
            ["limits.read"] = ValueForm.DiskRate,
            ["limits.write"] = ValueForm.DiskRate,
            ["size"] = ValueForm.Size,
            ["size.state"] = ValueForm.Size,
            ["wwn"] = ValueForm.WorldWideName,
        },
        ["infiniband"] = new(StringComparer.Ordinal) { ["nictype"] = ValueForm.OneOf("physical", "sriov") },
        ["nic"] = new(StringComparer.Ordinal)
        {
            ["hwaddr"] = ValueForm.HardwareAddress,
            ["ipv4.address"] = ValueForm.Address,
            ["limits.egress"] = ValueForm.BitRate,
            ["limits.ingress"] = ValueForm.BitRate,
            ["limits.max"] = ValueForm.BitRate,
            ["name"] = ValueForm.InterfaceName,
            ["nictype"] = ValueForm.OneOf([.. KindsOf(Nic)]),
            ["vlan"] = ValueForm.Vlan,
            // Listed as a number, but it takes several.
            ["vlan.tagged"] = ValueForm.Text,
        },
        ["pci"] = new(StringComparer.Ordinal) { ["address"] = ValueForm.PciAddress },
        ["proxy"] = new(StringComparer.Ordinal)
        {
            ["bind"] = ValueForm.OneOf("host", "instance", "guest", "container"),
            ["connect"] = ValueForm.ProxyEnd,
            ["listen"] = ValueForm.ProxyEnd,
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

    // Of which kind a network makes its cards, only Incus knows.
    private static readonly Dictionary<string, string> OptionsOnNetwork = IncusOptions.Devices
        .Where(kind => kind.Key.StartsWith(Nic, StringComparison.Ordinal) && kind.Value.ContainsKey("network"))
        .SelectMany(kind => kind.Value)
        .DistinctBy(option => option.Key)
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>The kinds of GPU, as <c>gputype</c> names them.</summary>
    public static IReadOnlyList<string> GpuTypes { get; } = KindsOf(Gpu);

    /// <summary>The options that Incus lists for a device of a type that it has, each with its type.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="kind">Its <c>nictype</c> or <c>gputype</c>; null for that of a network.</param>
    /// <returns>None where there is no such kind.</returns>
    public static IReadOnlyDictionary<string, string> OptionsOf(string type, string? kind) => (type, kind) switch
    {
        ("nic", null) => OptionsOnNetwork,
        ("nic", _) => Listed(Nic + kind),
        ("gpu", _) => Listed(Gpu + kind?.Replace('-', '_')),
        ("unix-char" or "unix-block", _) => Listed("unix-char-block"),
        _ => Listed(type),
    };

    /// <summary>Whether every device takes an option, whatever its type.</summary>
    public static bool IsCommon(string option) => Unlisted.Contains(option, StringComparer.Ordinal)
        || option.StartsWith("user.", StringComparison.Ordinal) || option.StartsWith("initial.", StringComparison.Ordinal);

    /// <summary>What a value of an option looks like; null where any will do.</summary>
    public static ValueForm? FormOf(string type, string? kind, string option) => (kind, option) switch
    {
        // These kinds take lists, and networks.
        ("routed" or "ipvlan", "ipv4.address") => null,
        _ => FormsOfTypes.GetValueOrDefault(type)?.GetValueOrDefault(option)
            ?? Forms.GetValueOrDefault(option)
            ?? OptionsOf(type, kind).GetValueOrDefault(option) switch
            {
                "bool" => ValueForm.AnyBoolean,
                "int" when option == "mode" => ValueForm.FileMode,
                "int" or "integer" => ValueForm.Unsigned,
                _ => null,
            },
    };

    /// <summary>The options without which Incus rejects a device; of each list, one is enough.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> NeedsOf(string type) => Needs.GetValueOrDefault(type, []);

    private static IReadOnlyDictionary<string, string> Listed(string name) =>
        IncusOptions.Devices.GetValueOrDefault(name) ?? new Dictionary<string, string>();

    private static List<string> KindsOf(string prefix) =>
    [
        .. IncusOptions.Devices.Keys
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name[prefix.Length..].Replace('_', '-')),
    ];
}
