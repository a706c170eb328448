using System.Text.Json;
using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

/// <summary>Snapshots at once, with the packed SDK.</summary>
internal sealed class SnapshotTests : IncusTest
{
    private readonly int _kills = Kills.Or(5);
    private readonly Random _random = new(Seed: 12);

    [Test]
    [Category("EachRelease")]
    public void Of_all_machines_a_domain_or_one_they_are_taken_listed_restored_and_deleted()
    {
        Launch("home", "web");
        Launch("work", "dev");
        Sandbox.Build("-t:Snap", "-p:Snapshot=good").ShouldSucceed().Summary
            .ShouldBe("2 snapshots 'good' taken: home/web, work/dev");
        In("work", "dev", "touch", "/later");

        Sandbox.Build("-t:SnapRestore", "-p:Domain=work", "-p:Snapshot=good").ShouldSucceed().Summary
            .ShouldBe("1 snapshot 'good' restored: work/dev");
        In("work", "dev", "ls", "/").Split('\n').ShouldNotContain("later");

        var list = Sandbox.Build("-t:SnapList", "-p:Json=list.json").ShouldSucceed().Summary.Split('\n');
        list[0].ShouldBe("2 snapshots");
        list[1].Split("  ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["INSTANCE", "SNAPSHOT", "TAKEN (UTC)", "EXPIRES (UTC)", "SIZE", "STATEFUL"]);
        list[2].Trim().ShouldStartWith("home/web  good");
        using var json = JsonDocument.Parse(Project.Read("list.json"));
        json.RootElement.GetProperty("snapshots").EnumerateArray().Select(s => s.GetProperty("instance").GetString())
            .ShouldBe(["web", "dev"]);

        Sandbox.Build("-t:SnapDelete", "-p:Instance=web", "-p:Snapshot=good").ShouldSucceed();
        Sandbox.Build("-t:SnapList", "-p:Domain=home").ShouldSucceed().Summary.ShouldBe("0 snapshots");
    }

    [Test]
    public void An_instance_is_found_by_its_name_whatever_infra_yml_says()
    {
        Launch("elsewhere", "box");
        Project.Write("infra.yml", "not: [yaml");

        Sandbox.Build("-t:Snap", "-p:Instance=box").ShouldSucceed()
            .Summary.ShouldMatch(@"^1 snapshot 'snap-\d{8}-\d{6}' taken: elsewhere/box$");
        Sandbox.Build("-t:Snap").ShouldFailWith("INFRA1012");
    }

    [Test]
    public void What_is_done_is_told_even_when_the_rest_fails()
    {
        Launch("home", "web");

        var result = Sandbox.Build("-t:Snap", "-p:Snapshot=good");

        result.ShouldFailWith("INFRA4062");
        result.Summary.ShouldBe("1 of 2 snapshots 'good' taken: home/web");
    }

    [TestCase("INFRA5010", "-t:SnapRestore", "-p:Snapshot=good")]
    [TestCase("INFRA5010", "-t:SnapDelete", "-p:Instance=web")]
    [TestCase("INFRA5011", "-t:Snap", "-p:Snapshot=../../x")]
    [TestCase("INFRA5012", "-t:SnapList", "-p:Domain=hom")]
    [TestCase("INFRA4060", "-t:SnapList", "-p:Instance=wbe")]
    [TestCase("INFRA4067", "-t:Snap", "-p:Instance=self")]
    public void Wrong_use_is_an_error_with_a_code(string code, params string[] arguments) =>
        Sandbox.Build(arguments).ShouldFailWith(code);

    [Test]
    [Category("Slow")]
    public void Killed_at_any_moment_the_next_command_finds_everything_in_order()
    {
        Launch("home", "web");
        Launch("work", "dev");
        Sandbox.Build("-t:Snap", "-p:Snapshot=good").ShouldSucceed();
        using var proxy = new RequestProxy(Incus.SocketPath);
        Sandbox.Set("INCUS_SOCKET", proxy.SocketPath);
        var working = 0;
        for (var kill = 0; kill < _kills; kill++)
        {
            In("work", "dev", "touch", "/later");
            proxy.Take();
            var build = kill % 2 == 0
                ? Sandbox.StartBuild("-t:Snap", $"-p:Snapshot=kill{kill}")
                : Sandbox.StartBuild("-t:SnapRestore", "-p:Domain=work", "-p:Snapshot=good");
            // Until it asks Incus to change something, there is nothing that a kill could leave behind.
            SpinWait.SpinUntil(() => build.HasExited || proxy.Take().Any(request => !request.StartsWith("GET ")));
            Thread.Sleep(_random.Next(kill % 2 == 0 ? 100 : 800));
            working += build.HasExited ? 0 : 1;
            build.Kill();

            Sandbox.Build("-t:SnapRestore", "-p:Domain=work", "-p:Snapshot=good").ExitCode.ShouldBe(0, $"kill {kill}");
            Instances().ShouldBe(["home,web,RUNNING", "work,dev,RUNNING"], $"kill {kill}");
            In("work", "dev", "ls", "/").Split('\n').ShouldNotContain("later");
        }

        working.ShouldBeGreaterThan(_kills / 4, "or the kills missed the work, and the test proved nothing");
    }

    private void Launch(string project, string name)
    {
        Sandbox.Run("incus", "project", "create", project, "-c", "features.images=false", "-c", "features.profiles=false");
        Sandbox.Run("incus", "launch", "busybox", name, "--project", project).ShouldSucceed();
    }

    private string In(string project, string instance, params string[] command) =>
        Incus.InInstance(project, instance, ["/bin/busybox", .. command]);
}
