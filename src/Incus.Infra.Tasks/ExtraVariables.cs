using System.Text.Json;

namespace Incus.Infra.Tasks;

/// <summary>The properties of the command line as variables of the roles.</summary>
internal static class ExtraVariables
{
    /// <summary>As JSON, or null when there are none.</summary>
    /// <param name="playbook">Has the properties.</param>
    /// <param name="onlyDomain">A domain without machines, which no limit of Ansible can name; null for what the limit names.</param>
    public static string? Of(AnsiblePlaybook playbook, string? onlyDomain)
    {
        var variables = new List<string>();
        if (onlyDomain is not null)
        {
            variables.Add($"\"infra_domains\":[\"{onlyDomain}\"],\"infra_only\":[\"{onlyDomain}\"]");
        }

        if (playbook.AutoCleanup)
        {
            variables.Add("\"infra_auto_cleanup\":true");
        }

        if (playbook.AllowReplace)
        {
            variables.Add("\"infra_allow_replace\":true");
        }

        if (playbook.SnapshotBefore is not null)
        {
            variables.Add($"\"infra_snapshot_before\":\"{JsonEncodedText.Encode(playbook.SnapshotBefore.ToLowerInvariant())}\"");
        }

        if (playbook.IncusRemote is not null)
        {
            variables.Add($"\"infra_remote\":\"{JsonEncodedText.Encode(playbook.IncusRemote)}\"");
        }

        return variables.Count == 0 ? null : $"{{{string.Join(',', variables)}}}";
    }
}
