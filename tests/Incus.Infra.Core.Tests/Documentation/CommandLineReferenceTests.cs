using System.Text.RegularExpressions;
using System.Xml.Linq;
using Incus.Infra.Core.CommandLine;

namespace Incus.Infra.Core.Tests.Documentation;

/// <summary>
/// docs/reference.md and the targets know the command line as the table has it. UPDATE_GOLDEN=1 rewrites the tables of the page.
/// </summary>
internal sealed partial class CommandLineReferenceTests
{
    /// <summary>Those that only run others, or that other tools ask for.</summary>
    private static readonly string[] NotChecked = ["Build", "Rebuild", "Clean", "Restore", "InfraGenerateCode"];

    private const string Reference = "docs/reference.md";

    [Test]
    public void The_tables_of_targets_and_properties_are_those_of_the_command_line()
    {
        var text = Repository.Read(Reference);
        var current = Table().Replace(
            text,
            m => m.Groups["begin"].Value
                + (m.Groups["name"].Value == "targets" ? Targets() : Properties())
                + m.Groups["end"].Value);
        Repository.ShouldHave(Reference, current, $"the tables of {Reference}");
    }

    [Test]
    public void The_reference_names_each_property_of_a_project_file() => Rows("### In the project").Concat(Rows("### Hooks"))
        .SelectMany(columns => Names(columns[1]))
        .ShouldBe(CommandTable.ProjectProperties);

    [Test]
    public void The_properties_that_have_a_few_values_only_reach_the_check() =>
        XDocument.Parse(Repository.Read("sdk/targets/Infra.Project.targets")).Descendants("_InfraProject").Single()
            .Attribute("Values")!.Value.Split(';')
            .ShouldBe(
                CommandTable.Properties.Where(p => p.Values.Count > 0).Select(p => $"{p.Name}=$({p.Name})"),
                ignoreOrder: true);

    [Test]
    public void Each_target_of_the_table_has_a_file_that_checks_what_it_was_given() =>
        Repository.Files(".targets").Where(file => file.StartsWith("sdk/targets/verbs/", StringComparison.Ordinal))
            .Select(file => (
                Name: Path.GetFileNameWithoutExtension(file),
                Checked: XDocument.Parse(Repository.Read(file)).Descendants("InfraCheckProperties").Single()
                    .Attribute("Verb")!.Value))
            .Where(verb => verb.Name == verb.Checked)
            .Select(verb => verb.Name)
            .ShouldBe(
                CommandTable.Targets.Select(t => t.Name).Except(NotChecked),
                ignoreOrder: true);

    private static string Targets() => "| Target | What it does |\n|---|---|\n"
        + string.Concat(CommandTable.Targets.Select(t => $"| `{t.Name}` | {t.Purpose} |\n"));

    private static string Properties() => "| Property | Target | Meaning | Default |\n|---|---|---|---|\n"
        + string.Concat(CommandTable.Properties.Select(p => string.Join(" | ",
            $"| `{p.Name}`", string.Join(", ", p.Verbs.Select(v => $"`{v}`")), p.Meaning, $"{p.Default} |\n".TrimStart(' '))));

    private static IEnumerable<string[]> Rows(string heading) => Repository.Read(Reference)
        .Split(heading + "\n")[1]
        .Split("\n## ")[0].Split("\n### ")[0]
        .Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Split('|'));

    private static IEnumerable<string> Names(string column) => Name().Matches(column).Select(m => m.Groups[1].Value);

    [GeneratedRegex(@"(?<begin><!-- (?<name>targets|properties) -->\n\n)[\s\S]*?(?<end>\n<!-- end of \k<name> -->)")]
    private static partial Regex Table();

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex Name();
}
