using System.Text.RegularExpressions;

namespace Incus.Infra.Core.Tests.Documentation;

/// <summary>Directory.Build.props has the version; every other place repeats it. UPDATE_GOLDEN=1 rewrites them.</summary>
[TestFixture]
internal sealed partial class VersionTests
{
    private static readonly string[] Ends = [".md", ".proj", ".csproj", "galaxy.yml"];

    private static readonly string[] Expected =
        ["README.md", "README_FR.md", "galaxy.yml", "templates/incus-infra/infra.proj", "samples/minimal/infra.proj"];

    private static string Version => Defined().Match(Repository.Read("Directory.Build.props")).Groups["version"].Value;

    private static IEnumerable<string> Pages() =>
        Ends.SelectMany(Repository.Files).Where(file => Repeated().IsMatch(Repository.Read(file)));

    [TestCaseSource(nameof(Pages))]
    public void What_repeats_the_version_agrees_with_it(string page)
    {
        var text = Repository.Read(page);
        var current = Repeated().Replace(text, m => m.Groups["before"].Value + Version);
        Repository.ShouldHave(page, current, $"the version in {page}");
    }

    [Test]
    public void The_readmes_the_template_the_samples_and_the_collection_repeat_the_version() =>
        Pages().Intersect(Expected).ShouldBe(Expected, ignoreOrder: true);

    [Test]
    public void The_changelog_begins_with_this_version() =>
        Newest().Match(Repository.Read("docs/changelog.md")).Groups["version"].Value.ShouldBe(Version);

    [GeneratedRegex("<Version>(?<version>[^<]+)</Version>")]
    private static partial Regex Defined();

    [GeneratedRegex("^## (?<version>[0-9]\\S*)", RegexOptions.Multiline)]
    private static partial Regex Newest();

    [GeneratedRegex(
        "(?<before>\"Incus\\.Infra\\.Sdk/|\"Incus\\.Infra\\.Sdk\" Version=\"|Incus\\.Infra\\.Templates(::|@|\\.)|incus-infra-"
        + "|^version: |^[Vv]ersion |^La version )"
        + "[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.]*[0-9A-Za-z])?",
        RegexOptions.Multiline)]
    private static partial Regex Repeated();
}
