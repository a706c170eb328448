using System.Reflection;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>What the build of this assembly wrote into it.</summary>
internal static class Stamp
{
    public static string PackageVersion { get; } = Read(nameof(PackageVersion));

    public static string DotnetSdkVersion { get; } = Read(nameof(DotnetSdkVersion));

    /// <summary>For the documentation and for packing once more; never to import sdk/ by path.</summary>
    public static string RepositoryFolder { get; } = Read(nameof(RepositoryFolder));

    public static string Feed { get; } = Path.Join(Read("ArtifactsFolder"), "packages");

    public static string Package { get; } = Path.Join(Feed, $"Incus.Infra.Sdk.{PackageVersion}.nupkg");

    public static string TemplatePackage { get; } = Path.Join(Feed, $"Incus.Infra.Templates.{PackageVersion}.nupkg");

    /// <summary>The packages that this repository was restored with; NuGet reads such a folder as a feed.</summary>
    public static string PackageFolder { get; } = Read(nameof(PackageFolder));

    public static string Collection { get; } =
        Path.Join(Read("ArtifactsFolder"), "collection", $"incus-infra-{PackageVersion}.tar.gz");

    private static string Read(string key) =>
        typeof(Stamp).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
