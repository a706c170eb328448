using System.Collections;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>The SDK packed once more from the same source, elsewhere and under the version that comes next.</summary>
internal static class NextVersion
{
    public const string Number = "99.0.0";

    // The developer's own environment: packing needs the package sources of the machine.
    private static readonly Dictionary<string, string> s_environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(v => (string)v.Key, v => (string)v.Value!);

    /// <summary>Copies the sources into a new clone of the repository, which has the same commit, and packs them into a feed.</summary>
    public static void Pack(string clone, string feed)
    {
        Run(Stamp.RepositoryFolder, "git", "clone", "--quiet", "--shared", "--no-checkout", Stamp.RepositoryFolder, clone);
        var sources = Run(Stamp.RepositoryFolder, "git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate").Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(file => File.Exists(Path.Join(Stamp.RepositoryFolder, file)));
        foreach (var file in sources)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(clone, file))!);
            File.Copy(Path.Join(Stamp.RepositoryFolder, file), Path.Join(clone, file));
        }

        Run(clone, Sandbox.Dotnet, "pack", "sdk", "--configuration", "Release", "--output", feed, $"-p:Version={Number}");
    }

    private static CommandResult Run(string folder, string program, params IEnumerable<string> arguments)
    {
        using var command = Command.Start(folder, s_environment, program, arguments);
        return command.Wait().ShouldSucceed();
    }
}
