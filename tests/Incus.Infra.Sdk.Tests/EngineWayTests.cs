using System.Text.RegularExpressions;
using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>The engine in the build and the engine by Ansible say and do the same; a detailed log says which it was.</summary>
internal sealed class EngineWayTests : IncusTest
{
    private const string ByBuild = "The build runs the engine: nothing here has a part in what it is asked but infra.yml.";

    [Test]
    public void Both_ways_show_the_same_to_the_last_byte()
    {
        BothWays("-t:Plan", "-p:PlanFile=plan.json", "-p:PlanSummary=plan.md");
        BothWays("-t:Plan", "-p:Detail=full", "-p:Limit=work", "-p:Tags=networks,instances");
        BothWays("-t:Plan", "-p:Limit=empty", "-p:FailOnChange=true");
        Sandbox.Build("-t:Apply").ShouldSucceed();
        BothWays("-t:Apply");
        Sandbox.Run("incus", "config", "set", "web", "limits.cpu=1", "--project=home").ShouldSucceed();
        const string machines = "      dev: {os_image: no-such-image}\n      other: {os_image: no-such-image}\n";
        Project.Edit("infra.yml", "      dev: {}\n", machines);
        BothWays("-t:Plan", "-p:PlanFile=plan.json");
        Sandbox.Build("-t:Sync").ShouldSucceed();
        BothWays("-t:Apply");
        Project.Edit("infra.yml", machines, "");
        Sandbox.Build().ExitCode.ShouldBe(0);
        Sandbox.Build("-t:CleanOrphans").ExitCode.ShouldBe(0);
        Sandbox.Build().ShouldSucceed();
        BothWays("-t:Apply");
        Sandbox.Set("INCUS_SOCKET", "/nowhere/unix.socket");
        BothWays("-t:Apply");
    }

    [Test]
    public void The_first_part_of_an_Apply_is_the_builds_and_the_machines_are_Ansibles()
    {
        Project.Edit(
            "infra.yml", "dev: {}", "dev: {provision: [{script: {inline: \"true\", creates: /never}}]}");

        var failed = Sandbox.Build("-t:Apply", "-v:detailed");

        failed.ShouldFailWith("INFRA4041");
        failed.Output.ShouldContain(ByBuild);
        failed.Output.ShouldContain("ansible-playbook site.yml --extra-vars=");
        failed.Output.ShouldContain("infra -> create 16 objects\n");
        failed.Output.ShouldContain("infra -> not all machines are done");
    }

    [Test]
    public void Ctrl_C_ends_an_Apply_of_the_build_between_two_objects_and_the_next_one_completes_it()
    {
        var build = Sandbox.StartBuild("-t:Apply");
        build.WaitFor("] project home: create");

        build.Interrupt();

        var result = build.Wait();
        result.ExitCode.ShouldNotBe(0);
        result.Output.ShouldContain("infra -> stopped; Plan shows what remains");
        Sandbox.Build("-t:Apply").ShouldSucceed();
        Sandbox.Build("-t:Plan", "-p:FailOnChange=true").ShouldSucceed();
    }

    /// <summary>Runs the same twice and compares what is shown and written.</summary>
    private void BothWays(params string[] arguments)
    {
        var build = Run(arguments);
        Sandbox.Set("ANSIBLE_FORKS", "16");
        var ansible = Run(arguments);
        Sandbox.Unset("ANSIBLE_FORKS");

        build.ShouldBe(ansible);
    }

    private string Run(string[] arguments)
    {
        Project.Delete("plan.json");
        Project.Delete("plan.md");
        var output = Sandbox.Build([.. arguments, "-v:minimal"]).Output;
        var written = new[] { "plan.json", "plan.md" }.Where(Project.Has).Select(Project.Read);
        return string.Join('\n', [Regex.Replace(output, @"Time Elapsed \S+|BinaryLogger wrote .*", ""), .. written]);
    }
}
