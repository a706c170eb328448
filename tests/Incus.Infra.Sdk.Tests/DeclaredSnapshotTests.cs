using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

/// <summary>Snapshots that infra.yml declares and those that Apply takes, with the packed SDK and real Ansible.</summary>
[Category("Slow")]
internal sealed class DeclaredSnapshotTests : IncusTest
{
    private const string Box = "/bin/busybox";

    [Test]
    public void Schedules_become_keys_of_Incus_and_hooks_run_from_the_build_and_from_Ansible_alike()
    {
        Project.Edit("infra.yml", "    subnet_id: 0", """
                subnet_id: 0
                snapshots: {schedule: "@daily", expiry: 90m, pattern: auto-%d}
            """);
        Project.Edit("infra.yml", "      dev: {}", $"""
                  dev:
                    snapshots: {"{"}keep: 2, pre: [[{Box}, touch, "/before {"{{"} x {"}}"}"]], post: [[{Box}, touch, /after]]{"}"}
            """);
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed();
        Key("snapshots.schedule").ShouldBe("@daily");
        Key("snapshots.expiry").ShouldBe("90M");
        Key("snapshots.pattern").ShouldBe("auto-%d");
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed().Output.ShouldContain("nothing to change in Incus");

        Sandbox.Build("-t:Snapshots").ShouldSucceed().Summary
            .ShouldMatch(@"^2 snapshots 'declared-\d{8}-\d{6}' taken: home/web, work/dev$");
        new[] { "before {{ x }}", "after" }.ShouldBeSubsetOf(In("ls", "/").Split('\n'));

        Sandbox.Set("ANSIBLE_COLLECTIONS_PATH", $"{TestRun.UnpackedSdk}:/usr/share/ansible/collections");
        In("rm", "/after");
        for (var run = 0; run < 2; run++)
        {
            var play = Sandbox.Run("ansible-playbook", "snapshot.yml", "--limit=dev");
            play.ExitCode.ShouldBe(0, play.Output);
        }

        In("ls", "/").Split('\n').ShouldContain("after");
        List("snapshot", "list", "web", "--project=home").Count.ShouldBe(1);
        List("snapshot", "list", "dev", "--project=work").Count.ShouldBe(2, "keep is 2");
    }

    [Test]
    public void What_comes_after_a_snapshot_is_run_when_the_build_is_stopped_before_it()
    {
        Project.Edit("infra.yml", "      dev: {}", $$"""
                  dev:
                    snapshots: {pre: [[{{Box}}, touch, /begun], [{{Box}}, sleep, "5"]], post: [[{{Box}}, touch, /after]]}
            """);
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed();
        var build = Sandbox.StartBuild("-t:Snapshots");
        WaitForFile("begun");

        build.Interrupt();

        var result = build.Wait();
        result.ExitCode.ShouldNotBe(0);
        result.Output.ShouldContain("infra -> stopped; the post commands of started snapshots still run");
        WaitForFile("after");
        Sandbox.ShouldHaveNoProcesses();
        List("snapshot", "list", "dev", "--project=work").ShouldBeEmpty();
    }

    [Test]
    public void Apply_takes_a_snapshot_before_a_restart_and_none_when_nothing_changes()
    {
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed();
        Project.Edit("infra.yml", "      dev: {}", "      dev: {config: {raw.lxc: lxc.environment = A=b}}");

        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed();
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed();

        List("snapshot", "list", "dev", "--project=work").Single().ShouldMatch("^before-restart-");
        List("snapshot", "list", "web", "--project=home").ShouldBeEmpty();
        Project.Edit("infra.yml", "A=b", "A=c");
        Sandbox.Build("-t:Apply", "-p:Tags=infra", "-p:SnapshotBefore=never").ShouldSucceed();
        List("snapshot", "list", "dev", "--project=work").Count.ShouldBe(1);
    }

    private string Key(string key) =>
        Sandbox.Run("incus", "config", "get", "web", key, "--project=home").ShouldSucceed().Output.Trim();

    private void WaitForFile(string name) => SpinWait
        .SpinUntil(() => In("ls", "/").Split('\n').Contains(name), Tool.Patience).ShouldBeTrue();

    private string In(params string[] command) => Incus.InInstance("work", "dev", [Box, .. command]);
}
