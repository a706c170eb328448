using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>What a failing test leaves behind.</summary>
internal sealed class EvidenceTests : SdkTest
{
    [Test]
    public void Each_command_has_its_transcript_and_each_build_its_binary_log_beside_the_project_as_it_was()
    {
        Project.Write("infra.yml", "no infrastructure");
        Sandbox.Build().ExitCode.ShouldNotBe(0);
        Sandbox.Run("ls", "-a");

        var folder = Directory.CreateTempSubdirectory("evidence-").FullName;
        Sandbox.WriteEvidence(folder);

        var build = File.ReadAllText(Path.Join(folder, "logs", "01.txt"));
        build.ShouldContain(" build -bl:");
        build.ShouldContain("error INFRA1");
        build.ShouldContain("exit code 1");
        File.ReadAllText(Path.Join(folder, "logs", "02.txt")).ShouldContain("$ ls -a\n");
        File.Exists(Path.Join(folder, "logs", "01.binlog")).ShouldBeTrue();
        File.ReadAllText(Path.Join(folder, "project", "infra.yml")).ShouldBe("no infrastructure");
        Directory.Delete(folder, recursive: true);
    }
}
