using System.Collections;
using System.IO.Compression;
using System.Text;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>The repository once more: a clone elsewhere, of the same commit and with the same sources.</summary>
internal sealed class SecondClone
{
    public const string NextVersion = "99.0.0";

    // The developer's own environment: packing needs the package sources of the machine.
    private static readonly Dictionary<string, string> OwnEnvironment =
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(v => (string)v.Key, v => (string)v.Value!);

    // Analyzers leave no trace in what they look at, and take longer than all the rest.
    private static readonly string[] Options = ["--configuration", "Release", "-p:RunAnalyzers=false"];

    private readonly string _folder;

    public SecondClone(string folder)
    {
        _folder = folder;
        Run(Stamp.RepositoryFolder, "git", "clone", "--quiet", "--shared", "--no-checkout", Stamp.RepositoryFolder, folder);
        var sources = Run(
            Stamp.RepositoryFolder, "git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate")
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(file => File.Exists(Path.Join(Stamp.RepositoryFolder, file)));
        foreach (var file in sources)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(folder, file))!);
            File.Copy(Path.Join(Stamp.RepositoryFolder, file), Path.Join(folder, file));
        }
    }

    /// <summary>Builds the assemblies of the compiler, by name.</summary>
    public Dictionary<string, byte[]> BuildCompiler(string version)
    {
        Run(_folder, Sandbox.Dotnet, ["build", "src/Incus.Infra.Core", $"-p:Version={version}", .. Options]);
        return ((string[])["Incus.Infra.Core.dll", "Incus.Infra.Diagnostics.dll"]).ToDictionary(
            file => file, file => File.ReadAllBytes(Path.Join(_folder, "artifacts/bin/Incus.Infra.Core/release", file)));
    }

    /// <summary>
    /// Makes a package of the next version out of that of this one: what the version changes is the compiler.
    /// </summary>
    public void Raise(string feed)
    {
        var built = BuildCompiler(NextVersion);
        Directory.CreateDirectory(feed);
        using var next = ZipFile.Open(Path.Join(feed, $"Incus.Infra.Sdk.{NextVersion}.nupkg"), ZipArchiveMode.Create);
        foreach (var (name, content) in PackedSdk.Entries(Stamp.Package))
        {
            using var entry = next.CreateEntry(name).Open();
            var file = Path.GetFileName(name);
            entry.Write(file switch
            {
                _ when built.TryGetValue(file, out var compiled) => compiled,
                "Incus.Infra.Sdk.nuspec" => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).Replace(
                    $"<version>{Stamp.PackageVersion}<", $"<version>{NextVersion}<", StringComparison.Ordinal)),
                _ => content,
            });
        }
    }

    private static CommandResult Run(string folder, string program, params IEnumerable<string> arguments)
    {
        using var command = Command.Start(folder, OwnEnvironment, program, arguments);
        return command.Wait().ShouldSucceed();
    }
}
