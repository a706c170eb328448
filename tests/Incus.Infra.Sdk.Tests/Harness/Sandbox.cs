using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests.Harness;

/// <summary>
/// A user's machine in a temporary folder, outside the repository: the project, its own home, a feed that holds only
/// our package, and stop files against whatever lies above. It has a binary log of each build.
/// </summary>
internal sealed class Sandbox : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("infra-sdk-test-").FullName;
    private readonly Dictionary<string, string> _environment;
    private readonly List<Command> _commands = [];

    public Sandbox()
    {
        Project = new ProjectFolder(Path.Join(_root, "project"));
        Directory.CreateDirectory(Logs);
        Directory.CreateDirectory(Home);
        Put("global.json", $$"""{ "sdk": { "version": "{{Stamp.DotnetSdkVersion}}", "rollForward": "disable" } }""");
        Put("Directory.Build.props", "<Project />");
        Put("Directory.Build.targets", "<Project />");
        Put("Directory.Packages.props", "<Project />");
        Put("Directory.Build.rsp", "");
        Put(".editorconfig", "root = true");
        UseFeeds(Stamp.Feed);
        _environment = new Dictionary<string, string>
        {
            ["HOME"] = Home,
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
            ["NUGET_PACKAGES"] = TestRun.PackageCache,
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["UseSharedCompilation"] = "true", // Off with the reuse of nodes, but it holds nothing of a project.
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
            // What a process of a second pays for and has nothing of.
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_EnableWriteXorExecute"] = "0",
        };
    }

    public static string Dotnet { get; } =
        Path.GetFullPath(Path.Join(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    /// <summary>Programs that stand in for those of Ansible, each named like the real one.</summary>
    public static string Fakes { get; } = Path.Join(AppContext.BaseDirectory, "Fakes");

    public ProjectFolder Project { get; }

    /// <summary>Also tells the processes of this test from all others in /proc.</summary>
    public string Home => Path.Join(_root, "home");

    private string Logs => Path.Join(_root, "logs");

    /// <summary>Sets a variable for the commands to come.</summary>
    public void Set(string variable, string value) => _environment[variable] = value;

    /// <summary>Takes a variable away from the commands to come.</summary>
    public void Unset(string variable) => _environment.Remove(variable);

    /// <summary>Puts the programs that stand in for Ansible's before the real ones; what they get is kept in a folder.</summary>
    public void UseFakeAnsible(string folder)
    {
        Set("FAKE_ANSIBLE_FOLDER", folder);
        Set("PATH", $"{Fakes}:{Environment.GetEnvironmentVariable("PATH")}");
        // Without any such variable the build would run the engine itself.
        Set("ANSIBLE_FORKS", "16");
    }

    /// <summary>Lets the commands to come start an embedded Incus with the images that this machine has built already.</summary>
    public void UseImageCache() => Set("XDG_CACHE_HOME", Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
        ?? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"));

    /// <summary>
    /// Makes these folders the only package sources. The folder of this machine's packages may hold an older SDK of the same
    /// version, so it serves everything else.
    /// </summary>
    public void UseFeeds(params string[] feeds)
    {
        var sources = string.Concat(feeds.Select((feed, i) => $"<add key='{i}' value='{feed}' />"));
        // A single feed needs no choice, and a mapping would hide the feed that a page tells its reader to name.
        var mapping = feeds.Length == 1 ? "" : string.Concat(feeds.Select((feed, i) =>
            $"<packageSource key='{i}'><package pattern='*' />"
            + (feed == Stamp.PackageFolder ? "" : "<package pattern='Incus.Infra.*' />")
            + "</packageSource>"));
        Put("nuget.config", $"""
            <configuration>
              <packageSources><clear />{sources}</packageSources>
              <packageSourceMapping><clear />{mapping}</packageSourceMapping>
              <disabledPackageSources><clear /></disabledPackageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
            </configuration>
            """);
    }

    /// <summary>Builds the project to the end; further arguments as on the command line.</summary>
    public CommandResult Build(params string[] arguments) => StartBuild(arguments).Wait();

    /// <summary>Starts to build the project.</summary>
    public Command StartBuild(params string[] arguments) =>
        Start(Dotnet, ["build", $"-bl:{Path.Join(Logs, $"{_commands.Count + 1:00}.binlog")}", .. arguments]);

    /// <summary>All that the binary log of the last build holds, as one text.</summary>
    public string LastBinaryLog()
    {
        using var log = new GZipStream(File.OpenRead(Directory.GetFiles(Logs, "*.binlog").Max()!), CompressionMode.Decompress);
        using var reader = new StreamReader(log, Encoding.Latin1);
        return reader.ReadToEnd();
    }

    /// <summary>Runs a program in the project folder to its end.</summary>
    public CommandResult Run(string program, params IEnumerable<string> arguments) => Start(program, arguments).Wait();

    /// <summary>Asserts that all processes of this test have ended, or do so soon: the kernel takes its time.</summary>
    public void ShouldHaveNoProcesses()
    {
        SpinWait.SpinUntil(() => !Processes().Any(), Tool.Patience).ShouldBeTrue(string.Join(' ', Processes()));

        IEnumerable<string> Processes() =>
            Directory.EnumerateDirectories("/proc", "??*").Where(p => EnvironmentOf(p).Contains($"HOME={Home}\0"));
    }

    /// <summary>Copies the whole folder, with a transcript of each command.</summary>
    public void WriteEvidence(string folder)
    {
        foreach (var (index, command) in _commands.Index())
        {
            File.WriteAllText(Path.Join(Logs, $"{index + 1:00}.txt"), command.Transcript());
        }

        CopyFolder(_root, folder);
    }

    public void Dispose()
    {
        _commands.ForEach(c => c.Dispose());
        Directory.Delete(_root, recursive: true);
    }

    private Command Start(string program, IEnumerable<string> arguments)
    {
        var command = Command.Start(Project.Path, _environment, program, arguments);
        _commands.Add(command);
        return command;
    }

    private static string EnvironmentOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Join(process, "environ"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // Not a process, or one that ended meanwhile.
        }
    }

    private void Put(string name, string text) => File.WriteAllText(Path.Join(_root, name), text);

    private static void CopyFolder(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Join(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }
}
