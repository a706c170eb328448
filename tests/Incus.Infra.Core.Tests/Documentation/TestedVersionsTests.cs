using System.Text.RegularExpressions;

namespace Incus.Infra.Core.Tests.Documentation;

/// <summary>What pages say of tested versions is what Doctor goes by.</summary>
[TestFixture]
internal sealed partial class TestedVersionsTests
{
    [TestCase("README.md", "and", "in the machines")]
    [TestCase("README_FR.md", "et", "dans les machines")]
    [TestCase("docs/host-setup.md", "and", "in the machines")]
    public void A_page_names_the_tested_versions(string page, string and, string where)
    {
        Blanks().Replace(Repository.Read(page), " ").ShouldContain(
            $"Incus {List(TestedVersions.Incus)}, ansible-core {List(TestedVersions.AnsibleCore)} "
            + $"{and} Debian {List(TestedVersions.Debian)} {where}");

        string List<T>(IEnumerable<T> versions) => string.Join($" {and} ", versions);
    }

    [Test]
    public void The_newest_tested_Incus_has_suites_of_its_own() =>
        Repository.Read("build.proj").ShouldContain($"Incus.Infra.Incus.Tests@{TestedVersions.Incus[^1]};");

    [GeneratedRegex("\\s+")]
    private static partial Regex Blanks();
}
