using Incus.Infra.Core.Building;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Files;

namespace Incus.Infra.Core.Tests.Building;

/// <summary>What of a project keeps the build from asking the engine itself: whatever Ansible might take notice of.</summary>
internal sealed class OwnContentTests
{
    private const string Infra = """
        project_name: p
        global: { base_subnet: "10.1", default_os_image: i }
        domains: { home: { subnet_id: 0, machines: { web: { description: "{{ x }}", vars: { a: "{{ b }}" } } } } }
        """;

    private TemporaryFolder _project = null!;

    [SetUp]
    public void Build()
    {
        _project = new TemporaryFolder();
        File.WriteAllText(_project.Combine("infra.yml"), Infra);
        Builder().Sync(null, CancellationToken.None).Succeeded.ShouldBeTrue();
    }

    [TearDown]
    public void DeleteProject() => _project.Dispose();

    [Test]
    public void A_tree_as_the_build_left_it_has_nothing_of_the_users() => Found().ShouldBeNull();

    [Test]
    public void Nor_has_one_that_the_next_build_changes_or_that_was_never_built()
    {
        File.WriteAllText(_project.Combine("infra.yml"), Infra.Replace("{{ x }}", "new", StringComparison.Ordinal));
        Found().ShouldBeNull();

        Directory.Delete(_project.Combine("group_vars"), recursive: true);
        File.Delete(_project.Combine("site.yml"));
        Found().ShouldBeNull();
    }

    [TestCase("group_vars/all.yml", "mine: true\n")]
    [TestCase("group_vars/home.yml", "\n")]
    [TestCase("host_vars/web.yml", "# A remark.\n")]
    [TestCase("inventory/home.yml", "mine: true\n")]
    [TestCase("site.yml", "- hosts: all\n")]
    [TestCase("ansible.cfg", "forks = 20\n")]
    public void Text_of_the_user_is_found_in_each_file_that_Ansible_reads(string file, string text)
    {
        File.AppendAllText(_project.Combine(file), text);

        Found().ShouldBe($"'{file}' has text that is not of the build");
    }

    [Test]
    public void Text_above_a_section_and_other_line_ends_are_found_too()
    {
        var file = _project.Combine("host_vars/web.yml");
        var text = File.ReadAllText(file);
        File.WriteAllText(file, "instance_ip: 1.2.3.4\n" + text);
        Found().ShouldBe("'host_vars/web.yml' has text that is not of the build");

        File.WriteAllText(file, text.ReplaceLineEndings("\r\n"));
        Found().ShouldBe("'host_vars/web.yml' has text that is not of the build");
    }

    [TestCase("inventory/hosts.ini")]
    [TestCase("inventory/group_vars/home.yml")]
    [TestCase("group_vars/lab.yml")]
    [TestCase("group_vars/.hidden")]
    [TestCase("host_vars/other/x.yml")]
    [TestCase("library/reconcile.py")]
    [TestCase("filter_plugins/select.py")]
    [TestCase("vars_plugins/mine.py")]
    [TestCase("collections/requirements.yml")]
    public void A_file_that_Ansible_may_read_or_run_is_found(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_project.Combine(file))!);
        File.WriteAllText(_project.Combine(file), "");

        var parts = file.Split('/');
        var name = parts[0] is "inventory" or "group_vars" or "host_vars" ? $"{parts[0]}/{parts[1]}" : parts[0];
        Found().ShouldBe($"'{name}' is not of the build");
    }

    [Test]
    public void A_value_of_a_vault_is_found()
    {
        File.WriteAllText(
            _project.Combine("infra.yml"),
            Infra.Replace("\"{{ b }}\"", "!vault \"$ANSIBLE_VAULT;1.1;AES256\\n66\"", StringComparison.Ordinal));

        Found().ShouldBe("there are values of a vault");
    }

    private string? Found() => Builder().View(out _)!.FindOwnContent();

    private InfraBuild Builder() =>
        new(new BuildOptions { ProjectDirectory = _project.Path, Fingerprint = "test" }, InfraCompiler.Compile);
}
