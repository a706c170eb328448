using System.Text.RegularExpressions;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Tests.Planning;

namespace Incus.Infra.Incus.Tests.Live;

/// <summary>The agent of a virtual machine, which the engine waits for as the collection does.</summary>
internal sealed partial class AgentTests
{
    private static readonly string Connection =
        File.ReadAllText(Path.Join(VariableTests.Root, "plugins", "connection", "incus.py"));

    [Test]
    public void It_may_take_as_long_to_start_before_names_are_written_as_before_the_machine_is_provisioned() =>
        HostsFiles.AgentPatience.TotalSeconds.ShouldBe(int.Parse(Timeout().Match(Connection).Groups[1].Value));

    [Test]
    public void It_is_known_to_be_away_by_the_same_words_of_Incus() => Connection.ShouldContain($"\"{HostsFiles.AgentAway}\"");

    [GeneratedRegex("default: ([0-9]+)\n    vars:\n      - name: ansible_incus_agent_timeout")]
    private static partial Regex Timeout();
}
