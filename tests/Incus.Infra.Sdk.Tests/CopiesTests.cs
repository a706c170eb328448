using System.Text.Json;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>
/// A domain with copies that share a network, on a real Incus: each is a project of its own, and commands take all of them by one
/// name.
/// </summary>
internal sealed class CopiesTests : IncusTest
{
    private const string Infra = """
        project_name: class
        global: {addressing: {}, default_os_image: busybox}
        domains:
          seat:
            copies: students.csv
            network: shared
            ephemeral: true
            machines:
              desk: {config: {environment.SEAT: "{{ copy_name }} {{ copy_index }}"}}

        """;

    [Test]
    public void A_student_who_joins_and_leaves_touches_no_other_seat_and_one_name_stands_for_all()
    {
        Project.Write("infra.yml", Infra);
        Project.Write("students.csv", "name\nbob\ncarol\ndave\n");
        Sandbox.Build("-t:CleanOrphans", "-p:Force=true").ShouldSucceed();
        Sandbox.Build("-t:Apply").ShouldSucceed();
        var three = Seats();
        three.Keys.ShouldBe(["seat-bob-desk", "seat-carol-desk", "seat-dave-desk"]);
        Sandbox.Run("incus", "exec", "seat-carol-desk", "--project=seat-carol", "--", "sh", "-c", "echo $SEAT").Output
            .ShouldBe("carol 2\n");

        Project.Write("students.csv", "name\nbob\ncarol\ndave\nalice\n");
        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldContain("infra -> create 3 objects");
        var four = Seats();
        four.ShouldContainKey("seat-alice-desk");
        three.ShouldBeSubsetOf(four);

        Sandbox.Build("-t:Status", "-p:Limit=seat", "-p:FailOnChange=true").ShouldSucceed().Summary
            .ShouldContain("4 machines: 4 as applied");
        Sandbox.Build("-t:Status", "-p:Limit=seat-bob").ShouldSucceed().Summary.ShouldContain("1 machine: 1 as applied");
        Sandbox.Build("-t:Snap", "-p:Domain=seat", "-p:Snapshot=lesson").ShouldSucceed().Summary
            .ShouldContain("4 snapshots 'lesson' taken");

        Project.Write("students.csv", "dave\nbob\nalice\n");
        Sandbox.Build("-t:CleanOrphans").ShouldSucceed();
        Sandbox.Build("-t:Apply", "-p:AutoCleanup=true").ShouldSucceed();
        var rest = Seats();
        rest.Keys.ShouldBe(["seat-alice-desk", "seat-bob-desk", "seat-dave-desk"]);
        rest.ShouldBeSubsetOf(four);

        Sandbox.Build("-t:Destroy", "-p:Domain=seat-bob", "-p:Confirm=seat-bob").ShouldSucceed();
        Networks().ShouldContain("net-seat");
        Sandbox.Build("-t:Destroy", "-p:Domain=seat", "-p:Confirm=seat").ShouldSucceed();
        Projects().ShouldBe(["default"]);
        Networks().ShouldNotContain("net-seat");
    }

    private List<string> Networks() => List("network", "list", "--columns=n");

    /// <summary>What an instance does not keep when it is made anew, and its address.</summary>
    private SortedDictionary<string, string> Seats()
    {
        using var answer = JsonDocument.Parse(
            Sandbox.Run("incus", "query", "/1.0/instances?recursion=1&all-projects=true").ShouldSucceed().Output);
        return new(
            answer.RootElement.EnumerateArray().ToDictionary(
                i => i.GetProperty("name").GetString()!,
                i => string.Join(' ', new[] { "volatile.uuid", "volatile.eth0.hwaddr" }
                    .Select(key => i.GetProperty("config").GetProperty(key).GetString())
                    .Append(i.GetProperty("devices").GetProperty("eth0").GetProperty("ipv4.address").GetString()))),
            StringComparer.Ordinal);
    }
}
