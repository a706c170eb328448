using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

/// <summary>
/// One package cache for all tests of a run, fresh, because a cache of an earlier run would serve an older package
/// of the same version.
/// </summary>
[SetUpFixture]
internal sealed class TestRun
{
    private static DirectoryInfo? Folder { get; set; }

    public static string PackageCache => Path.Join(Folder!.FullName, "packages");

    /// <summary>Where NuGet unpacks the SDK, and its collection with it.</summary>
    public static string UnpackedSdk => Path.Join(PackageCache, "incus.infra.sdk", Stamp.PackageVersion);

    [OneTimeSetUp]
    public void Begin()
    {
        File.Exists(Stamp.Package).ShouldBeTrue($"{Stamp.Package} is missing; run 'dotnet build build.proj -t:Pack' first.");
        Folder = Directory.CreateTempSubdirectory("infra-sdk-run-");
    }

    [OneTimeTearDown]
    public void End() => Folder!.Delete(recursive: true);
}
