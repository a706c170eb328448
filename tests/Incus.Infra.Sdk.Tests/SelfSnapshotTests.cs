using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

/// <summary>Inside of a real instance that has the socket of Incus, with the packed SDK.</summary>
[Category("Incus")]
[Category("Slow")]
internal sealed class SelfSnapshotTests : SdkTest
{
    private const string Box = "box";

    private static readonly string[] DotnetBuild =
    [
        "env", "--chdir=/srv/project", "INCUS_SOCKET=/root/incus.socket", "HOME=/root", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1",
        "DOTNET_NOLOGO=1", "/opt/dotnet/dotnet", "build",
    ];

    private readonly EmbeddedIncus _incus = EmbeddedIncus.Start("debian");

    [SetUp]
    public void Launch()
    {
        foreach (var (name, value) in _incus.Environment)
        {
            Sandbox.Set(name, value ?? "");
        }

        _incus.Client("launch", "debian", Box);
        Mount("dotnet", Path.GetDirectoryName(Sandbox.Dotnet)!, "/opt/dotnet");
        Mount("feed", Stamp.Feed, "/srv/feed");
        Mount("project", Project.Path, "/srv/project");
        Project.Write("nuget.config", """
            <configuration>
              <packageSources><clear /><add key='feed' value='/srv/feed' /></packageSources>
            </configuration>
            """);
        Project.Delete("infra.yml");
        _incus.Client(
            "config", "device", "add", Box, "incus", "proxy", "bind=instance",
            "connect=unix:/var/lib/incus/unix.socket", "listen=unix:/root/incus.socket");
    }

    [TearDown]
    public void StopIncus() => Stop(_incus);

    [Test]
    public void Self_is_this_instance_even_under_another_host_name_and_restoring_it_needs_a_yes()
    {
        _incus.Client("launch", "debian", "other");
        _incus.Client("exec", Box, "--", "hostname", "other");

        Build("-t:Snap", "-p:Instance=self", "-p:Snapshot=good").ShouldSucceed()
            .Summary.ShouldBe("1 snapshot 'good' taken: default/box");

        foreach (var instance in new[] { "self", Box })
        {
            _incus.Client("exec", Box, "--", "touch", "/root/later");
            Build("-t:SnapRestore", $"-p:Instance={instance}", "-p:Snapshot=good").ShouldFailWith("INFRA4068");
            Files().ShouldContain("later");
            string[] restore = [.. DotnetBuild, "-t:SnapRestore", $"-p:Instance={instance}", "-p:Snapshot=good", "-p:Force=true"];
            Sandbox.Run("incus", ["exec", Box, "--", .. restore]).ExitCode.ShouldNotBe(0);
            AwaitRestored();
        }
    }

    [Test]
    public void On_a_terminal_a_yes_restores_and_anything_else_does_not()
    {
        Build("-t:Snap", "-p:Instance=self", "-p:Snapshot=good").ShouldSucceed();
        _incus.Client("exec", Box, "--", "touch", "/root/later");

        Answer("no").Output.ShouldContain("INFRA4068");
        Files().ShouldContain("later");
        Answer("yes");

        AwaitRestored();
    }

    /// <summary>
    /// Builds inside, with the output in a file: the client loses it now and then, and a recorded command would wait for its
    /// own end, as it is an operation on the instance.
    /// </summary>
    private CommandResult Build(params string[] arguments)
    {
        string[] command = ["exec", Box, "--", "sh", "-c", "exec \"$@\" >/root/output 2>&1", "sh", .. DotnetBuild, .. arguments];
        var exitCode = Sandbox.Run("incus", command).ExitCode;
        return new CommandResult(exitCode, _incus.InInstance("default", Box, "cat", "/root/output"));
    }

    /// <summary>Types an answer on a terminal as soon as the question is there.</summary>
    private CommandResult Answer(string answer)
    {
        string[] command =
        [
            "incus", "exec", Box, "-t", "--", .. DotnetBuild, "-tl:off", "-t:SnapRestore", "-p:Instance=self", "-p:Snapshot=good",
        ];
        return Sandbox.Run("sh", "-c", $$"""
            out=$(mktemp)
            { until grep -q "Type 'yes'" "$out"; do sleep 0.1; done; echo {{answer}}; } |
              script -qefc '{{string.Join(' ', command)}}' "$out"
            rm "$out"
            """);
    }

    private void Mount(string name, string source, string path) => _incus.Client(
        "config", "device", "add", Box, name, "disk", $"source={source}", $"path={path}", "readonly=true");

    private string[] Files() => _incus.InInstance("default", Box, "ls", "/root").Split('\n');

    /// <summary>The server goes on after the command that asked for it was ended by it.</summary>
    private void AwaitRestored()
    {
        SpinWait.SpinUntil(IsRestored, Tool.Patience).ShouldBeTrue();

        bool IsRestored()
        {
            Thread.Sleep(200);
            try
            {
                return !Files().Contains("later");
            }
            catch (InvalidOperationException)
            {
                return false; // It does not run, or stopped in between.
            }
        }
    }
}
