using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

/// <summary>samples/acceptance-tests: its machines are made, and its own tests speak to them.</summary>
[Category("Incus")]
internal sealed class AcceptanceSampleTests : SdkTest
{
    private readonly EmbeddedIncus _incus = EmbeddedIncus.Start("busybox");

    [SetUp]
    public void CopySample()
    {
        Sandbox.UseFeeds(Stamp.Feed, Stamp.PackageFolder);
        foreach (var (name, value) in _incus.Environment)
        {
            Sandbox.Set(name, value ?? "");
        }

        var sample = Path.Join(AppContext.BaseDirectory, "Samples", "acceptance-tests");
        foreach (var file in Directory.EnumerateFiles(sample, "*", SearchOption.AllDirectories))
        {
            Project.Write(Path.GetRelativePath(sample, file), File.ReadAllText(file));
        }
    }

    [TearDown]
    public void StopIncus() => Stop(_incus);

    [Test]
    public void The_tests_of_the_sample_pass_on_its_machines_and_fail_without_them()
    {
        Sandbox.Build("tests").ShouldSucceed();
        Should.Throw<InvalidOperationException>(RunTests).Message.ShouldContain("Failed!");

        Sandbox.Build("-t:Apply").ShouldSucceed();
        RunTests().ShouldContain("Passed!  - Failed:     0, Passed:     3, Skipped:     0");
        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldContain("infra -> nothing to change in Incus");
    }

    // The networks of the machines exist only where the embedded Incus runs.
    private string RunTests() => _incus.Exec(
    [
        "env",
        .. _incus.Environment.Select(v => $"{v.Key}={v.Value}"),
        $"HOME={Sandbox.Home}", "DOTNET_NOLOGO=1", "DOTNET_CLI_TELEMETRY_OPTOUT=1",
        Sandbox.Dotnet, "test", Project.At("tests/bin/Debug/net10.0/AcceptanceTests.dll"),
    ]);
}
