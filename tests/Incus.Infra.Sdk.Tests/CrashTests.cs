using System.Globalization;
using System.Text;
using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

[Category("Slow")]
internal sealed class CrashTests : SdkTest
{
    private const int Domains = 10;
    private const int MachinesPerDomain = 50;

    private readonly int _kills = Kills.Or(6);
    private readonly Random _random = new(Seed: 500);

    [Test]
    public void A_build_killed_at_any_moment_leaves_whole_files_and_the_next_one_completes()
    {
        var (older, olderTree) = (Infra("1GiB"), Build(Infra("1GiB")));
        var (newer, newerTree) = (Infra("2GiB"), Build(Infra("2GiB")));
        var changing = olderTree.Keys.Where(file => olderTree[file] != newerTree[file]).ToList();
        Project.Write("roles/mine/tasks/main.yml", "---\n");
        Project.Write("host_vars/mine.yml", "mine: true\n");
        string[] foreign = ["roles/mine/tasks/main.yml", "host_vars/mine.yml"];
        var foreignBefore = Project.Snapshot().Where(f => foreign.Contains(f.Key)).ToList();
        var halfway = 0;

        for (var kill = 0; kill < _kills; kill++)
        {
            // Back and forth between the two, so that each round finds the tree of the round before.
            (older, newer, olderTree, newerTree) = (newer, older, newerTree, olderTree);
            Project.Write("infra.yml", newer);
            KillSomewhere(changing);

            var found = Generated(foreign);
            found.Where(f => f.Value != olderTree[f.Key] && f.Value != newerTree[f.Key]).ShouldBeEmpty($"kill {kill}");
            found.Keys.ShouldBe(olderTree.Keys, $"kill {kill}");
            halfway += changing.Exists(f => found[f] == olderTree[f]) && changing.Exists(f => found[f] == newerTree[f]) ? 1 : 0;

            Build(newer);
            Project.Tree().Where(f => !foreign.Contains(f.Key)).ShouldBe(newerTree, $"kill {kill}");
        }

        Project.Snapshot().Where(f => foreign.Contains(f.Key)).ShouldBe(foreignBefore);
        halfway.ShouldBeGreaterThan(_kills / 8, "or the kills missed the writing, and the test proved nothing");
    }

    /// <summary>Half of the kills at a random time, half of them as soon as a random file was written.</summary>
    private void KillSomewhere(List<string> changing)
    {
        var file = Project.At(changing[_random.Next(changing.Count)]);
        var before = File.GetLastWriteTimeUtc(file);
        var build = Sandbox.StartBuild();
        if (_random.Next(2) == 0)
        {
            Thread.Sleep(_random.Next(1200));
        }
        else
        {
            // SpinUntil would sleep in between, for longer than the rest of the writing may take.
            while (!build.HasExited && File.GetLastWriteTimeUtc(file) == before)
            {
                Thread.SpinWait(10);
            }
        }

        build.Kill();
    }

    private SortedDictionary<string, string> Build(string infra)
    {
        Project.Write("infra.yml", infra);
        Sandbox.Build().ExitCode.ShouldBe(0);
        return Project.Tree();
    }

    /// <summary>The tree without what is not the SDK's and without the temporary files of a killed build.</summary>
    private SortedDictionary<string, string> Generated(string[] foreign) => new(
        Project.Tree()
            .Where(f => !foreign.Contains(f.Key) && !f.Key.EndsWith(".infra-tmp", StringComparison.Ordinal))
            .ToDictionary(),
        StringComparer.Ordinal);

    private static string Infra(string memory)
    {
        var text = new StringBuilder("""
            project_name: crash
            global:
              base_subnet: "10.100"
              default_os_image: images:debian/13
            domains:

            """);
        for (var domain = 0; domain < Domains; domain++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  d{domain}:\n    subnet_id: {domain}\n    machines:\n");
            for (var machine = 0; machine < MachinesPerDomain; machine++)
            {
                text.Append(
                    CultureInfo.InvariantCulture, $"      d{domain}m{machine}: {{config: {{limits.memory: {memory}}}}}\n");
            }
        }

        return text.ToString();
    }
}
