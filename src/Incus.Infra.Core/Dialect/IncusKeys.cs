namespace Incus.Infra.Core.Dialect;

/// <summary>What Incus expects as the value of a configuration key.</summary>
internal enum KeyType
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A boolean.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Integer,
}

/// <summary>Which instances a configuration key is for.</summary>
internal enum KeyScope
{
    /// <summary>Containers and virtual machines.</summary>
    Any,

    /// <summary>Containers only.</summary>
    Container,

    /// <summary>Virtual machines only.</summary>
    VirtualMachine,
}

/// <summary>A configuration key of Incus instances.</summary>
internal sealed record IncusKey(KeyType Type, KeyScope Scope);

/// <summary>
/// The instance options of Incus (source: "Instance options" in the Incus documentation, doc/config_options.txt).
/// A key ending in <c>*</c> stands for a family.
/// </summary>
internal static class IncusKeys
{
    /// <summary>Families that Incus writes itself.</summary>
    public static readonly IReadOnlyList<string> Internal = ["volatile.", "image."];

    private static readonly Dictionary<string, IncusKey> Known = new(StringComparer.Ordinal);

    private static readonly List<(string Prefix, IncusKey Key)> Families = [];

    static IncusKeys()
    {
        Add(KeyType.Boolean, KeyScope.Any,
            "boot.autorestart boot.autostart migration.stateful security.guestapi security.nesting "
            + "security.protection.delete security.protection.start snapshots.schedule.stopped");
        Add(KeyType.Integer, KeyScope.Any,
            "boot.autostart.delay boot.autostart.priority boot.host_shutdown_timeout boot.stop.priority "
            + "limits.disk.priority limits.memory.oom_priority");
        Add(KeyType.Text, KeyScope.Any,
            "boot.host_shutdown_action cloud-init.network-config cloud-init.user-data cloud-init.vendor-data "
            + "cluster.evacuate environment.* limits.cpu limits.cpu.nodes limits.memory raw.apparmor "
            + "security.selinux.domain security.selinux.level security.selinux.type smbios11.* snapshots.expiry "
            + "snapshots.expiry.manual snapshots.pattern snapshots.schedule systemd.credential.* "
            + "systemd.credential-binary.* user.*");
        Add(KeyType.Boolean, KeyScope.Container,
            "migration.incremental.memory nvidia.runtime security.guestapi.images security.idmap.isolated "
            + "security.privileged security.protection.shift security.syscalls.deny_compat "
            + "security.syscalls.deny_default security.syscalls.intercept.bpf security.syscalls.intercept.bpf.devices "
            + "security.syscalls.intercept.mknod security.syscalls.intercept.mount "
            + "security.syscalls.intercept.mount.shift security.syscalls.intercept.sched_setscheduler "
            + "security.syscalls.intercept.setxattr security.syscalls.intercept.sysinfo");
        Add(KeyType.Integer, KeyScope.Container,
            "limits.cpu.priority limits.memory.swap.priority limits.processes migration.incremental.memory.goal "
            + "migration.incremental.memory.iterations security.idmap.base security.idmap.size");
        Add(KeyType.Text, KeyScope.Container,
            "limits.cpu.allowance limits.hugepages.* limits.kernel.* limits.memory.enforce limits.memory.swap "
            + "linux.kernel_modules linux.sysctl.* nvidia.driver.capabilities nvidia.require.cuda "
            + "nvidia.require.driver oci.* raw.idmap raw.lxc raw.seccomp security.bpffs.* "
            + "security.selinux.label_rootfs security.syscalls.allow security.syscalls.deny "
            + "security.syscalls.intercept.mount.allowed security.syscalls.intercept.mount.fuse");
        Add(KeyType.Boolean, KeyScope.VirtualMachine,
            "agent.nic_config limits.memory.hugepages security.agent.metrics security.csm security.iommu "
            + "security.secureboot security.sev security.sev.policy.es");
        Add(KeyType.Text, KeyScope.VirtualMachine,
            "limits.memory.hotplug raw.qemu raw.qemu.* security.sev.session.data security.sev.session.dh");
    }

    /// <summary>All keys that are not families.</summary>
    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>The key called <paramref name="name"/>, or null when Incus has none.</summary>
    public static IncusKey? Find(string name) => Known.GetValueOrDefault(name)
        ?? Families.Find(f => name.StartsWith(f.Prefix, StringComparison.Ordinal)).Key;

    private static void Add(KeyType type, KeyScope scope, string names)
    {
        var key = new IncusKey(type, scope);
        foreach (var name in names.Split(' '))
        {
            if (name.EndsWith('*'))
            {
                Families.Add((name[..^1], key));
            }
            else
            {
                Known.Add(name, key);
            }
        }
    }
}
