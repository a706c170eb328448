using System.Text.Json;

namespace Incus.Infra.Tasks;

/// <content>What the properties of the command line are to the roles.</content>
public abstract partial class AnsiblePlaybook
{
    private string? ExtraVariables(string? onlyDomain)
    {
        var variables = new List<string>();
        if (onlyDomain is not null)
        {
            variables.Add($"\"infra_domains\":[\"{onlyDomain}\"],\"infra_only\":[\"{onlyDomain}\"]");
        }

        if (AutoCleanup)
        {
            variables.Add("\"infra_auto_cleanup\":true");
        }

        if (AllowReplace)
        {
            variables.Add("\"infra_allow_replace\":true");
        }

        if (SnapshotBefore is not null)
        {
            variables.Add($"\"infra_snapshot_before\":\"{JsonEncodedText.Encode(SnapshotBefore)}\"");
        }

        if (IncusRemote is not null)
        {
            variables.Add($"\"infra_remote\":\"{JsonEncodedText.Encode(IncusRemote)}\"");
        }

        return variables.Count == 0 ? null : $"{{{string.Join(',', variables)}}}";
    }
}
