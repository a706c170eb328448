using System.Text.RegularExpressions;

namespace Incus.Infra.Core.Tests.Documentation;

/// <summary>docs/diagnostics.md explains every code, and no other one.</summary>
[TestFixture]
internal sealed partial class DiagnosticsPageTests
{
    private const string Page = "docs/diagnostics.md";

    [Test]
    public void Each_code_of_the_sources_has_a_section() => Headings().ShouldBe(CodesOfTheSources());

    [Test]
    public void The_table_lists_the_sections_in_their_order() => Rows().Matches(Repository.Read(Page))
        .Select(m => m.Groups["code"].Value)
        .ShouldBe(Headings());

    [Test]
    public void Each_section_names_the_severity_of_the_table_and_how_to_fix_it()
    {
        var page = Repository.Read(Page);
        var sections = Heading().Split(page).Skip(1).Chunk(2).ToDictionary(c => c[0], c => c[1]);
        foreach (Match row in Rows().Matches(page))
        {
            var section = sections[row.Groups["code"].Value];
            section.ShouldContain($"({row.Groups["severity"].Value}).");
            section.ShouldContain("**Fix:** ");
        }
    }

    [Test]
    public void The_help_link_of_a_code_leads_to_its_section() =>
        new Diagnostic("INFRA1050", Severity.Error, new SourceLocation("infra.yml"), "").HelpLink
            .ShouldEndWith("docs/diagnostics.md#infra1050");

    private static List<string> Headings() =>
        [.. Heading().Matches(Repository.Read(Page)).Select(m => m.Groups["code"].Value)];

    private static IEnumerable<string> CodesOfTheSources() => Repository.Files(".cs")
        .Where(f => f.StartsWith("src/", StringComparison.Ordinal))
        .Concat(Repository.Files(".targets"))
        .SelectMany(f => Code().Matches(Repository.Read(f)))
        .Select(m => m.Groups["code"].Value)
        .Distinct()
        .Order(StringComparer.Ordinal);

    [GeneratedRegex("^## (?<code>INFRA[0-9]{4})$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| \[(?<code>INFRA[0-9]{4})\]\(#infra[0-9]{4}\) \| (?<severity>error|warning) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex("\"(?<code>INFRA[0-9]{4})\"")]
    private static partial Regex Code();
}
