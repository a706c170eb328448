using System.Collections;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>The SDK packed once more from the same source, under the version that comes next.</summary>
internal static class NextVersion
{
    public const string Number = "99.0.0";

    /// <summary>Packs into a feed. The work folder is made anew: paths are part of what a compiler writes.</summary>
    public static void Pack(string workFolder, string feed)
    {
        if (Directory.Exists(workFolder))
        {
            Directory.Delete(workFolder, recursive: true);
        }

        // The developer's own environment: packing needs the package sources of the machine.
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(v => (string)v.Key, v => (string)v.Value!);
        using var pack = Command.Start(
            Stamp.RepositoryFolder,
            environment,
            Sandbox.Dotnet,
            ["pack", "sdk", "--configuration", "Release", "--output", feed, $"-p:Version={Number}", $"-p:ArtifactsPath={workFolder}"]);
        pack.Wait().ShouldSucceed();
    }
}
