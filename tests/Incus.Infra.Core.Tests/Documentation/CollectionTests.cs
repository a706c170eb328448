using System.Text.RegularExpressions;

namespace Incus.Infra.Core.Tests.Documentation;

/// <summary>The collection and the build are made for each other.</summary>
[TestFixture]
internal sealed partial class CollectionTests
{
    [Test]
    public void What_the_collection_reads_of_a_machine_and_a_domain_is_what_the_build_writes()
    {
        var written = Compiling.Compile(Repository.Read("infra.yml.example")).Files
            .Where(f => f.Path.Contains("_vars/", StringComparison.Ordinal))
            .SelectMany(f => Variable().Matches(f.Text))
            .Select(m => m.Groups["name"].Value)
            .ToHashSet(StringComparer.Ordinal);
        var read = Quoted().Matches(Repository.Read("plugins/plugin_utils/desired.py")).Select(m => m.Groups["name"].Value).ToList();

        read.Count.ShouldBeGreaterThan(15);
        read.Except(written).ShouldBeEmpty();
        written.Where(v => v.StartsWith("instance_", StringComparison.Ordinal))
            .Except(read)
            .ShouldBe(["instance_roles", "instance_provision"], ignoreOrder: true);
    }

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
            ((string[])["molecule", "converge", "verify"]).Select(file => Repository.Read($"roles/{role}/molecule/default/{file}.yml")));

        Specified().Matches(Repository.Read($"roles/{role}/meta/argument_specs.yml"))
            .Select(m => m.Groups["name"].Value)
            .Where(name => !scenario.Contains($"{name}:", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    private static IEnumerable<string> Roles() =>
        Directory.GetDirectories(Path.Join(Repository.Root, "roles")).Select(Path.GetFileName).Order(StringComparer.Ordinal)!;

    [GeneratedRegex("^(?<name>[a-z_]+):", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex("\"(?<name>(instance|domain|incus)_[a-z_]+)\"[,:\\n]")]
    private static partial Regex Quoted();

    [GeneratedRegex("^      (?<name>[a-z_]+):", RegexOptions.Multiline)]
    private static partial Regex Specified();

    [GeneratedRegex("^      (?<name>[a-z_]+):\n(        .*\n)*?        required: true$", RegexOptions.Multiline)]
    private static partial Regex Required();
}
