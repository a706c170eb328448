using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests.Molecule;

/// <summary>That scenarios can fail: with small ones, which need no Incus.</summary>
[Category("Slow")]
internal sealed class ScenarioRunTests : SdkTest
{
    private const string Folder = "molecule/default";

    [SetUp]
    public void WriteScenario()
    {
        Project.Write($"{Folder}/molecule.yml", """
            platforms:
              - name: bee
                groups: [hive]
            driver:
              name: default
              options:
                ansible_connection_options:
                  ansible_connection: local
                  ansible_python_interpreter: "{{ ansible_playbook_python }}"
            provisioner:
              name: ansible
              env: {ANSIBLE_ROLES_PATH: "${MOLECULE_PROJECT_DIRECTORY}/roles", HONEY: "${HONEY:-acacia:mild}"}
              inventory:
                hosts:
                  all:
                    children:
                      empty:
                group_vars: {hive: {text: "1", number: 1}}
                host_vars: {bee: {queen: true}}
            """);
        Project.Write($"{Folder}/converge.yml", """
            - hosts: hive
              gather_facts: false
              tasks: [{ansible.builtin.include_role: {name: mine}}]
            """);
        Project.Write($"{Folder}/verify.yml", """
            - hosts: hive
              gather_facts: false
              tasks:
                - ansible.builtin.assert:
                    that:
                      - text is string
                      - number is number
                      - queen
                      - lookup('env', 'HONEY') == 'acacia:mild'
                      - "'empty' in groups"
            """);
        Project.Write($"{Folder}/destroy.yml", $"""
            - hosts: hive
              gather_facts: false
              tasks:
                - ansible.builtin.copy:
                    content: ""
                    dest: {Project.At("destroyed")}
            """);
        Project.Write("roles/mine/tasks/main.yml", "- ansible.builtin.command: {cmd: touch made, creates: made}\n");
    }

    [Test]
    public void A_role_that_needs_no_second_run_passes() => Test();

    [Test]
    public void A_role_that_changes_something_each_time_fails_even_when_it_is_included()
    {
        Project.Write("roles/mine/tasks/main.yml", "- ansible.builtin.command: touch made\n");

        ShouldFail("idempotence: ");
    }

    [Test]
    public void A_failing_verification_fails()
    {
        Project.Edit($"{Folder}/verify.yml", "text is string", "text is number");

        ShouldFail("verify: ");
    }

    [Test]
    public void A_failing_role_fails()
    {
        Project.Write("roles/mine/tasks/main.yml", "- ansible.builtin.fail: {}\n");

        ShouldFail("converge: ");
    }

    [Test]
    public void A_scenario_whose_dependency_fails_fails_before_the_role_runs()
    {
        Project.Edit($"{Folder}/molecule.yml", "driver:", "dependency: {name: shell, command: bin/missing}\ndriver:");
        Project.Write("bin/missing", "#!/bin/sh\necho 'Get the honey first.'\nexit 1\n");
        Sandbox.Run("chmod", "+x", "bin/missing");

        ShouldFail("dependency: Get the honey first.");

        Project.Has("made").ShouldBeFalse();
    }

    [Test]
    public void Only_the_steps_of_the_scenario_s_own_sequence_run()
    {
        Project.Write("roles/mine/tasks/main.yml", "- ansible.builtin.command: touch made\n");
        Project.Write(
            $"{Folder}/molecule.yml",
            Project.Read($"{Folder}/molecule.yml") + "\nscenario: {test_sequence: [converge, verify]}\n");

        Test();

        Project.Has("destroyed").ShouldBeFalse();
    }

    private void Test() => new ScenarioRun(
        new Scenario(Project.At(Folder), Path.Join(Sandbox.Home, "molecule"), new Dictionary<string, string>()), Sandbox).Test();

    private void ShouldFail(string step)
    {
        Should.Throw<AssertionException>(Test).Message.ShouldStartWith(step);
        Project.Has("destroyed").ShouldBeTrue();
    }
}
