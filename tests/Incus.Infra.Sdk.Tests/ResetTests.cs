using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>Machines go back to their baseline, with the packed SDK.</summary>
internal sealed class ResetTests : IncusTest
{
    [Test]
    [Category("EachRelease")]
    public void A_complete_Apply_takes_the_baseline_and_Reset_goes_back_to_it_or_makes_anew()
    {
        Project.Edit("infra.yml", "  home:\n", "  home:\n    reset: baseline\n");
        Project.Edit("infra.yml", "global:\n", $"global:\n  persistent_data_base: {Sandbox.Home}/data\n");
        Project.Edit(
            "infra.yml", "dev: {}", "dev: {persistent_data: {a: {path: /a, create: true}, b: {path: /b, kind: volume}}}");
        Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed().Output.ShouldContain("no baseline is taken: Tags is set");
        Snapshots().ShouldBeEmpty();
        Sandbox.Build("-t:Apply", "-p:Limit=work").ShouldSucceed();
        Snapshots().ShouldBeEmpty();
        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldContain("1 snapshot 'baseline' taken: home/web");
        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldNotContain("taken");
        Snapshots().ShouldBe(["baseline"]);

        In("home", "web", "touch", "/later", "/data/later");
        In("work", "dev", "touch", "/later", "/a/kept", "/b/kept");
        var reset = Sandbox.Build("-t:Reset", "-p:Domain=home:work").ShouldSucceed();
        reset.Output.ShouldMatch(@"home/web: loses what is newer than 'baseline' of .* UTC, also on web-data\n");
        reset.Output.ShouldContain("work/dev: loses everything: it has no baseline and is made anew");
        reset.Output.ShouldContain("1 machine reset: home/web; to be made anew: work/dev");
        Instances().ShouldBe(["home,web,RUNNING", "work,dev,RUNNING"]);
        In("home", "web", "ls", "/", "/data").ShouldNotContain("later");
        In("work", "dev", "ls", "/").ShouldNotContain("later");
        In("work", "dev", "ls", "/a", "/b").Split('\n').Count(line => line == "kept").ShouldBe(2);
        File.Exists($"{Sandbox.Home}/data/work/dev/a/kept").ShouldBeTrue();

        // A volume that another instance uses cannot be restored.
        Sandbox.Run("incus", "copy", "web", "other", "--project=home", "--device=eth0,ipv4.address=none").ShouldSucceed();
        Sandbox.Run("incus", "start", "other", "--project=home").ShouldSucceed();
        In("work", "dev", "touch", "/later");
        var failed = Sandbox.Build("-t:Reset", "-p:Domain=home:work");
        failed.ShouldFailWith("INFRA4123");
        failed.Output.ShouldContain("0 of 1 volumes are restored. Disk and configuration are not, and the machine does not run.");
        In("work", "dev", "ls", "/").ShouldNotContain("later");
    }

    [Test]
    public void Wrong_use_is_an_error_with_a_code()
    {
        Project.Edit("infra.yml", "  work:\n", "  work:\n    enabled: false\n");
        Reset().ShouldFailWith("INFRA5010");
        Reset("-p:Domain=hom").ShouldFailWith("INFRA5012");
        Reset("-p:Instance=web").ShouldFailWith("INFRA5014");
        Reset("-p:Domain=work").ShouldFailWith("INFRA5045");
        Reset("-p:Domain=home", "-p:Snapshot=lesson").ShouldFailWith("INFRA4062");

        CommandResult Reset(params string[] arguments) => Sandbox.Build(["-t:Reset", .. arguments]);
    }

    private List<string> Snapshots() => List("snapshot", "list", "web", "--project=home", "--columns=n");

    private string In(string project, string instance, params string[] command) =>
        Incus.InInstance(project, instance, ["/bin/busybox", .. command]);
}
