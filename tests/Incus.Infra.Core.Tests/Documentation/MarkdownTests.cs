using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using YamlDotNet.Core;

namespace Incus.Infra.Core.Tests.Documentation;

[TestFixture]
internal sealed partial class MarkdownTests
{
    private const string French = "_FR.md";

    private static IEnumerable<string> Pages() => Repository.Files(".md");

    private static IEnumerable<TestCaseData> CompleteFiles() =>
        from page in Pages()
        from block in CodeBlock().Matches(Repository.Read(page))
        let code = block.Groups["code"].Value
        where block.Groups["language"].Value == "yaml"
            && code.Contains("project_name:", StringComparison.Ordinal)
            && code.Contains("\ndomains:", StringComparison.Ordinal)
        select new TestCaseData(code).SetArgDisplayNames(page, code.Split('\n')[0]);

    [TestCaseSource(nameof(Pages))]
    public void Relative_links_lead_to_files_and_headings_that_exist(string page)
    {
        var missing = Link().Matches(WithoutCode(Repository.Read(page)))
            .Select(m => m.Groups["target"].Value)
            .Where(t => !t.Contains("://", StringComparison.Ordinal) && !Exists(page, t));

        missing.ShouldBeEmpty();
    }

    [TestCaseSource(nameof(Pages))]
    public void Blocks_of_YAML_JSON_and_XML_are_well_formed_except_where_they_show_what_is_wrong(string page)
    {
        foreach (Match block in CodeBlock().Matches(Repository.Read(page)))
        {
            var code = block.Groups["code"].Value;
            if (!code.Contains("# wrong", StringComparison.Ordinal))
            {
                Should.NotThrow(() => Parse(block.Groups["language"].Value, code), $"{page}:\n{code}");
            }
        }
    }

    [TestCaseSource(nameof(CompleteFiles))]
    public void A_complete_infra_yml_on_a_page_builds_without_a_warning(string code) =>
        Compiling.Compile(code).Diagnostics.ShouldBeEmpty();

    [TestCaseSource(nameof(FrenchPages))]
    public void A_French_page_has_the_structure_the_code_and_the_links_of_the_English_one(string french)
    {
        var english = EnglishOf(french);

        Levels(french).ShouldBe(Levels(english));
        Blocks(french).ShouldBe(Blocks(english));
        Links(french).Select(EnglishOf).ShouldBe(Links(english).Select(EnglishOf));
    }

    private static IEnumerable<string> FrenchPages() => Pages().Where(p => p.EndsWith(French, StringComparison.Ordinal));

    private static string EnglishOf(string page) => page.Replace(French, ".md", StringComparison.Ordinal);

    private static IEnumerable<int> Levels(string page) =>
        Heading().Matches(WithoutCode(Repository.Read(page))).Select(m => m.Groups["marks"].Length);

    private static IEnumerable<string> Blocks(string page) => CodeBlock().Matches(Repository.Read(page)).Select(m => m.Value);

    private static IEnumerable<string> Links(string page) =>
        Link().Matches(WithoutCode(Repository.Read(page))).Select(m => m.Groups["target"].Value);

    private static string WithoutCode(string text) => CodeBlock().Replace(text, "");

    private static void Parse(string language, string code)
    {
        switch (language)
        {
            case "yaml":
                var parser = new Parser(new StringReader(code));
                while (parser.MoveNext())
                {
                    // Only syntax: what a block shows may be refused for what it says.
                }

                break;
            case "json":
                JsonDocument.Parse(code).Dispose();
                break;
            case "xml":
                XDocument.Parse($"<blocks>{code}</blocks>"); // A block may show several elements.
                break;
        }
    }

    private static bool Exists(string page, string target)
    {
        var (path, anchor) = target.Split('#') is [var p, var a] ? (p, a) : (target, "");
        var file = Path.Join(Repository.Root, path.Length == 0 ? page : Path.Join(Path.GetDirectoryName(page), path));
        return Path.Exists(file) && (anchor.Length == 0 || Heading().Matches(WithoutCode(File.ReadAllText(file)))
            .Any(m => AnchorOf(m.Groups["title"].Value) == anchor));
    }

#pragma warning disable CA1308 // Anchors of Markdown headings are lower-case.
    private static string AnchorOf(string title) => NotInAnchors().Replace(title.ToLowerInvariant(), "").Replace(' ', '-');
#pragma warning restore CA1308

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<code>[\s\S]*?)^```$", RegexOptions.Multiline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^(?<marks>#{1,6}) (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchors();
}
