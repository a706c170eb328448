using System.Text.RegularExpressions;
using Incus.Infra.Core.CommandLine;

namespace Incus.Infra.Core.Tests.Documentation;

/// <summary>Whoever copies a command from any page gives a build what it takes.</summary>
internal sealed partial class DocumentedBuildTests
{
    private static IEnumerable<string> Pages =>
        Repository.Files(".md").Where(f => !f.StartsWith("docs/decisions/", StringComparison.Ordinal));

    [TestCaseSource(nameof(Pages))]
    public void Each_command_of_a_page_names_a_target_and_properties_that_it_takes_in_a_form_that_MSBuild_reads(string page)
    {
        foreach (var command in Builds().Matches(Repository.Read(page)).Select(m => m.Value).Where(IsOfAProject))
        {
            var verbs = Target().Matches(command).Select(m => m.Groups[1].Value).DefaultIfEmpty("Build").ToList();
            verbs.ShouldBeSubsetOf(CommandTable.Targets.Select(t => t.Name), command);
            var given = Property().Matches(command).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
            given.Values.ShouldAllBe(value => !value.Contains(',') && !value.Contains(';'), command);
            verbs.SelectMany(verb => new CommandCheck("infra.proj", verb).Run(given, given)).ShouldBeEmpty(command);
        }
    }

    private static bool IsOfAProject(string command) =>
        !command.Contains(".proj", StringComparison.Ordinal) && !Wrong().IsMatch(command);

    [GeneratedRegex(@"dotnet build [^`\n]*")]
    private static partial Regex Builds();

    [GeneratedRegex("# (wrong|ambiguous)")]
    private static partial Regex Wrong();

    [GeneratedRegex(@"-t:(\w+)")]
    private static partial Regex Target();

    [GeneratedRegex(@"-p:(\w+)=(\S*)")]
    private static partial Regex Property();
}
