using System.Text.Json;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>What Verify proves about domains with packets, on a real Incus.</summary>
[Category("Slow")]
internal sealed class FlowTests() : IncusTest("busybox", "debian-python")
{
    [Test]
    public void Verify_proves_with_packets_that_policies_are_open_and_all_else_is_closed()
    {
        Project.Write("infra.yml", """
            project_name: lab
            global: {base_subnet: "10.100", default_os_image: debian-python}
            domains:
              work: {subnet_id: 1, ephemeral: true, machines: {w1: {}, w2: {}}}
              lab: {subnet_id: 2, ephemeral: true, outside: internet, machines: {l1: {}}}
              admin: {subnet_id: 3, ephemeral: true, outside: none, access: {incus: own}, machines: {a1: {}}}
            network_policies:
              - {from: work, to: lab, ports: [8080], description: pages}
              - {from: a1, to: w1, ports: all, bidirectional: true}
              - {from: lab, to: work, protocol: icmp}
            """);
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed();

        var output = Sandbox.Build("-t:Verify", "-p:FlowsFile=flows.json").ShouldSucceed().Summary;

        output.ShouldMatch(@"(\d+) of \1 connections are as declared");
        output.ShouldMatch("w1 +-> l1 +open: tcp 8080; closed: ");
        output.ShouldContain("infra -> 4 of 4 machines have the names in /etc/hosts");
        Incus.InInstance("work", "w2", "cat", "/etc/hosts").ShouldContain("\n10.100.2.1 l1.incus l1\n# === END MANAGED");
        Incus.InInstance("work", "w1", "getent", "hosts", "a1").ShouldMatch("^10.100.3.1 +a1.incus a1$");
        Flows().ShouldSatisfyAllConditions(
            flows => flows.Where(f => f.Expected != f.Found).ShouldBeEmpty(),
            flows => flows.ShouldContain(("w1", "l1", "tcp", 8080, "open", "open")),
            flows => flows.ShouldContain(("l1", "w1", "tcp", 8080, "closed", "closed")),
            flows => flows.ShouldContain(("l1", "w1", "icmp", 0, "open", "open")),
            flows => flows.ShouldContain(("w1", "a1", "udp", 47808, "open", "open")),
            flows => flows.ShouldContain(("w2", "a1", "tcp", 47808, "closed", "closed")),
            flows => flows.ShouldContain(("a1", "gateway of admin", "icmp", 0, "open", "open")),
            flows => flows.ShouldContain(("a1", "gateway of lab", "icmp", 0, "closed", "closed")));
        Incus.InInstance("work", "w1", "sh", "-c", "pgrep python3 || echo none").ShouldBe("none");

        // As Docker's.
        Incus.Exec(
            "nft", "add table ip foreign; add chain ip foreign forward { type filter hook forward priority 0; policy drop; }");
        Sandbox.Build("-t:Verify").ShouldFailWith("INFRA4052").Output.ShouldMatch(
            @"infra\.yml\(8,5\): error INFRA4052: .*'w1'.*l1.*tcp 8080");
        Incus.Exec("nft", "delete", "table", "ip", "foreign");

        Incus.Exec("nft", "flush", "ruleset");
        Sandbox.Build("-t:Plan").ShouldSucceed().Summary.ShouldBe("nothing to change in Incus");
        Sandbox.Build("-t:Verify").ShouldFailWith("INFRA4051").Output
            .ShouldMatch(@"infra\.yml\(5,3\): error INFRA4051: 'l1' reaches a1 by tcp 47808, udp 47808, icmp, and no policy ");

        Incus.InInstance("admin", "a1", "rm", "/etc/hosts");
        Sandbox.Build("-t:Verify", "-p:Limit=admin").ShouldFailWith("INFRA4051", "INFRA4191").Output
            .ShouldContain("'a1' in project 'admin': its /etc/hosts lacks '10.100.1.1 w1.incus w1'");
        Sandbox.Build("-t:Apply", "-p:Tags=infra", "-p:Repair=true").ShouldSucceed();
        Sandbox.Build("-t:Verify").ShouldSucceed();

        // A machine that does not answer proves nothing, neither that all is well nor the contrary.
        Incus.Client("--project", "lab", "stop", "--force", "l1");
        var partly = Sandbox.Build("-t:Verify", "-p:Limit=lab");
        partly.ExitCode.ShouldBe(0);
        partly.Output.ShouldContain("INFRA4056: What 'l1' reaches, and who reaches it, is not proven: it does not run.");
        partly.Summary.ShouldMatch(@"(?m)^ *infra -> 3 of \d+ connections are as declared, \d+ not probed$");

        List<(string From, string To, string Protocol, int Port, string Expected, string Found)> Flows() =>
        [
            .. JsonDocument.Parse(File.ReadAllText(Project.At("flows.json"))).RootElement.GetProperty("flows").EnumerateArray()
                .Select(f => (
                    Text(f, "from"), Text(f, "to"), Text(f, "protocol"),
                    f.GetProperty("port") is { ValueKind: JsonValueKind.Number } port ? port.GetInt32() : 0,
                    Text(f, "expected"), Text(f, "found"))),
        ];

        static string Text(JsonElement flow, string name) => flow.GetProperty(name).GetString()!;
    }
}
