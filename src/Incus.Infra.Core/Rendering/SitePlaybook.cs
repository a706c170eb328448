using System.Text;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rendering;

/// <summary>
/// site.yml. The connections are set by the plays: in group_vars they would beat every play of the user that runs
/// on the controller. In the first play, localhost is for a tree without machines, and all so that a limit leaves
/// the domains that it names. Its first batch ends it: with run_once it would run once, too, but Ansible would read the
/// variables of every host after the role.
/// </summary>
internal static class SitePlaybook
{
    private const string Infra = """
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


        """;

    private const string Provision = """
        - name: Provision the machines
          hosts: HOSTS
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
          tasks:TASKS
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


        """;

    // What infra.yml needs is known once for all hosts: one question to Incus, however many wait for the answer.
    private const string Wave = """
        - name: Look after what the machines of the next play need
          hosts: all
          connection: local
          strategy: linear
          become: false
          gather_facts: false
          tags: [provision]
          vars:
            ansible_python_interpreter: "{{ ansible_playbook_python }}"
          tasks:
            - name: Wait until they are healthy
              ansible.builtin.import_role:
                name: incus.infra.incus_infra
                tasks_from: needs
              vars:
                incus_infra_before: HOSTS

        - name: Provision the machines that need those
          hosts: HOSTS
          strategy: free
          gather_facts: false
          tags: [provision]
          vars: *in_the_machine
          pre_tasks:
            - name: Leave out what needs a machine that is not ready
              ansible.builtin.import_role:
                name: incus.infra.incus_provision
                tasks_from: needs
          tasks: *provision


        """;

    private const string Verify = """
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

    /// <summary>Without machines that need others, which most infrastructures are.</summary>
    public static string Plain { get; } = Of([]);

    /// <summary>The machines that wait for others in plays of their own, one for each step of what needs what.</summary>
    public static string Of(Infrastructure infra)
    {
        if (!infra.Domains.Any(d => d.Enabled && d.Machines.Any(m => m.Needs.Count > 0)))
        {
            return Plain;
        }

        var order = new StartOrder(infra);
        return Of(
        [
            .. infra.Domains.Where(d => d.Enabled)
                .SelectMany(d => d.Machines.Select(m => (Depth: order.DepthOf(m.Name.Value)!.Value, Host: HostsOf(d, m))))
                .Where(m => m.Depth > 0)
                .GroupBy(m => m.Depth, m => m.Host)
                .OrderBy(wave => wave.Key)
                .Select(wave => wave.Distinct().ToList()),
        ]);
    }

    private static string Of(IReadOnlyList<IReadOnlyList<string>> waves)
    {
        var (hosts, anchor) = waves.Count == 0
            ? ("all", "")
            : (List(["all", .. waves.SelectMany(w => w).Distinct().Select(name => $"\"!{name}\"")]), " &provision");
        var text = new StringBuilder(Infra)
            .Append(Provision
                .Replace("HOSTS", hosts, StringComparison.Ordinal)
                .Replace("TASKS", anchor, StringComparison.Ordinal));
        foreach (var wave in waves)
        {
            text.Append(Wave.Replace("HOSTS", List(wave), StringComparison.Ordinal));
        }

        return text.Append(Verify).ToString();
    }

    // Those of all copies are in one group.
    private static string HostsOf(Domain domain, Machine machine) => domain.Copy is { } copy
        ? InventoryFile.GroupOf(copy.Template.Value, machine.TemplateName!)
        : machine.Name.Value;

    private static string List(IEnumerable<string> names) => $"[{string.Join(", ", names)}]";
}
