using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>INFRA4190 to INFRA4194: the names by which machines of different domains find each other.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4190: the hosts file of a machine cannot be read or written.</summary>
    public static Diagnostic NoNames(ObjectId id, string reason) => Error(
        "INFRA4190",
        $"{id}: its /etc/hosts does not get the names of the machines that policies let it reach: {reason.TrimEnd('.')}. "
        + "Make it a regular file that Incus can write, or set instance_hosts in its host_vars to an empty mapping.");

    /// <summary>INFRA4191: the hosts file of a machine has other lines than infra.yml says.</summary>
    /// <param name="id">The machine.</param>
    /// <param name="missing">Lines that it should have.</param>
    /// <param name="surplus">Lines that it should not have.</param>
    public static Diagnostic OtherNames(ObjectId id, IReadOnlyList<string> missing, IReadOnlyList<string> surplus)
    {
        string[] faults =
        [
            .. missing.Count == 0 ? [] : new[] { $"lacks {Some(missing)}" },
            .. surplus.Count == 0 ? [] : new[] { $"still has {Some(surplus)}" },
            .. missing.Count + surplus.Count > 0 ? [] : new[] { "has its lines otherwise than Apply wrote them" },
        ];
        return Error(
            "INFRA4191",
            $"{id}: its /etc/hosts {string.Join(" and ", faults)}. Run Apply with Repair=true. If the machine writes the file "
            + "itself when it starts, as cloud-init does with manage_etc_hosts, end that first.");
    }

    private static string Some(IReadOnlyList<string> lines) =>
        $"'{Excerpt.Of(lines[0])}'{(lines.Count == 1 ? "" : $" and {lines.Count - 1} more")}";
}
