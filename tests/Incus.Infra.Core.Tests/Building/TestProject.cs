using System.Diagnostics;
using Incus.Infra.Core.Building;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Rendering;

namespace Incus.Infra.Core.Tests.Building;

/// <summary>A project in a temporary folder, whose compilation is what the test says.</summary>
internal sealed class TestProject : IDisposable
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,
    };

    private readonly List<string> _undo = [];

    public TestProject()
    {
        Root = Directory.CreateTempSubdirectory("infra-").FullName;
        Write("infra.yml", "project_name: test\n");
    }

    public string Root { get; }

    /// <summary>How often the sources were compiled.</summary>
    public int Compilations { get; private set; }

    public List<GeneratedFile> Files { get; } = [];

    public List<Reference> References { get; } = [];

    public List<Diagnostic> Remarks { get; } = [];

    public string Fingerprint { get; set; } = "0.1.0";

    /// <summary>Runs inside the compilation.</summary>
    public Action<Sources> OnCompile { get; set; } = _ => { };

    public InfraBuild Build => new(
        new BuildOptions { ProjectDirectory = Root, Fingerprint = Fingerprint },
        sources =>
        {
            Compilations++;
            OnCompile(sources);
            return new Compilation([.. Remarks], Remarks.Exists(r => r.Severity == Severity.Error) ? [] : [.. Files], References);
        });

    public string PathOf(string path) => Path.Join(Root, path);

    public void Section(string path, string body = "a: 1\n")
    {
        Files.RemoveAll(f => f.Path == path);
        Files.Add(new GeneratedFile(path, Ownership.Section, body));
    }

    public SyncResult Sync() => Build.Sync(null, CancellationToken.None);

    public SyncResult SyncWell()
    {
        var result = Sync();
        result.Diagnostics.Where(d => d.Severity == Severity.Error).ShouldBeEmpty();
        return result;
    }

    public string Read(string path) => File.ReadAllText(PathOf(path));

    public void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), content);
    }

    public void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.CreateSymbolicLink(PathOf(path), target);
    }

    /// <summary>Every path below the project with its last write, to prove that nothing was touched.</summary>
    public IReadOnlyDictionary<string, DateTime> Snapshot() => Directory
        .EnumerateFileSystemEntries(Root, "*", Everything)
        .ToDictionary(p => Path.GetRelativePath(Root, p), File.GetLastWriteTimeUtc);

    public IEnumerable<string> Temporaries() =>
        Snapshot().Keys.Where(p => p.EndsWith(".infra-tmp", StringComparison.Ordinal));

    /// <summary>Permission bits do not bind root, on whom the tests run; this does.</summary>
    public void MakeImmutable(string path)
    {
        Run("chattr", "+i", PathOf(path));
        _undo.Add($"chattr -i '{PathOf(path)}'");
    }

    /// <summary>Mounts a small disk of its own on a folder.</summary>
    public void MountDisk(string path, string options)
    {
        Directory.CreateDirectory(PathOf(path));
        Run("mount", "-t", "tmpfs", "-o", options, "none", PathOf(path));
        _undo.Add($"umount '{PathOf(path)}'");
    }

    public void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Root })!;
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}");
    }

    public void Dispose()
    {
        foreach (var command in _undo)
        {
            Run("sh", "-c", command);
        }

        Directory.Delete(Root, recursive: true);
    }
}
