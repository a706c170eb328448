using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rendering;

/// <summary>The files at the top of the tree; but for the collections of roles they do not depend on infra.yml.</summary>
internal static class ProjectFiles
{
    /// <summary>
    /// site.yml. The connections are set by the plays: in group_vars they would beat every play of the user that runs
    /// on the controller. In the first play, localhost is for a tree without machines, and all so that a limit leaves
    /// the domains that it names. Its first batch ends it: with run_once it would run once, too, but Ansible would read the
    /// variables of every host after the role.
    /// </summary>
    public const string Site = """
        - name: Infrastructure
          hosts: localhost:all
          connection: local
          # By name, as ansible.cfg and variables may choose another one; the role bypasses the loop over hosts.
          strategy: linear
          become: false
          gather_facts: false
          # One host speaks for all.
          serial: 1
          vars:
            ansible_python_interpreter: "{{ ansible_playbook_python }}"
          roles:
            # All kinds of objects in one plan. Tags: infra for all of them; networks, projects, profiles, storage and instances
            # for one kind each.
            - role: incus.infra.incus_infra
          post_tasks:
            - name: Leave the other hosts out
              ansible.builtin.meta: end_play
              tags: [always]

        - name: Provision the machines
          hosts: all
          # A machine waits for no other one.
          strategy: free
          gather_facts: false
          tags: [provision]
          vars: &in_the_machine
            ansible_connection: incus.infra.incus
            ansible_incus_host: "{{ instance_name }}"
            ansible_incus_project: "{{ incus_project }}"
            ansible_incus_remote: "{{ incus_remote | default(infra_remote, true) | default('local', true) }}"
            ansible_python_interpreter: /usr/bin/python3
            ansible_pipelining: true
            # Modules would write their arguments into the machine's log, and some are secrets.
            ansible_no_target_syslog: true
            infra_steps: "{{ instance_provision | default([]) }}"
          tasks:
            - name: Leave out what has neither roles nor steps
              ansible.builtin.meta: end_host
              when: not (instance_roles or infra_steps)
            - &ask
              name: Ask whether the machine runs where it need not
              incus.infra.resting:
              register: infra_resting
              when: instance_state is defined
            - &leave
              name: Leave out what does not run
              ansible.builtin.meta: end_host
              when: infra_resting.reason is defined
            # Not imported: parts of a role have the tag always, and would run for every machine under -p:Tags=infra, too.
            - name: Make the machine ready for Ansible
              ansible.builtin.include_role:
                name: incus.infra.incus_provision
                tasks_from: bootstrap
            # The project's own roles come before those of the collection.
            - name: Run the roles of the machine in order, then its steps
              ansible.builtin.include_role:
                name: "{{ infra_role if '.' in infra_role or own is exists else 'incus.infra.' ~ infra_role }}"
              loop: "{{ (instance_roles + (['incus_provision'] if infra_steps else [])) | unique }}"
              loop_control:
                loop_var: infra_role
              vars:
                own: "{{ playbook_dir }}/roles/{{ infra_role }}"

        - name: Verify the machines
          hosts: all
          strategy: free
          gather_facts: false
          tags: [never, verify]
          vars: *in_the_machine
          tasks:
            - name: Leave out what has no steps
              ansible.builtin.meta: end_host
              when: not infra_steps
            - *ask
            - *leave
            - name: Compare the machine with its steps
              ansible.builtin.include_role:
                name: incus.infra.incus_provision
                tasks_from: verify

        """;

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

    /// <summary>requirements.yml: what ansible-galaxy installs for use without MSBuild, and for roles by their full names.</summary>
    public static string Requirements(IEnumerable<Domain> domains) => Collections + string.Concat(domains
        .SelectMany(d => d.Machines)
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
