using System.Text.RegularExpressions;
using System.Xml.Linq;
using Incus.Infra.Core.CommandLine;

namespace Incus.Infra.Core.Tests.Documentation;

/// <summary>
/// docs/reference.md and the targets know the properties of the command line as the table of the checks has them.
/// </summary>
internal sealed partial class CommandLineReferenceTests
{
    [Test]
    public void The_reference_names_each_property_with_the_targets_that_take_it() => Rows("### On the command line")
        .SelectMany(columns => Names(columns[1]).Select(name => $"{name}: {string.Join(", ", Names(columns[2]))}"))
        .ShouldBe(CommandTable.Properties.Select(p => $"{p.Name}: {string.Join(", ", p.Verbs)}"));

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
                CommandTable.Properties.SelectMany(p => p.Verbs).Concat(CommandTable.Previews.Keys).Append("Validate").Distinct(),
                ignoreOrder: true);

    private static IEnumerable<string[]> Rows(string heading) => Repository.Read("docs/reference.md")
        .Split(heading + "\n")[1]
        .Split("\n## ")[0].Split("\n### ")[0]
        .Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Split('|'));

    private static IEnumerable<string> Names(string column) => Name().Matches(column).Select(m => m.Groups[1].Value);

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex Name();
}
