using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rendering;

/// <summary>
/// The files at the top of the tree that do not depend on infra.yml but for the collections of roles, and the tags of site.yml.
/// </summary>
internal static class ProjectFiles
{
    /// <summary>The tags of the role of the first play.</summary>
    public static IReadOnlyList<string> InfraTags { get; } =
        ["infra", "networks", "projects", "profiles", "storage", "instances"];

    /// <summary>snapshot.yml: the declared snapshots, with their hooks, at once.</summary>
    public const string Snapshot = """
        - name: Declared snapshots
          hosts: localhost:all
          connection: local
          strategy: linear
          become: false
          gather_facts: false
          run_once: true
          vars:
            ansible_python_interpreter: "{{ ansible_playbook_python }}"
          roles:
            - role: incus.infra.incus_snapshots

        """;

    private const string Collections = """
        collections:
          - name: community.general
            version: ">=11.0.0"
          - name: incus.infra

        """;

    /// <summary>requirements.yml: what ansible-galaxy installs, without MSBuild and for roles by their full names.</summary>
    public static string Requirements(IEnumerable<Machine> machines) => Collections + string.Concat(machines
        .SelectMany(m => m.Roles)
        .Select(r => CollectionRoles.CollectionOf(r.Value))
        .OfType<string>()
        .Where(c => !Collections.Contains($" {c}\n", StringComparison.Ordinal))
        .Distinct(StringComparer.Ordinal)
        .Order(StringComparer.Ordinal)
        .Select(c => $"  - name: {c}\n"));

    /// <summary>The name by which MSBuild finds its options, in the folder of the project or the next one above.</summary>
    public const string ResponseFileName = "Directory.Build.rsp";

    /// <summary>Directory.Build.rsp.</summary>
    public const string ResponseFile = """
        # Written once by dotnet build; this file is yours. Empty it to have MSBuild's terminal logger back.
        # That would show what Apply does only at its end.
        -terminalLogger:off

        """;

    public const string AnsibleCfg = """
        # Written once by dotnet build; this file is yours.
        [defaults]
        inventory = inventory
        roles_path = roles
        # Makes ansible-inventory and ansible read group_vars and host_vars beside site.yml.
        playbook_dir = .
        # Domains may have hyphens in their names; groups keep them.
        force_valid_group_names = ignore
        interpreter_python = /usr/bin/python3
        retry_files_enabled = False
        # Machines that are provisioned at once.
        forks = 16

        """;
}
