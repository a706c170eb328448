using System.Text.Json.Nodes;

namespace Incus.Infra.Tasks;

/// <summary>The properties of the command line as variables of the roles.</summary>
internal static class ExtraVariables
{
    /// <summary>As JSON, or null when there are none.</summary>
    /// <param name="playbook">Has the properties.</param>
    /// <param name="emptyDomains">
    /// Domains without machines, which no limit of Ansible can name; none for what the limit names.
    /// </param>
    public static string? Of(AnsiblePlaybook playbook, IReadOnlyList<string> emptyDomains)
    {
        var variables = new JsonObject();
        if (playbook is EnginePlaybook engine)
        {
            Add(variables, engine);
        }

        if (emptyDomains.Count > 0)
        {
            variables["infra_domains"] = new JsonArray([.. emptyDomains.Select(d => JsonValue.Create(d))]);
            variables["infra_only"] = new JsonArray([.. emptyDomains.Select(d => JsonValue.Create(d))]);
        }

        if (playbook.IncusRemote is not null)
        {
            variables["infra_remote"] = playbook.IncusRemote;
        }

        return variables.Count == 0 ? null : variables.ToJsonString();
    }

    private static void Add(JsonObject variables, EnginePlaybook playbook)
    {
        if (playbook.EngineHasRun)
        {
            variables["incus_infra_kinds"] = new JsonArray();
        }

        if (playbook.Images is { } images)
        {
            variables["infra_images"] = images.DeepClone();
        }

        if (playbook.AutoCleanup)
        {
            variables["infra_auto_cleanup"] = true;
        }

        if (playbook.AllowReplace)
        {
            variables["infra_allow_replace"] = true;
        }

        if (playbook.AllowMove)
        {
            variables["infra_allow_move"] = true;
        }

        if (playbook.Repair)
        {
            variables["infra_repair"] = true;
        }

        if (playbook.SnapshotBefore is not null)
        {
            variables["infra_snapshot_before"] = playbook.SnapshotBefore.ToLowerInvariant();
        }
    }
}
