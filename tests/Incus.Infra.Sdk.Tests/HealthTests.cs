using System.Text.RegularExpressions;
using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

/// <summary>What health and needs mean for the targets, with the packed SDK.</summary>
internal sealed class HealthTests : IncusTest
{
    [Test]
    public void Apply_succeeds_when_machines_are_healthy_Status_and_Verify_say_it_and_a_question_changes_nothing()
    {
        Project.Edit("infra.yml", "      web:\n", "      web:\n        needs: [dev]\n");
        Project.Edit("infra.yml", "dev: {}", "dev: {health: {command: [test, -e, /ready, secret], within: 1s}}");

        // The image has nothing but a shell and busybox.
        var bare = Sandbox.Build("-t:Apply");
        bare.ShouldFailWith("INFRA4196");
        bare.Output.ShouldNotContain("secret");
        Instances().ShouldBe(["work,dev,RUNNING"]);

        In("--install", "-s", "/bin");
        In("touch", "/ready", "/secret");
        Project.Edit("infra.yml", "/ready, secret", "/ready");
        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldContain("infra -> 1 of 1 machine healthy");
        Instances().ShouldBe(["home,web,RUNNING", "work,dev,RUNNING"]);

        using var proxy = new RequestProxy(Incus.SocketPath);
        Sandbox.Set("INCUS_SOCKET", proxy.SocketPath);
        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldContain("nothing to change in Incus");
        proxy.Take().Where(request => !request.StartsWith("GET ", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldStartWith("POST /1.0/instances/dev/exec?project=work");

        In("rm", "/ready");
        Sandbox.Build("-t:Status", "-v:detailed").ShouldSucceed().Output
            .ShouldMatch(@"work/dev +running +unhealthy .*\n *command test: it ended with exit code 1\n");
        Sandbox.Build("-t:Apply", "-p:Limit=home").ShouldSucceed();
        var sick = Sandbox.Build("-t:Apply");
        sick.ShouldFailWith("INFRA4195");
        sick.Output.ShouldMatch(Regex.Escape("instance 'dev' in project 'work' is not healthy after 1 seconds: command test"));
        sick.Output.ShouldMatch(@"infra\.yml\(\d+,\d+\): error INFRA4195");
    }

    [Test]
    public void A_machine_without_what_it_needs_is_not_provisioned_and_says_why()
    {
        const string step = "vars: {infra_network_timeout: 0}, provision: [{script: {inline: \"true\", version: \"1\"}}]";
        Project.Edit("infra.yml", "      dev: {}\n", $$"""
                  dev: { {{step}} }
                  other: {}
                  waits: { needs: [dev], {{step}} }

            """);

        var failed = Sandbox.Build("-t:Apply");
        failed.ShouldFailWith("INFRA4041");
        failed.Output.ShouldContain("'Wait for the network and install Python' failed on host 'dev'");
        failed.Output.ShouldMatch(
            @"infra\.yml\(\d+,7\): error INFRA4041: .* failed on host 'waits': It needs dev, which failed\.");
        Sandbox.Build("-t:Apply", "-p:Limit=dev:waits").ShouldFailWith("INFRA4041").Output
            .ShouldContain("waits: left out, as it needs dev");

        Project.Edit("infra.yml", $"dev: {{ {step} }}", "dev: {health: {tcp: 5432, within: 1s}}");
        var sick = Sandbox.Build("-t:Apply");
        sick.ShouldFailWith("INFRA4041", "INFRA4195");
        sick.Output.ShouldContain("'waits': It needs dev, which is not healthy.");

        Project.Edit("infra.yml", "{health: {tcp: 5432, within: 1s}}", "{}");
        Sandbox.Build("-t:Apply", "-p:Limit=waits").ShouldFailWith("INFRA4041").Output
            .ShouldContain("'Wait for the network and install Python' failed on host 'waits'");
    }

    private void In(params string[] command) => Incus.InInstance("work", "dev", ["/bin/busybox", .. command]);
}
