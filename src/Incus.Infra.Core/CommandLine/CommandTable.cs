namespace Incus.Infra.Core.CommandLine;

/// <summary>
/// The targets and the properties of the command line. <c>Help</c>, the checks and the tables of docs/reference.md come from
/// here.
/// </summary>
internal static class CommandTable
{
    private static readonly string[] Switch = ["true", "false"];
    private static readonly string[] Playbook = ["Plan", "Apply", "Verify", "Snapshots"];
    private static readonly string[] Change = ["Plan", "Apply"];
    private static readonly string[] Scoped = ["Snap", "SnapRestore", "SnapList", "SnapDelete"];

    private static readonly string[] Machines =
        ["Machine", "Machines", "Host", "Hosts", "Node", "Nodes", "Name", "Container", "VM", "Target", "Only"];

    /// <summary>The targets, in the order of the reference.</summary>
    public static IReadOnlyList<CommandTarget> Targets { get; } =
    [
        new("Build", "The default: runs `Sync`."),
        new(
            "Sync",
            "Validates infra.yml and writes the files of the tree whose text changed. If there is an error, it writes "
            + "nothing."),
        new("SyncDry", "Shows as a unified diff what `Sync` would write, and writes nothing."),
        new("Validate", "Reports errors and warnings in infra.yml, and writes nothing."),
        new(
            "CleanOrphans",
            "Deletes the generated files of domains and machines no longer in infra.yml. Keeps files with your own text, "
            + "unless `Force=true`, and always those of protected machines."),
        new(
            "Plan",
            "Shows what `Apply` would do in Incus and why, key by key; `(drift)` marks what somebody "
            + "else changed. Needs no `Sync` first, and writes nothing, neither here nor in Incus."),
        new(
            "Apply",
            "`Sync`, then the playbook: makes Incus match infra.yml and provisions the machines. Succeeds only when those that "
            + "declare [`health`](infra-yml.md#health) are healthy."),
        new(
            "Status",
            "Shows each machine with its state, and whether it is as it was applied last; what somebody changed by hand is named "
            + "key by key with `-v:detailed`. What infra.yml has changed since is for `Plan`. Changes nothing; machines "
            + "with [`health`](infra-yml.md#health) are asked whether they are healthy."),
        new(
            "Verify",
            "`Sync`, then checks in the machines that what `provision` declares is there, in the declared version, that they "
            + "are [healthy](infra-yml.md#health), and [sends packets between them](isolation.md#verify-proves-it): what "
            + "`network_policies` allow must be open, all else closed, and [names](isolation.md#names) there. Prints tables, "
            + "changes nothing, and fails when something is not as declared."),
        new(
            "Snap",
            "Takes a snapshot of an instance, of a domain's machines, or of all machines. See [Snapshots](snapshots.md)."),
        new("SnapRestore", "Restores a snapshot of an instance, of a domain's machines, or of all machines."),
        new("SnapList", "Lists snapshots."),
        new("SnapDelete", "Deletes a snapshot of an instance, of a domain's machines, or of all machines."),
        new(
            "Reset",
            "Brings the machines of a domain [back to their baseline](snapshots.md#back-to-the-baseline), volumes included; "
            + "those without one are made anew. Does not ask, and waits until they are [healthy](infra-yml.md#health)."),
        new(
            "Access",
            "Shows how the machines of domains with [`access`](access.md) are reached, and writes the cards for it to a file, "
            + "with its one-time token for Incus."),
        new(
            "Hosts",
            "Shows the [names of the machines](isolation.md#names) for the hosts file of the machine that the build runs on, and "
            + "writes them into it. Keeps what is outside of their block."),
        new(
            "Snapshots",
            "Runs the playbook `snapshot.yml`: takes the declared snapshots now, with their hooks. Needs no `Sync` first, "
            + "and writes nothing here."),
        new(
            "Graph",
            "Draws the infrastructure as `infra.svg`, `infra.html` and `infra.mmd`: domains, machines and what "
            + "`network_policies` allow. See [The picture](#the-picture)."),
        new(
            "Destroy",
            "[Deletes](#removing) what `Apply` made in Incus, of some domains or of all, whatever infra.yml says now. Shows "
            + "first what goes and what stays, and deletes nothing until that is confirmed. Keeps what is protected, and then "
            + "fails."),
        new(
            "Doctor",
            "Checks that Ansible, its plugins, the incus client and the Incus server are installed, recent enough and "
            + "accessible, and says how to fix what is not. Starts and installs nothing."),
        new(
            "Import",
            "Writes infra.yml and infra.lock.yml from the projects of a running Incus, and changes nothing there. Says which "
            + "projects and machines infra.yml cannot have, and why. "
            + "See [From a running host](migrating.md#from-a-running-host)."),
        new("Help", "Lists the targets and their properties."),
        new("Clean", "Forgets the last build; the next one checks every file. Keeps the tree, which is yours."),
        new("Rebuild", "`Clean`, then `Build`."),
        new("Restore", "Nothing: a project of this SDK uses no packages. It exists for `dotnet restore` and for solutions."),
        new(
            "InfraGenerateCode",
            "In a C# project, as part of its build: writes `Infra.g.cs`, [typed constants](#in-a-c-project)."),
    ];

    /// <summary>The properties, in the order of the reference.</summary>
    public static IReadOnlyList<CommandProperty> Properties { get; } =
    [
        new(
            "FailOnChange",
            ["SyncDry", "Plan", "Status"],
            ["FailOnDiff", "FailIfChanged", "ExitCode", "DetailedExitCode", "Check"])
        {
            Values = Switch,
            Meaning = "`true`: fails if a file would change or there is an orphan; for `Plan`, if `Apply` would change "
                + "something, with [INFRA5025](diagnostics.md#infra5025) and no other error (for CI); for `Status`, if anything "
                + "is not as applied or not there.",
            Default = "`false`",
        },
        new("Tags", Change, ["Tag", "OnlyTags", "Kind", "Kinds"])
        {
            Meaning = "Only what has one of these tags: `infra`, or one of `networks`, `projects`, `profiles`, `storage`, "
                + "`instances`; `provision`; those of your own plays. A tag that does not exist is an "
                + "[error](diagnostics.md#infra5016).",
            Default = "all; for `Plan` `infra`",
        },
        new("SkipTags", Change, ["Skip", "ExcludeTags", "ExceptTags"]) { Meaning = "All but what has one of these tags." },
        new("Limit", [.. Playbook, "Status"], [.. Machines, "Instance", "Instances", "Domain", "Domains", "Group", "Project"])
        {
            Meaning = "Only these domains or machines, as with Ansible's `--limit`; the infrastructure of a domain is always "
                + "applied as a whole. A name that nobody has is an [error](diagnostics.md#infra5013).",
            Default = "all",
        },
        new("AutoCleanup", Change, ["Cleanup", "Clean", "Prune", "Purge", "RemoveOrphans", "DeleteOrphans"])
        {
            Values = Switch,
            Meaning = "`true`: deletes objects in Incus that this project created and that are no longer in infra.yml, but "
                + "never protected ones.",
            Default = "`false`",
        },
        new("AllowReplace", Change, ["Replace", "Recreate"])
        {
            Values = Switch,
            Meaning = "`true`: recreates an instance when a change requires it, but never a protected one. The old instance is "
                + "deleted once the new one runs, and restored if the new one does not start. Also rebuilds protected ones that "
                + "[follow their images](images.md).",
            Default = "`false`",
        },
        new("AllowMove", Change, ["Move", "Migrate", "AllowMigrate"])
        {
            Values = Switch,
            Meaning = "`true`: stops machines whose [name or domain](infra-yml.md#another-name-for-a-machine) is another one, or "
                + "that in a [cluster](cluster.md) are elsewhere than `target` says, moves them with their volumes, and starts "
                + "them.",
            Default = "`false`",
        },
        new("SnapshotBefore", Change, ["Backup", "BackupBefore"])
        {
            Values = ["auto", "always", "never"],
            Meaning = "When `Apply` takes a snapshot of an instance: `auto` before a restart, `always` before every change, "
                + "`never`.",
            Default = "`auto`",
        },
        new("Repair", ["Apply"], ["Fix", "Heal", "Mend"])
        {
            Values = Switch,
            Meaning = "`true`: has Incus set up the firewall rules of bridges and machines anew. Somebody may have deleted them "
                + "on its host, as `nft flush ruleset` does, which Incus does not notice.",
            Default = "`false`",
        },
        new(
            "IncusRemote",
            [.. Playbook, "Status", "Graph", "Destroy", "Doctor", "Import", "Reset", "Access", "Hosts", .. Scoped],
            ["Remote", "Server"])
        {
            Meaning = "A [remote](remotes.md) of the incus client, for domains without `remote`. Without it, `INCUS_SOCKET`, "
                + "`INCUS_DIR` or the local server.",
        },
        new("VaultPasswordFile", [.. Playbook, "Reset"], ["Vault", "VaultFile", "VaultPassword"])
        {
            Meaning = "File with the Ansible Vault password, relative to the project.",
        },
        new("AnsibleArguments", Playbook, ["AnsibleArgs", "Arguments", "Args", "ExtraArgs", "ExtraVars"])
        {
            Meaning = "Additional arguments for ansible-playbook, as on its command line.",
        },
        new("PlanFile", ["Plan"], ["Out", "OutFile", "OutputFile", "Json", "JsonFile"])
        {
            Meaning = "File to write the plan to as JSON, relative to the project.",
        },
        new("PlanSummary", ["Plan"], ["Summary", "SummaryFile", "Markdown", "MarkdownFile", "Comment"])
        {
            Meaning = "File to write the plan to as Markdown for a pull request, relative to the project: the same text for the "
                + "same plan, and at most 60 kB.",
        },
        new("Detail", ["Plan"], ["Details", "Full", "Verbose"])
        {
            Values = ["grouped", "full"],
            Meaning = "`full`: each key of each object in the order of `Apply`. `grouped`: what destroys or interrupts something "
                + "first, what is the same for several objects once, and orphans as one line for each domain.",
            Default = "`grouped`",
        },
        new("FlowsFile", ["Verify"], ["Out", "OutFile", "OutputFile", "Json", "JsonFile", "Flows"])
        {
            Meaning = "File to write the tried connections to as JSON, relative to the project.",
        },
        new("Plan", ["Graph"], ["Planned", "Changes"])
        {
            Values = Switch,
            Meaning = "`true`: runs `Plan`, with its properties, and marks in the picture what `Apply` would change.",
            Default = "`false`",
        },
        new("Live", ["Graph"], ["State", "States", "Status"])
        {
            Values = Switch,
            Meaning = "`true`: shows in the picture the state of each machine in Incus, which it only asks.",
            Default = "`false`",
        },
        new("Instance", Scoped, [.. Machines, "Instances", "Limit"])
        {
            Meaning = "Instances in Incus; `self` for the one that the build runs in. infra.yml is not read.",
        },
        new("Domain", Scoped, ["Domains", "Group", "Project", "Limit"])
        {
            Meaning = "The machines of these domains, or `all`; with `Instance`, the project of that instance.",
            Default = "all, for `Snap` and `SnapList`",
        },
        new("Domain", ["Destroy"], [.. Machines, "Instance", "Instances", "Domains", "Group", "Project", "Limit", "Tags"])
        {
            Meaning = "Everything of these domains, separated by colons. infra.yml need not have them any more.",
            Default = "all",
        },
        new("Project", ["Import"], ["Projects", "Domain", "Domains", "Limit", "Only"])
        {
            Meaning = "The projects of Incus to import, separated by colons.",
            Default = "all",
        },
        new("Domain", ["Reset"], [.. Machines, "Instance", "Instances", "Domains", "Group", "Project", "Limit"])
        {
            Meaning = "The machines of these domains, separated by colons, or `all`. Required.",
        },
        new("Domain", ["Access"], [.. Machines, "Instance", "Instances", "Domains", "Group", "Project", "Limit"])
        {
            Meaning = "The cards of these domains, separated by colons.",
            Default = "all with `access`",
        },
        new("AccessFile", ["Access"], ["Out", "OutFile", "OutputFile", "File", "CardFile", "Cards"])
        {
            Meaning = "File to write the cards to, relative to the project; only its owner can read it. Without it no token is "
                + "made.",
        },
        new(
            "HostsFile",
            ["Hosts"],
            ["Out", "OutFile", "OutputFile", "File", "Path", "Write", "Confirm", "Yes", "Force", "AutoApprove"])
        {
            Meaning = "The hosts file to write, such as `/etc/hosts`, relative to the project.",
            Default = "on a terminal asks whether to write `/etc/hosts`; else only shows the block",
        },
        new("Renew", ["Access"], ["Revoke", "Force", "New"])
        {
            Values = Switch,
            Meaning = "`true`: takes back the tokens and certificates of these domains first, such as that of a lost computer.",
            Default = "`false`",
        },
        new("Snapshot", ["Snap", "SnapRestore", "SnapDelete"], ["SnapshotName", "Name"])
        {
            Meaning = "Name of the snapshot.",
            Default = "for `Snap` the date and time",
        },
        new("Snapshot", ["Reset"], ["SnapshotName", "Baseline"])
        {
            Meaning = "Name of the snapshot to go back to, which each machine must have.",
            Default = "`baseline`; a machine without it is made anew",
        },
        new("Json", ["SnapList", "Status"], ["JsonFile", "Out", "OutFile", "OutputFile"])
        {
            Meaning = "File to write the same to as JSON, relative to the project.",
        },
        new("Confirm", ["Destroy"], ["Yes", "Force", "AutoApprove", "Approve"])
        {
            Meaning = "Confirms what `Destroy` shows: the value of `Domain`, or without it the `project_name`.",
            Default = "asks on a terminal",
        },
        new("IncludeProtected", ["Destroy"], ["Protected", "IgnoreProtection", "Unprotect"])
        {
            Values = Switch,
            Meaning = "`true`: also deletes what is protected.",
            Default = "`false`",
        },
        new("Export", ["Destroy"], ["ExportTo", "ExportFolder", "Backup", "Out"])
        {
            Meaning = "Folder that gets every instance and volume before it is deleted, relative to the project. What cannot be "
                + "exported is kept.",
        },
        new("Force", ["CleanOrphans", "SnapRestore", "Import"], ["Overwrite", "Yes", "Confirm", "AutoApprove"])
        {
            Values = Switch,
            Meaning = "`true`: also deletes orphans with your own text; restores the instance that the build runs in without "
                + "asking; replaces infra.yml and infra.lock.yml.",
            Default = "`false`",
        },
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
        ["Reset"] = "SnapList",
        ["Snapshots"] = "SnapList",
        ["Destroy"] = "Destroy without Confirm",
        ["Hosts"] = "Hosts without HostsFile",
    };

    /// <summary>The words that are rejected even when misspelled: a user who writes one does not mean all machines.</summary>
    internal static IReadOnlyList<string> WordsForMachines { get; } = [.. Machines, "Instance", "Domain", "Limit"];

    /// <summary>What other tools pass that is like one of ours by chance.</summary>
    internal static IReadOnlyList<string> OtherTools { get; } = ["Product"];

    public static IReadOnlyList<string> ProjectProperties { get; } =
    [
        "InfraFile", "InfraLockFile", "InfraIntermediateOutputPath", "InfraGraph", "InfraNamespace", "InfraCodeFile",
        "InfraAnsiblePlaybookExe", "InfraAnsibleDocExe", "InfraIncusExe", "InfraAnsibleCollectionsPath",
        "InfraBuildDependsOn", "InfraRebuildDependsOn", "InfraSyncDependsOn", "InfraSyncDryDependsOn", "InfraValidateDependsOn",
        "InfraPlanDependsOn", "InfraApplyDependsOn", "InfraStatusDependsOn", "InfraVerifyDependsOn", "InfraSnapDependsOn",
        "InfraSnapRestoreDependsOn", "InfraSnapListDependsOn", "InfraSnapDeleteDependsOn", "InfraResetDependsOn",
        "InfraAccessDependsOn", "InfraHostsDependsOn", "InfraSnapshotsDependsOn", "InfraGraphDependsOn", "InfraDestroyDependsOn",
        "InfraDoctorDependsOn", "InfraImportDependsOn",
        "InfraHelpDependsOn", "InfraCleanDependsOn", "InfraGenerateCodeDependsOn", "InfraCleanOrphansDependsOn",
        "InfraCustomBeforeProps", "InfraCustomAfterProps", "InfraCustomBeforeTargets", "InfraCustomAfterTargets",
    ];

    /// <summary>What asks a target, in its name, not to change anything.</summary>
    internal static IReadOnlyList<string> PreviewWords(string verb) => verb switch
    {
        "Sync" => ["DryRun", "WhatIf", "CheckMode", "FailOnChange"],
        "Apply" => ["DryRun", "WhatIf", "CheckMode", "Check", "FailOnChange", "Plan", "PlanFile", "PlanSummary"],
        _ => ["DryRun", "WhatIf", "CheckMode", "Check"],
    };
}
