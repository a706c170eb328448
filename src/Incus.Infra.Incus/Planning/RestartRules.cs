using System.Collections.Immutable;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>Which changes a running instance would not notice.</summary>
internal static class RestartRules
{
    // Source: "liveupdate: no" in the doc/config_options.txt of Incus 6.0 to 7, without the keys that only the host's own
    // start, the snapshot scheduler or an evacuation reads. A key that ends in a dot stands for its family.
    private static readonly string[] Keys =
    [
        "agent.nic_config", "cloud-init.", "limits.memory.hugepages", "linux.sysctl.", "migration.stateful", "nvidia.", "oci.",
        "raw.idmap", "raw.lxc", "raw.qemu", "raw.qemu.", "raw.seccomp", "security.agent.metrics", "security.bpffs.",
        "security.csm", "security.guestapi", "security.guestapi.", "security.idmap.", "security.iommu", "security.privileged",
        "security.secureboot", "security.selinux.", "security.sev", "security.sev.", "security.syscalls.",
        "user.network-config", "user.user-data", "user.vendor-data",
    ];

    // Live members of these families.
    private static readonly string[] LiveKeys = ["security.syscalls.intercept.mount."];

    // Source: UpdatableFields of bridged NICs. The address is among them, but a guest keeps its lease.
    private static readonly string[] LiveCardOptions =
    [
        "limits.", "security.", "ipv4.routes", "ipv6.routes",
    ];

    // Not among them: Incus takes the card out and puts in another one, which the guest does not set up.
    private const string PortIsolation = "security.port_isolation";

    // Source: Incus 6.0 to 7, driver_qemu.go: the memory of a running virtual machine grows to no more than it was started with
    // and shrinks as far as its guest gives it back; processors come and go by number, but are never pinned anew.
    private const string Memory = "limits.memory";
    private const string Processors = "limits.cpu";

    /// <summary>Whether a running instance must be restarted for another value of a key to take effect.</summary>
    public static bool Applies(string key) => Matches(Keys, key) && !Matches(LiveKeys, key);

    /// <summary>Those of an object's changes that a running instance must be restarted for, by name.</summary>
    /// <param name="changes">All changes.</param>
    /// <param name="before">The object's devices are these and those among the changes.</param>
    /// <param name="isOfVirtualMachine">Whether it is a virtual machine, or a profile of one.</param>
    public static ImmutableSortedSet<string> Unnoticed(
        IReadOnlyCollection<PropertyChange> changes,
        ImmutableSortedDictionary<Property, string> before,
        bool isOfVirtualMachine)
    {
        var cards = before.Select(p => (p.Key, (string?)p.Value))
            .Concat(changes.Select(c => (c.Property, c.New)))
            .Where(p => p is ({ Section: Section.Devices, Key: "type" }, "nic"))
            .Select(p => p.Item1.Device)
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. changes
                .Where(c => Applies(c.Property, cards) || (isOfVirtualMachine && IsFixedAtItsStart(c)))
                .Select(c => c.Property.ToString()),
        ];
    }

    private static bool IsFixedAtItsStart(PropertyChange change) => change.Property is { Section: Section.Config, Key: var key }
        && (key == Memory || (key == Processors && !(IsNumber(change.Old) && IsNumber(change.New))));

    private static bool IsNumber(string? processors) => processors is null || processors.All(char.IsAsciiDigit);

    private static bool Applies(Property property, HashSet<string> cards) => property switch
    {
        { Section: Section.Config, Key: var key } => Applies(key),
        { Section: Section.Devices, Device: var device, Key: var option } =>
            cards.Contains(device) && (option == PortIsolation || !Matches(LiveCardOptions, option)),
        _ => false,
    };

    private static bool Matches(string[] families, string key) =>
        families.Any(f => key == f || (f.EndsWith('.') && key.StartsWith(f, StringComparison.Ordinal)));
}
