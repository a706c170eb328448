using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>What the callback of the collection shows of a playbook, by a real ansible-playbook.</summary>
[Category("Slow")]
internal sealed class CallbackTests : SdkTest
{
    private const string Collection = "collections/ansible_collections/incus/infra";

    // From ansible-core 2.22 on the name of a task has its role in it.
    private const string NewerNames = """
        from ansible.executor import task_result
        task_result.CallbackTaskResult.task_name = property(lambda result: result.task.get_name())
        """;

    [TestCase("", TestName = "A_task_is_shown_with_its_role_once_and_a_further_try_with_its_reason")]
    [TestCase(NewerNames, TestName = "A_task_is_shown_with_its_role_once_where_Ansible_names_the_role_itself")]
    public void A_task_is_shown_with_its_role_once_and_a_further_try_with_its_reason(string names)
    {
        Project.Write("python/sitecustomize.py", names);
        Project.Write("roles/mine/tasks/main.yml", """
            - name: Touch
              ansible.builtin.command: "true"
            - ansible.builtin.command: "true"
            """);
        Project.Write($"{Collection}/plugins/callback/build.py",
            File.ReadAllText(Path.Join(Stamp.RepositoryFolder, "plugins", "callback", "build.py")));
        Project.Write($"{Collection}/roles/incus_provision/tasks/main.yml", """
            - name: A step
              ansible.builtin.command: "true"
            """);
        Project.Write("play.yml", """
            - hosts: localhost
              gather_facts: false
              roles: [mine, incus.infra.incus_provision]
              tasks:
                - name: A task of the play
                  ansible.builtin.raw: mkdir {{ playbook_dir }}/seen || exit 0; echo 'Not yet.' >&2; exit 75
                  register: tried
                  until: tried.rc != 75
                  retries: 1
                  delay: 0
            """);
        Sandbox.Set("PYTHONPATH", Project.At("python"));
        Sandbox.Set("ANSIBLE_COLLECTIONS_PATH", Project.At("collections"));
        Sandbox.Set("ANSIBLE_STDOUT_CALLBACK", "incus.infra.build");

        Sandbox.Run("ansible-playbook", "play.yml").ShouldSucceed().Output.Split('\n')
            .Where(line => line.StartsWith("localhost: ")).ShouldBe(
            [
                "localhost: mine : Touch",
                "localhost: mine : ansible.builtin.command",
                "localhost: A step",
                "localhost: A task of the play: Not yet.",
                "localhost: A task of the play",
            ]);
    }
}
