using System.Text.RegularExpressions;
using Incus.Infra.Core.Tree;

namespace Incus.Infra.Core.Tests.Documentation;

/// <summary>The collection and the build are made for each other.</summary>
[TestFixture]
internal sealed partial class CollectionTests
{
    // What Ansible documents for authors of plugins has names of this form.
    private static readonly string[] PluginApi =
    [
        "self._task", "self._templar", "self._loader", "self._display", "self._get_diff",
        "self._low_level_execute_command", "self._compute_environment_string",
    ];

    // Ansible tells the variables of a host, but not those of a group, which has them also without a host.
    private static readonly string[] Undocumented = ["_hostvars._inventory"];

    [TestCaseSource(nameof(Roles))]
    public void A_role_specifies_exactly_the_variables_that_it_has_defaults_for_or_requires(string role)
    {
        var specification = Repository.Read($"roles/{role}/meta/argument_specs.yml");
        var defaults = Variable().Matches(Repository.Read($"roles/{role}/defaults/main.yml")).Select(m => m.Groups["name"].Value);
        var required = Required().Matches(specification).Select(m => m.Groups["name"].Value);
        var specified = Specified().Matches(specification).Select(m => m.Groups["name"].Value).Distinct();

        specified.ShouldBe(defaults.Concat(required), ignoreOrder: true);
    }

    [TestCaseSource(nameof(Roles))]
    public void A_role_has_a_scenario_that_uses_each_of_its_variables(string role)
    {
        var scenario = string.Concat(
            ((string[])["molecule", "converge", "verify"])
                .Select(file => Repository.Read($"roles/{role}/molecule/default/{file}.yml")));

        Specified().Matches(Repository.Read($"roles/{role}/meta/argument_specs.yml"))
            .Select(m => m.Groups["name"].Value)
            .Where(name => !scenario.Contains($"{name}:", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [TestCaseSource(nameof(Roles))]
    public void A_role_waits_for_another_program_that_installs_packages_as_long_as_its_variable_says(string role) =>
        Repository.Files(".yml").Where(file => file.StartsWith($"roles/{role}/tasks/", StringComparison.Ordinal))
            .SelectMany(file => Task().Split(Repository.Read(file)))
            .Where(task => task.Contains("ansible.builtin.apt:", StringComparison.Ordinal)
                || task.Contains("name: incus.infra.network_service\n", StringComparison.Ordinal))
            .ShouldAllBe(task => task.Contains($"lock_timeout: \"{{{{ {role}_lock_timeout }}}}\"\n", StringComparison.Ordinal));

    [Test]
    public void A_plugin_uses_no_private_member_of_Ansible_but_where_nothing_else_tells_what_it_needs() =>
        Repository.Files(".py").Where(file => file.StartsWith("plugins/", StringComparison.Ordinal))
            .SelectMany(PrivateMembers).Distinct()
            .ShouldBe(PluginApi.Concat(Undocumented), ignoreOrder: true);

    [Test]
    public void The_build_knows_the_tags_of_the_role_that_site_yml_names() =>
        Tag().Matches(Repository.Read("roles/incus_infra/tasks/main.yml").Split("  tags:\n")[1])
            .Select(m => m.Groups["name"].Value)
            .ShouldBeSubsetOf(TreeTags.OfTheBuild);

    /// <summary>Those that the file does not define itself.</summary>
    private static IEnumerable<string> PrivateMembers(string file)
    {
        var text = Repository.Read(file);
        var own = OwnMember().Matches(text).Select(m => $"self.{m.Groups["name"].Value}").ToHashSet(StringComparer.Ordinal);
        return PrivateMember().Matches(text)
            .Select(m => $"{m.Groups["object"].Value}.{m.Value}")
            .Where(member => !own.Contains(member));
    }

    private static IEnumerable<string> Roles() =>
        Directory.GetDirectories(Path.Join(Repository.Root, "roles")).Select(Path.GetFileName).Order(StringComparer.Ordinal)!;

    [GeneratedRegex(@"(?<=(?<object>[\w\])]+)\.)_[a-z]\w*")]
    private static partial Regex PrivateMember();

    [GeneratedRegex(@"def (?<name>_\w+)\(|self\.(?<name>_\w+) \+?= ")]
    private static partial Regex OwnMember();

    [GeneratedRegex("^- ", RegexOptions.Multiline)]
    private static partial Regex Task();

    [GeneratedRegex(@"(- |[\[ ]')(?<name>[a-z]+)('[,\]]|$)", RegexOptions.Multiline)]
    private static partial Regex Tag();

    [GeneratedRegex("^(?<name>[a-z_]+):", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex("^      (?<name>[a-z_]+):", RegexOptions.Multiline)]
    private static partial Regex Specified();

    [GeneratedRegex("^      (?<name>[a-z_]+):\n(        .*\n)*?        required: true$", RegexOptions.Multiline)]
    private static partial Regex Required();
}
