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

/// <summary>The configuration keys of Incus instances: its options, and what it checks in them beyond their type.</summary>
internal static class IncusKeys
{
    /// <summary>Families that Incus writes itself.</summary>
    public static readonly IReadOnlyList<string> Internal = ["volatile.", "image."];

    /// <summary>The family that Apply writes itself, to know what it made.</summary>
    public const string Marks = "user.infra.";

    // Source: internal/instance/config.go of Incus.
    private static readonly Dictionary<string, ValueForm> Forms = new(StringComparer.Ordinal)
    {
        ["boot.autostart"] = ValueForm.Autostart,
        ["boot.host_shutdown_action"] = ValueForm.OneOf("stop", "force-stop", "stateful-stop"),
        ["cluster.evacuate"] = ValueForm.OneOf("auto", "migrate", "live-migrate", "stop", "stateful-stop", "force-stop"),
        ["environment.*"] = ValueForm.Line,
        ["limits.cpu"] = ValueForm.Cpus,
        ["limits.cpu.allowance"] = ValueForm.CpuAllowance,
        ["limits.cpu.nodes"] = ValueForm.CpuNodes,
        ["limits.cpu.priority"] = ValueForm.Priority,
        ["limits.disk.priority"] = ValueForm.Priority,
        ["limits.hugepages.1GB"] = ValueForm.Size,
        ["limits.hugepages.1MB"] = ValueForm.Size,
        ["limits.hugepages.2MB"] = ValueForm.Size,
        ["limits.hugepages.64KB"] = ValueForm.Size,
        ["limits.memory"] = ValueForm.Memory,
        ["limits.memory.enforce"] = ValueForm.OneOf("soft", "hard"),
        ["limits.memory.hotplug"] = ValueForm.SizeOrBoolean,
        ["limits.memory.oom_priority"] = ValueForm.OomPriority,
        ["limits.memory.swap"] = ValueForm.SizeOrBoolean,
        ["limits.memory.swap.priority"] = ValueForm.Priority,
        ["migration.incremental.memory.goal"] = ValueForm.Unsigned,
        ["migration.incremental.memory.iterations"] = ValueForm.Unsigned,
        ["security.idmap.base"] = ValueForm.Unsigned,
        ["security.idmap.size"] = ValueForm.Unsigned,
        ["snapshots.expiry"] = ValueForm.Expiry,
        ["snapshots.expiry.manual"] = ValueForm.Expiry,
    };

    private static readonly Dictionary<string, IncusKey> Known = new(StringComparer.Ordinal);

    private static readonly List<(string Prefix, IncusKey Key)> Families = [];

    static IncusKeys()
    {
        foreach (var (condition, options) in IncusOptions.Instance)
        {
            var scope = ScopeOf(condition);
            foreach (var (name, type) in options)
            {
                Add(name, new IncusKey(Forms.GetValueOrDefault(name) ?? FormOf(type), scope));
            }
        }

        // Listed by Incus under another heading, and as options of containers only, but taken for both.
        Add("limits.kernel.*", new IncusKey(ValueForm.Text, KeyScope.Container));
        Known["security.nesting"] = new IncusKey(ValueForm.Boolean, KeyScope.Any);
    }

    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>The key called <paramref name="name"/>, or null when Incus has none.</summary>
    public static IncusKey? Find(string name) => Known.GetValueOrDefault(name)
        ?? Families.Find(f => name.StartsWith(f.Prefix, StringComparison.Ordinal)).Key;

    // A name ending in a star, or with a part in angle brackets, stands for a family.
    private static void Add(string name, IncusKey key)
    {
        var end = name.IndexOfAny(['*', '<']);
        if (end < 0)
        {
            Known.Add(name, key);
        }
        else
        {
            Families.Add((name[..end], key));
        }
    }

    private static KeyScope ScopeOf(string condition)
    {
        var isOfContainers = condition.Contains("container", StringComparison.Ordinal);
        var isOfMachines = condition.Contains("virtual machine", StringComparison.Ordinal);
        return isOfContainers == isOfMachines ? KeyScope.Any : isOfContainers ? KeyScope.Container : KeyScope.VirtualMachine;
    }

    private static ValueForm FormOf(string type) => type switch
    {
        "bool" => ValueForm.Boolean,
        "integer" => ValueForm.Integer,
        _ => ValueForm.Text,
    };
}
