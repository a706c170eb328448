using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>Which changes a running instance would not notice.</summary>
internal static class RestartRules
{
    // Source: "liveupdate: no" in Incus's doc/config_options.txt, without the keys that only the host's own start, the
    // snapshot scheduler or an evacuation reads. A key that ends in a dot stands for its family.
    private static readonly string[] Keys =
    [
        "agent.nic_config", "cloud-init.", "limits.memory.hugepages", "linux.sysctl.", "migration.stateful", "nvidia.",
        "raw.idmap", "raw.lxc", "raw.qemu", "raw.qemu.", "raw.seccomp", "security.agent.metrics", "security.csm",
        "security.guestapi", "security.guestapi.", "security.idmap.", "security.iommu", "security.privileged",
        "security.secureboot", "security.sev", "security.sev.", "security.syscalls.", "user.network-config",
        "user.user-data", "user.vendor-data",
    ];

    // Source: UpdatableFields of bridged NICs. The address is among them, but a guest keeps its lease.
    private static readonly string[] LiveCardOptions =
    [
        "limits.", "security.", "ipv4.routes", "ipv6.routes",
    ];

    /// <summary>Whether a running instance must be restarted for a change to take effect.</summary>
    /// <param name="change">The change.</param>
    /// <param name="cards">The instance's network cards, by device name, before and after.</param>
    public static bool Applies(PropertyChange change, IReadOnlySet<string> cards) => change.Property switch
    {
        { Section: Section.Config, Key: var key } => Matches(Keys, key),
        { Section: Section.Devices, Device: var device, Key: var option } =>
            cards.Contains(device) && !Matches(LiveCardOptions, option),
        _ => false,
    };

    private static bool Matches(string[] families, string key) =>
        families.Any(f => key == f || (f.EndsWith('.') && key.StartsWith(f, StringComparison.Ordinal)));
}
