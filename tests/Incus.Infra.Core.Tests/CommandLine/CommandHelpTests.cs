using Incus.Infra.Core.CommandLine;

namespace Incus.Infra.Core.Tests.CommandLine;

internal sealed class CommandHelpTests
{
    private static readonly string[] Lines = CommandHelp.Text().Split('\n');

    [Test]
    public void Each_target_begins_a_line_and_below_it_are_the_properties_that_it_takes() =>
        string.Join('\n', Lines).ShouldSatisfyAllConditions(
            text => text.ShouldContain("""

                  SnapList          Lists snapshots.
                                    -p: IncusRemote, Instance, Domain, Json

                """),
            text => CommandTable.Targets.ShouldAllBe(t => Lines.Any(line => line.StartsWith($"  {t.Name} "))));

    [Test]
    public void Each_property_begins_a_line_and_says_what_it_is_when_left_out() =>
        string.Join('\n', Lines).ShouldSatisfyAllConditions(
            text => text.ShouldContain("Name of the snapshot. Default: for Snap the date and time."),
            text => CommandTable.Properties.ShouldAllBe(p => Lines.Any(line => line.StartsWith($"  {p.Name} "))));

    [Test]
    public void A_terminal_of_100_columns_shows_it_without_Markdown() =>
        Lines.Where(line => line.Length > 100 || line.Contains('`') || line.Contains("](")).ShouldBeEmpty();
}
