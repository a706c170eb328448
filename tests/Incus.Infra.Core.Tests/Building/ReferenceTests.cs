using Incus.Infra.Core.Building;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Tests.Documentation;

namespace Incus.Infra.Core.Tests.Building;

/// <summary>What infra.yml names beside itself: roles, and files of the project.</summary>
internal sealed class ReferenceTests
{
    private const string Infra = """
        project_name: test
        global: { base_subnet: "10.1", default_os_image: "images:debian/13" }
        domains:
          lab:
            subnet_id: 1
            machines:
              web:
                roles: [ROLE]
                provision:
                  - script: { file: FILE, version: "1" }

        """;

    private TestProject _project = null!;

    [SetUp]
    public void SetUp() => _project = new TestProject();

    [TearDown]
    public void TearDown() => _project.Dispose();

    private static IEnumerable<string> CollectionRoles => Directory
        .GetDirectories(Path.Join(Repository.Root, "roles"))
        .Select(Path.GetFileName)!;

    [Test]
    public void A_role_of_the_project_is_found_and_its_name_is_written_as_it_is()
    {
        Give("own_role");
        _project.Write("roles/own_role/tasks/main.yml", "[]\n");

        Sync().Diagnostics.ShouldBeEmpty();

        _project.Read("host_vars/web.yml").ShouldContain("instance_roles:\n  - own_role\n");
    }

    [TestCaseSource(nameof(CollectionRoles))]
    public void Every_role_of_the_collection_is_found_by_its_short_name(string role)
    {
        Give(role);

        Sync().Diagnostics.ShouldBeEmpty();
    }

    [Test]
    public void A_full_name_is_left_to_Ansible()
    {
        Give("acme.tools.web");

        Sync().Diagnostics.ShouldBeEmpty();
    }

    [Test]
    public void The_collection_of_a_full_name_is_among_the_requirements_once()
    {
        Give("acme.tools.web, acme.tools.db, incus.infra.base_system, community.general.x");

        Sync().Diagnostics.ShouldBeEmpty();

        _project.Read("requirements.yml").ShouldContain("  - name: incus.infra\n  - name: acme.tools\n# ===");
    }

    [Test]
    public void A_role_of_Galaxy_in_the_folder_is_as_good_as_any()
    {
        Give("acme.web");
        Directory.CreateDirectory(_project.PathOf("roles/acme.web"));

        Sync().Diagnostics.ShouldBeEmpty();
    }

    [TestCase("requirements.yml", "roles: [{name: acme.web, version: 1.0.0}]")]
    [TestCase("requirements.yml", "roles:\n  - src: https://example.org/x/acme.web.git")]
    [TestCase("roles/requirements.yml", "- src: https://example.org/x/y.tar.gz\n  name: acme.web")]
    [TestCase("roles/requirements.yml", "roles: [acme.web]")]
    public void A_required_role_that_is_not_installed_yet_is_a_warning_until_it_is(string file, string content)
    {
        Give("acme.web");
        _project.Write(file, content + "\n");

        var told = Sync().Diagnostics.ShouldHaveSingleItem();

        (told.Code, told.Severity, told.Location.Line).ShouldBe(("INFRA2642", Severity.Warning, 8));
        told.Message.ShouldEndWith($"Run 'ansible-galaxy role install -r {file} -p roles'.");
        _project.Read("host_vars/web.yml").ShouldContain("  - acme.web\n");
        Sync().ShouldSatisfyAllConditions(
            again => again.UpToDate.ShouldBeTrue(), again => again.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA2642"));
        Directory.CreateDirectory(_project.PathOf("roles/acme.web"));
        Sync().Diagnostics.ShouldBeEmpty();
        Sync().UpToDate.ShouldBeTrue();
    }

    [Test]
    public void A_role_that_is_no_longer_required_is_noticed_although_infra_yml_did_not_change()
    {
        Give("acme.web");
        _project.Write("roles/requirements.yml", "[acme.web]\n");
        Sync().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA2642");

        _project.Write("roles/requirements.yml", "[acme.db]\n");

        Sync().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA2641");
    }

    [TestCase("acme.wbe", "Did you mean 'acme.web'?")]
    [TestCase("other.thing", "Write '- name: other.thing' under 'roles:' in requirements.yml, below the managed section.")]
    public void A_role_of_Galaxy_that_nothing_requires_is_INFRA2641(string role, string advice)
    {
        Give(role);
        _project.Write("roles/requirements.yml", "- name: acme.web\n");

        var fault = Sync().Diagnostics.ShouldHaveSingleItem();

        (fault.Code, fault.Location.Line, fault.Location.Column).ShouldBe(("INFRA2641", 8, 17));
        fault.Message.ShouldEndWith(advice);
    }

    [Test]
    public void Requirements_that_cannot_be_read_are_an_error_at_their_place()
    {
        Give("acme.web");
        _project.Write("roles/requirements.yml", "roles:\n  - name: a\n    name: b\n");

        Sync().Diagnostics.Where(d => d.Severity == Severity.Error)
            .ShouldContain(d => d.Location.File == "roles/requirements.yml" && d.Location.Line == 3);
    }

    [TestCase("own_rle", "Did you mean 'own_role'?")]
    [TestCase("incus_instance", "Did you mean 'incus_instances'?")]
    [TestCase("something", "Create its folder, or write namespace.collection.role for a role in another collection.")]
    public void An_unknown_role_is_INFRA2318_at_its_place_with_the_nearest_name(string role, string advice)
    {
        Give(role);
        _project.Write("roles/own_role/tasks/main.yml", "[]\n");

        var fault = Sync().Diagnostics.ShouldHaveSingleItem();

        (fault.Code, fault.Location.Line, fault.Location.Column).ShouldBe(("INFRA2318", 8, 17));
        fault.Message.ShouldEndWith(advice);
        Directory.Exists(_project.PathOf("host_vars")).ShouldBeFalse();
        Build().Validate().Succeeded.ShouldBeFalse();
    }

    [Test]
    public void A_file_of_the_project_may_be_in_a_folder_and_behind_a_link_within_the_project()
    {
        Give("incus_networks", "scripts/link.sh");
        _project.Write("shared/real.sh", "true\n");
        _project.Link("scripts/link.sh", "../shared/real.sh");

        Sync().Diagnostics.ShouldBeEmpty();
    }

    [TestCase("missing.sh", "INFRA2319")]
    [TestCase("roles", "INFRA2319")]
    [TestCase("away/passwd", "INFRA2320")]
    [TestCase("loop", "INFRA2320")]
    public void A_file_that_is_not_in_the_project_is_an_error_at_its_place(string file, string code)
    {
        Give("incus_networks", file);
        _project.Write("roles/x/tasks/main.yml", "[]\n");
        _project.Link("away", "/etc");
        _project.Link("loop", "loop");

        var fault = Sync().Diagnostics.ShouldHaveSingleItem();

        (fault.Code, fault.Location.Line, fault.Location.Column).ShouldBe((code, 10, 29));
    }

    [TestCase("source: none", "INFRA2319 10:40")]
    [TestCase("template: away/passwd", "INFRA2320 10:42")]
    [TestCase("source: data", null)]
    public void A_file_that_a_machine_gets_is_one_of_the_project(string content, string? fault)
    {
        _project.Write("infra.yml", Infra.Replace("[ROLE]", "[]", StringComparison.Ordinal).Replace(
            "script: { file: FILE, version: \"1\" }", $"files: [{{dest: /a, {content}}}]", StringComparison.Ordinal));
        _project.Write("data", "");
        _project.Link("away", "/etc");

        Compiling.Codes(Sync().Diagnostics).ShouldBe(fault is null ? [] : [fault]);
    }

    [Test]
    public void The_public_keys_of_a_user_are_read_by_the_build_and_another_key_is_noticed()
    {
        const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7Uo3y1oXUOCUd0WkO5iBp0Xn9rU8BvUQv0QwYx3J2k ada";
        _project.Write("infra.yml", Infra.Replace("[ROLE]", "[]", StringComparison.Ordinal).Replace(
            "script: { file: FILE, version: \"1\" }", "users: [{name: ada, ssh_keys: [ada.pub]}]", StringComparison.Ordinal));
        _project.Write("ada.pub", Key);
        Sync().Diagnostics.ShouldBeEmpty();
        Sync().UpToDate.ShouldBeTrue();

        _project.Write("ada.pub", Key[..^3] + "bob");

        Sync().Written.Select(w => w.Path).ShouldBe(["host_vars/web.yml"]);
        _project.Read("host_vars/web.yml").ShouldContain(Key[..^3] + "bob");
        File.Delete(_project.PathOf("ada.pub"));
        Sync().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA2319");
    }

    [Test]
    public void These_faults_are_told_together_with_all_others()
    {
        Give("no_such_role");
        _project.Write("infra.yml", _project.Read("infra.yml") + "        gpu: 3\n");

        Sync().Diagnostics.Select(d => d.Code).ShouldBe(["INFRA2318", "INFRA1051"]);
    }

    [Test]
    public void A_role_or_file_that_goes_or_comes_is_noticed_although_infra_yml_did_not_change()
    {
        Give("own_role", "setup.sh");
        _project.Write("roles/own_role/tasks/main.yml", "[]\n");
        _project.Write("setup.sh", "true\n");
        Sync().Diagnostics.ShouldBeEmpty();
        Sync().UpToDate.ShouldBeTrue();

        Directory.Delete(_project.PathOf("roles/own_role"), recursive: true);
        Sync().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA2318");
        Directory.CreateDirectory(_project.PathOf("roles/own_role"));
        Sync().UpToDate.ShouldBeTrue();

        File.Delete(_project.PathOf("setup.sh"));
        Sync().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA2319");
        _project.Write("setup.sh", "false\n");
        Sync().UpToDate.ShouldBeTrue();
    }

    [Test]
    public void More_references_to_nothing_than_are_told_are_counted()
    {
        using var project = new TestProject();
        project.References.AddRange(Enumerable.Range(1, 1500).Select(line => new Reference(
            ReferenceKind.File, "Machine 'web'", new("none", new SourceLocation("infra.yml", line, 1)))));

        var diagnostics = project.Sync().Diagnostics;

        diagnostics.Count(d => d.Code == "INFRA2319").ShouldBe(DiagnosticBag.Capacity);
        diagnostics.Single(d => d.Code == "INFRA1099").Message.ShouldStartWith("500 more");
    }

    [TestCase("group_vars/lab/vault.yml", "group_vars/lab.yml")]
    [TestCase("host_vars/web/vault.yml", "host_vars/web.yml")]
    [TestCase("host_vars/web", "host_vars/web.yml")]
    [TestCase("group_vars/lab.yaml", "group_vars/lab.yml")]
    [TestCase("host_vars/web.json", "host_vars/web.yml")]
    public void What_Ansible_would_read_in_place_of_a_generated_file_or_never_is_INFRA3013_as_soon_as_it_is_there(
        string path, string hidden)
    {
        Give("incus_networks");
        Sync().Diagnostics.ShouldBeEmpty();
        _project.Write(path, "secret: 1\n");

        var fault = Sync().Diagnostics.ShouldHaveSingleItem();

        (fault.Code, fault.Location.File).ShouldBe(("INFRA3013", hidden));
    }

    [Test]
    public void A_playbook_that_was_encrypted_is_not_to_be_moved_to_where_Ansible_reads_variables()
    {
        Give("incus_networks");
        Sync().Diagnostics.ShouldBeEmpty();
        _project.Write("site.yml", "$ANSIBLE_VAULT;1.1;AES256\n62313365\n");

        Sync().Diagnostics.ShouldHaveSingleItem().Message.ShouldNotContain("inventory");
    }

    [Test]
    public void A_generated_file_that_was_encrypted_as_a_whole_is_INFRA3012_and_stays_as_it_is()
    {
        const string Vault = "$ANSIBLE_VAULT;1.1;AES256\n62313365\n";
        Give("incus_networks");
        Sync().Diagnostics.ShouldBeEmpty();
        _project.Write("group_vars/lab.yml", Vault);

        Sync().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA3012");

        _project.Read("group_vars/lab.yml").ShouldBe(Vault);
    }

    [Test]
    public void Secrets_of_the_user_survive_byte_for_byte()
    {
        const string Inline = "db_password: !vault |\r\n          $ANSIBLE_VAULT;1.1;AES256\r\n          6231\r\n";
        const string Whole = "$ANSIBLE_VAULT;1.1;AES256\n62313365\n";
        Give("incus_networks");
        Sync();
        File.AppendAllText(_project.PathOf("host_vars/web.yml"), Inline);
        _project.Write("inventory/group_vars/lab.yml", Whole);
        Give("acme.tools.web");

        Sync().Diagnostics.ShouldBeEmpty();

        _project.Read("host_vars/web.yml").ShouldContain("acme.tools.web");
        _project.Read("host_vars/web.yml").ShouldEndWith(Inline);
        _project.Read("inventory/group_vars/lab.yml").ShouldBe(Whole);
    }

    [Test]
    public void Plays_of_another_tool_beside_the_managed_section_are_INFRA2643_each_at_its_place()
    {
        Give("incus_networks");
        _project.Write("site.yml", """
            ---
            - name: Phase 1
              hosts: localhost
              roles: [incus_networks, {role: incus_projects}]
            - name: My own
              hosts: all
              roles: [common, incus.infra.base_system]
            - hosts: all
              tasks:
                - block:
                    - ansible.builtin.include_role:
                        name: incus_instances

            """);

        var told = Sync().Diagnostics;

        var lines = _project.Read("site.yml").Split('\n');
        told.Select(d => (d.Code, d.Severity, d.Location.File, lines[d.Location.Line - 1])).ShouldBe(
        [
            ("INFRA2643", Severity.Warning, "site.yml", "- name: Phase 1"),
            ("INFRA2643", Severity.Warning, "site.yml", "- hosts: all"),
        ]);
        Sync().Diagnostics.ShouldBe(told);
        Give("acme.tools.web");
        Sync().Diagnostics.ShouldBe(told);
        told[0].Message.ShouldBe("Play 'Phase 1' runs incus_networks, incus_projects, which work on "
            + "the same objects in Incus as the play 'Infrastructure' of the managed section. Remove the play.");
    }

    private void Give(string role, string? file = null)
    {
        var infra = Infra.Replace("ROLE", role, StringComparison.Ordinal);
        _project.Write("infra.yml", file is null
            ? infra[..infra.IndexOf("        provision", StringComparison.Ordinal)]
            : infra.Replace("FILE", file, StringComparison.Ordinal));
    }

    private SyncResult Sync() => Build().Sync(null, CancellationToken.None);

    private InfraBuild Build() =>
        new(new BuildOptions { ProjectDirectory = _project.Root, Fingerprint = "1" }, InfraCompiler.Compile);
}
