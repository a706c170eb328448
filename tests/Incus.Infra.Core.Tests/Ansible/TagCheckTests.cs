using Incus.Infra.Core.Ansible;

namespace Incus.Infra.Core.Tests.Ansible;

internal sealed class TagCheckTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [TestCase("Tags", "infar", "Did you mean 'infra'?")]
    [TestCase("Tags", "networks,instance", "Did you mean 'instances'?")]
    [TestCase("SkipTags", "provison", "Did you mean 'provision'?")]
    [TestCase("SkipTags", "infra:dog", "Known:")]
    public void A_tag_that_nothing_has_is_refused_with_a_suggestion(string property, string value, string end)
    {
        var fault = Check(property, value).ShouldHaveSingleItem();

        fault.Code.ShouldBe("INFRA5016");
        fault.Message.ShouldStartWith($"{property}: no play, role or task has the tag '");
        fault.Message.ShouldContain(end);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("infra")]
    [TestCase("infra:provision")]
    [TestCase("infra, provision ,verify")]
    [TestCase("all,always,never,tagged,untagged")]
    public void The_tags_of_the_build_and_of_Ansible_pass(string? value) => Check("Tags", value).ShouldBeEmpty();

    [Test]
    public void The_tags_of_my_plays_roles_tasks_and_playbooks_pass_in_each_form()
    {
        Write("site.yml", """
            ---
            # === MANAGED BY infra.yml ===
            - name: not read
              hosts: all
            # === END MANAGED ===

            - import_playbook: plays/mine.yml
              tags: imported
            - name: Mine
              hosts: all
              tags: [play, "quoted"]
              roles:
                - {role: own, tags: in-a-flow}
              tasks:
                - name: One
                  ansible.builtin.debug: {msg: !unsafe "{{ no }}"}
                  tags: one,two
                - name: Included
                  ansible.builtin.include_tasks: {file: more.yml, apply: {tags: applied}}
                  tags:
                    - three
                    - four
            """);
        Write("plays/mine.yml", "- hosts: all\n  tags: elsewhere\n  tasks: []\n");
        Write("roles/own/tasks/main.yml", "- ansible.builtin.include_tasks: \"{{ item }}.yml\"\n  tags: [dynamic]\n");
        Write("roles/own/tasks/deep/er.yaml", "- ansible.builtin.debug:\n  tags: deep\n");
        Write("roles/own/templates/config.yml", "{{ no_yaml }}: {% if x %}");

        Check("Tags", "imported,play,quoted,in-a-flow,one,two,applied,three,four,elsewhere,dynamic,deep").ShouldBeEmpty();
        Check("SkipTags", "fuor").ShouldHaveSingleItem().Message.ShouldEndWith("Did you mean 'four'?");
    }

    [TestCase("- hosts: all\n  tags: '{{ mine }}'\n")]
    [TestCase("- hosts: all\n  roles: [elsewhere]\n")]
    [TestCase("- hosts: all\n  roles: [{role: some.collection.role}]\n")]
    [TestCase("- hosts: all\n  tasks:\n    - include_role: {name: some.collection.role}\n")]
    [TestCase("- hosts: all\n  tasks:\n    - include_role: {name: '{{ any }}'}\n")]
    [TestCase("- hosts: all\n  tasks:\n    - include_tasks: ../shared/tasks.yml\n")]
    [TestCase("- import_playbook: some.collection.playbook\n")]
    [TestCase("- import_playbook: /shared/playbook.yml\n")]
    [TestCase("- hosts: [\n")]
    public void Where_tags_cannot_be_known_any_passes(string site)
    {
        Write("site.yml", site);

        Check("Tags", "perhaps").ShouldBeEmpty();
    }

    [Test]
    public void A_folder_that_links_to_itself_is_read_once()
    {
        Write("roles/own/tasks/main.yml", "- ansible.builtin.debug:\n  tags: mine\n");
        Directory.CreateSymbolicLink(Path.Join(_folder.Path, "roles/own/again"), "..");

        Check("Tags", "mine").ShouldBeEmpty();
        Check("Tags", "nobodys").ShouldHaveSingleItem();
    }

    private IReadOnlyList<Diagnostic> Check(string property, string? value) =>
        TagCheck.Check(Path.Join(_folder.Path, "infra.proj"), property, value);

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(_folder.Path, file))!);
        File.WriteAllText(Path.Join(_folder.Path, file), text);
    }
}
