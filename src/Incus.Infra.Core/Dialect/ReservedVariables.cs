namespace Incus.Infra.Core.Dialect;

/// <summary>Names that a machine's own variables must not have.</summary>
internal static class ReservedVariables
{
    /// <summary>
    /// What variables begin with that the build writes, or that change how Ansible connects and what Apply may do.
    /// </summary>
    public static readonly IReadOnlyList<string> Prefixes = ["ansible_", "domain_", "incus_", "infra_", "instance_"];

    /// <summary>The other variables that the build writes.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "addressing", "base_subnet", "copy_index", "copy_name", "default_connection", "default_os_image", "default_user",
        "network_policies", "project_name", "subnet_id",
    ];

    // What the collection lets each machine set for itself.
    private static readonly string[] FreeNames = ["infra_cloud_init_timeout", "infra_lock_timeout", "infra_network_timeout"];

    /// <summary>Whether a machine must not have a variable of its own with this name.</summary>
    public static bool Contains(string name) =>
        Names.Contains(name, StringComparer.Ordinal)
        || (Prefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal)) && !FreeNames.Contains(name));
}
