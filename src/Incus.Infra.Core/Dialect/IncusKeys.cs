namespace Incus.Infra.Core.Dialect;

/// <summary>Which instances a configuration key is for.</summary>
internal enum KeyScope
{
    /// <summary>Containers and virtual machines.</summary>
    Any,

    Container,

    VirtualMachine,
}

/// <summary>A configuration key of Incus instances.</summary>
internal sealed record IncusKey(ValueForm Form, KeyScope Scope);

/// <summary>
/// The instance options of Incus (source: "Instance options" in the Incus documentation, doc/config_options.txt).
/// A key ending in <c>*</c> stands for a family.
/// </summary>
internal static class IncusKeys
{
    /// <summary>Families that Incus writes itself.</summary>
    public static readonly IReadOnlyList<string> Internal = ["volatile.", "image."];

    /// <summary>The family that Apply writes itself, to know what it made.</summary>
    public const string Marks = "user.infra.";

    private static readonly Dictionary<string, IncusKey> Known = new(StringComparer.Ordinal);

    private static readonly List<(string Prefix, IncusKey Key)> Families = [];

    static IncusKeys()
    {
        Add(ValueForm.Boolean, KeyScope.Any,
            "boot.autorestart migration.stateful security.guestapi security.nesting security.protection.delete "
            + "security.protection.start snapshots.schedule.stopped");
        Add(ValueForm.Autostart, KeyScope.Any, "boot.autostart");
        Add(ValueForm.Integer, KeyScope.Any,
            "boot.autostart.delay boot.autostart.priority boot.host_shutdown_timeout boot.stop.priority");
        Add(ValueForm.Priority, KeyScope.Any, "limits.disk.priority");
        Add(ValueForm.OomPriority, KeyScope.Any, "limits.memory.oom_priority");
        Add(ValueForm.OneOf("stop", "force-stop", "stateful-stop"), KeyScope.Any, "boot.host_shutdown_action");
        Add(ValueForm.OneOf("auto", "migrate", "live-migrate", "stop", "stateful-stop", "force-stop"), KeyScope.Any,
            "cluster.evacuate");
        Add(ValueForm.Line, KeyScope.Any, "environment.*");
        Add(ValueForm.Cpus, KeyScope.Any, "limits.cpu");
        Add(ValueForm.CpuNodes, KeyScope.Any, "limits.cpu.nodes");
        Add(ValueForm.Memory, KeyScope.Any, "limits.memory");
        Add(ValueForm.Expiry, KeyScope.Any, "snapshots.expiry snapshots.expiry.manual");
        Add(ValueForm.Text, KeyScope.Any,
            "cloud-init.network-config cloud-init.user-data cloud-init.vendor-data raw.apparmor "
            + "security.selinux.domain security.selinux.level security.selinux.type smbios11.* snapshots.pattern "
            + "snapshots.schedule systemd.credential.* systemd.credential-binary.* user.*");
        Add(ValueForm.Boolean, KeyScope.Container,
            "migration.incremental.memory nvidia.runtime security.guestapi.images security.idmap.isolated "
            + "security.privileged security.protection.shift security.syscalls.deny_compat "
            + "security.syscalls.deny_default security.syscalls.intercept.bpf security.syscalls.intercept.bpf.devices "
            + "security.syscalls.intercept.mknod security.syscalls.intercept.mount "
            + "security.syscalls.intercept.mount.shift security.syscalls.intercept.sched_setscheduler "
            + "security.syscalls.intercept.setxattr security.syscalls.intercept.sysinfo");
        Add(ValueForm.Integer, KeyScope.Container, "limits.processes");
        Add(ValueForm.Priority, KeyScope.Container, "limits.cpu.priority limits.memory.swap.priority");
        Add(ValueForm.Unsigned, KeyScope.Container,
            "migration.incremental.memory.goal migration.incremental.memory.iterations security.idmap.base security.idmap.size");
        Add(ValueForm.CpuAllowance, KeyScope.Container, "limits.cpu.allowance");
        Add(ValueForm.Size, KeyScope.Container, "limits.hugepages.*");
        Add(ValueForm.OneOf("soft", "hard"), KeyScope.Container, "limits.memory.enforce");
        Add(ValueForm.SizeOrBoolean, KeyScope.Container, "limits.memory.swap");
        Add(ValueForm.Text, KeyScope.Container,
            "limits.kernel.* linux.kernel_modules linux.sysctl.* nvidia.driver.capabilities nvidia.require.cuda "
            + "nvidia.require.driver oci.* raw.idmap raw.lxc raw.seccomp security.bpffs.* "
            + "security.selinux.label_rootfs security.syscalls.allow security.syscalls.deny "
            + "security.syscalls.intercept.mount.allowed security.syscalls.intercept.mount.fuse");
        Add(ValueForm.Boolean, KeyScope.VirtualMachine,
            "agent.nic_config limits.memory.hugepages security.agent.metrics security.csm security.iommu "
            + "security.secureboot security.sev security.sev.policy.es");
        Add(ValueForm.SizeOrBoolean, KeyScope.VirtualMachine, "limits.memory.hotplug");
        Add(ValueForm.Text, KeyScope.VirtualMachine, "raw.qemu raw.qemu.* security.sev.session.data security.sev.session.dh");
    }

    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>The key called <paramref name="name"/>, or null when Incus has none.</summary>
    public static IncusKey? Find(string name) => Known.GetValueOrDefault(name)
        ?? Families.Find(f => name.StartsWith(f.Prefix, StringComparison.Ordinal)).Key;

    private static void Add(ValueForm form, KeyScope scope, string names)
    {
        var key = new IncusKey(form, scope);
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
