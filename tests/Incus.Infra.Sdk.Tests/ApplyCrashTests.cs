using System.Diagnostics;
using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

/// <summary>However an Apply ends, nothing of it stays, and the next one completes it.</summary>
internal sealed class ApplyCrashTests : IncusTest
{
    private static readonly string[] ApplyArguments = ["-t:Apply", "-p:Tags=infra", "-p:AutoCleanup=true"];

    private readonly int _kills = Kills.Or(2);
    private readonly Random _random = new(Seed: 3);

    [Test]
    public void A_build_killed_at_a_random_point_leaves_no_process_and_the_next_Apply_converges()
    {
        var whole = Project.Read("infra.yml");
        var nothing = "project_name: lab\nglobal:\n  base_subnet: \"10.100\"\ndomains: {}\n";
        Sandbox.Build("-t:Plan").ShouldSucceed(); // The first one also unpacks the SDK.
        var clock = Stopwatch.StartNew();
        Sandbox.Build(ApplyArguments).ShouldSucceed();
        var span = clock.Elapsed;
        var running = 0;

        for (var kill = 0; kill < _kills; kill++)
        {
            Project.Write("infra.yml", kill % 2 == 0 ? nothing : whole);
            var build = Sandbox.StartBuild(ApplyArguments);
            Thread.Sleep(span * _random.NextDouble());
            running += build.HasExited ? 0 : 1;
            build.KillAlone();

            var next = Sandbox.Build(ApplyArguments);

            next.ExitCode.ShouldBe(0, next.Output);
            Instances().ShouldBe(kill % 2 == 0 ? [] : ["home,web,RUNNING", "work,dev,RUNNING"], $"kill {kill}");
            Sandbox.ShouldHaveNoProcesses();
        }

        running.ShouldBeGreaterThan(_kills / 4, "or the kills came after the builds, and the test proved nothing");
        Sandbox.Build("-t:Plan", "-p:AutoCleanup=true").Output.ShouldContain("infra -> nothing to change in Incus");
    }
}
