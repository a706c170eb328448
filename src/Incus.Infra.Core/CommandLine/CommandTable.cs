namespace Incus.Infra.Core.CommandLine;

/// <summary>Which target takes which property, and what people call these.</summary>
internal static class CommandTable
{
    private static readonly string[] s_switch = ["true", "false"];
    private static readonly string[] s_playbook = ["Plan", "Apply", "Verify", "Snapshots"];
    private static readonly string[] s_change = ["Plan", "Apply"];
    private static readonly string[] s_scoped = ["Snap", "SnapRestore", "SnapList", "SnapDelete"];

    private static readonly string[] s_machines =
        ["Machine", "Machines", "Host", "Hosts", "Node", "Nodes", "Name", "Container", "VM", "Target", "Only"];

    /// <summary>The properties, in the order of the reference.</summary>
    public static IReadOnlyList<CommandProperty> Properties { get; } =
    [
        new("FailOnChange", ["SyncDry"], ["FailOnDiff", "FailIfChanged", "ExitCode", "Check"]) { Values = s_switch },
        new("Tags", s_change, ["Tag", "OnlyTags", "Kind", "Kinds"]),
        new("SkipTags", s_change, ["Skip", "ExcludeTags", "ExceptTags"]),
        new("Limit", s_playbook, [.. s_machines, "Instance", "Instances", "Domain", "Domains", "Group", "Project"]),
        new("AutoCleanup", s_change, ["Cleanup", "Clean", "Prune", "Purge", "RemoveOrphans", "DeleteOrphans"])
        {
            Values = s_switch,
        },
        new("AllowReplace", s_change, ["Replace", "Recreate"]) { Values = s_switch },
        new("SnapshotBefore", s_change, ["Backup", "BackupBefore"]) { Values = ["auto", "always", "never"] },
        new("IncusRemote", [.. s_playbook, "Doctor", .. s_scoped], ["Remote", "Server"]),
        new("VaultPasswordFile", s_playbook, ["Vault", "VaultFile", "VaultPassword"]),
        new("AnsibleArguments", s_playbook, ["AnsibleArgs", "Arguments", "Args", "ExtraArgs", "ExtraVars"]),
        new("PlanFile", ["Plan"], ["Out", "OutFile", "OutputFile", "Json", "JsonFile", "FailOnChange"]),
        new("Instance", s_scoped, [.. s_machines, "Instances", "Limit"]),
        new("Domain", s_scoped, ["Domains", "Group", "Project", "Limit"]),
        new("Snapshot", ["Snap", "SnapRestore", "SnapDelete"], ["SnapshotName", "Name"]),
        new("Json", ["SnapList"], ["JsonFile", "Out", "OutFile", "OutputFile"]),
        new("Force", ["CleanOrphans", "SnapRestore"], ["Yes", "Confirm", "AutoApprove"]) { Values = s_switch },
    ];

    /// <summary>
    /// Targets that change something, with those that only look: who asks the first not to change anything means the second.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Previews { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Sync"] = "SyncDry",
        ["CleanOrphans"] = "SyncDry",
        ["Apply"] = "Plan",
        ["Snap"] = "SnapList",
        ["SnapRestore"] = "SnapList",
        ["SnapDelete"] = "SnapList",
        ["Snapshots"] = "SnapList",
    };

    /// <summary>The words that are rejected even when misspelled: a user who writes one does not mean all machines.</summary>
    internal static IReadOnlyList<string> WordsForMachines { get; } = [.. s_machines, "Instance", "Domain", "Limit"];

    public static IReadOnlyList<string> ProjectProperties { get; } =
    [
        "InfraFile", "InfraLockFile", "InfraIntermediateOutputPath", "InfraNamespace", "InfraCodeFile", "InfraAnsiblePlaybookExe",
        "InfraAnsibleDocExe", "InfraIncusExe", "InfraAnsibleCollectionsPath",
        "InfraBuildDependsOn", "InfraRebuildDependsOn", "InfraSyncDependsOn", "InfraSyncDryDependsOn", "InfraValidateDependsOn",
        "InfraPlanDependsOn", "InfraApplyDependsOn", "InfraVerifyDependsOn", "InfraSnapDependsOn", "InfraSnapRestoreDependsOn",
        "InfraSnapListDependsOn", "InfraSnapDeleteDependsOn", "InfraSnapshotsDependsOn", "InfraDoctorDependsOn",
        "InfraCleanDependsOn", "InfraGenerateCodeDependsOn", "InfraCleanOrphansDependsOn",
        "InfraCustomBeforeProps", "InfraCustomAfterProps", "InfraCustomBeforeTargets", "InfraCustomAfterTargets",
    ];

    /// <summary>What asks a target, in its name, not to change anything.</summary>
    internal static IReadOnlyList<string> PreviewWords(string verb) => verb switch
    {
        "Sync" => ["DryRun", "WhatIf", "CheckMode", "FailOnChange"],
        "Apply" => ["DryRun", "WhatIf", "CheckMode", "Check", "FailOnChange", "PlanFile"],
        _ => ["DryRun", "WhatIf", "CheckMode", "Check"],
    };
}
