using System.Text.RegularExpressions;
using System.Xml.Linq;
using Incus.Infra.Core.CommandLine;

namespace Incus.Infra.Core.Tests.Documentation;

/// <summary>docs/reference.md and the targets know the properties of the command line as the table of the checks has them.</summary>
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
    public void Each_target_has_the_values_checked_that_it_takes()
    {
        var checks = XDocument.Parse(Repository.Read("sdk/targets/Infra.Properties.targets")).Descendants("InfraCheckProperties");

        foreach (var check in checks)
        {
            var verb = check.Attribute("Verb")!.Value;
            var values = CommandTable.Properties.Where(p => p.Verbs.Contains(verb) && p.Values.Count > 0).Select(p => $"{p.Name}=$({p.Name})");
            (check.Attribute("Values")?.Value ?? "").ShouldBe(string.Join(';', values), verb);
        }
    }

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
