using System.Runtime.Versioning;
using Incus.Infra.Core.Files;
using Microsoft.Build.Utilities;

namespace Incus.Infra.Tasks.Tests;

[UnsupportedOSPlatform("windows")]
internal sealed class InfraHostsTests
{
    private const string OneMachine = """
        project_name: home
        global: {base_subnet: "10.100", default_os_image: images:debian/13}
        domains:
          home: {subnet_id: 0, machines: {web: {}}}
          off: {subnet_id: 1, enabled: false, machines: {idle: {}}}
          far: {subnet_id: 2, remote: elsewhere, machines: {there: {}}}
        """;

    private const string Block = """
        # === MANAGED BY infra.yml of home ===
        10.100.0.1 web.incus web
        # === END MANAGED BY infra.yml of home ===
        """;

    private RecordingBuildEngine _engine = new();
    private string _folder = "";

    [SetUp]
    public void MakeProject()
    {
        _folder = Directory.CreateTempSubdirectory("infra-hosts-").FullName;
        File.WriteAllText(At("infra.yml"), OneMachine);
    }

    [TearDown]
    public void DeleteProject() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Without_a_file_it_shows_the_block_of_what_this_host_reaches_and_writes_nothing()
    {
        if (!Console.IsInputRedirected)
        {
            Assert.Ignore("On a terminal it asks.");
        }

        Run(null).ShouldBeTrue();

        Summaries().ShouldBe(
        [
            "infra -> 1 machine of other servers left out: not reached from here",
            $"infra -> HostsFile=/etc/hosts writes this\n{Block}",
        ]);
        Directory.GetFiles(_folder).ShouldBe([At("infra.yml")]);
    }

    [Test]
    public void It_writes_the_block_once_and_says_what_changed()
    {
        File.WriteAllText(At("hosts"), "127.0.0.1 localhost\n");

        Run("hosts").ShouldBeTrue();
        Summaries().Last().ShouldBe("infra -> hosts is written\n+ 10.100.0.1 web.incus web");
        File.ReadAllText(At("hosts")).ShouldBe($"127.0.0.1 localhost\n{Block}\n");
        var stamp = File.GetLastWriteTimeUtc(At("hosts"));

        Run("hosts").ShouldBeTrue();
        Summaries().Last().ShouldBe("infra -> hosts is up to date");
        File.GetLastWriteTimeUtc(At("hosts")).ShouldBe(stamp);

        File.WriteAllText(At("infra.yml"), OneMachine.Replace("web: {}", "", StringComparison.Ordinal));
        Run("hosts").ShouldBeTrue();
        Summaries().Last().ShouldBe("infra -> hosts is written\n- 10.100.0.1 web.incus web");
        File.ReadAllText(At("hosts")).ShouldBe("127.0.0.1 localhost\n");
        Directory.GetFiles(_folder, ".*").ShouldBeEmpty();
    }

    [Test]
    public void A_file_keeps_its_mode_and_owner_and_a_link_to_it_stays_one()
    {
        File.WriteAllText(At("real"), "");
        File.SetUnixFileMode(At("real"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        File.CreateSymbolicLink(At("hosts"), "real");
        var owner = Environment.IsPrivilegedProcess ? new FileStatus(IsRegular: true, 1234, 2345) : FileStatus.Of(At("real"));
        owner.GiveTo(At("real"));

        Run("hosts").ShouldBeTrue();

        File.ReadAllText(At("real")).ShouldBe($"{Block}\n");
        FileStatus.Of(At("real")).ShouldBe(owner);
        File.GetUnixFileMode(At("real")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        new FileInfo(At("hosts")).LinkTarget.ShouldBe("real");
    }

    [Test]
    public void A_file_that_is_read_only_stays_as_it_is_and_root_is_told_the_command()
    {
        File.WriteAllText(At("hosts"), "own\n");
        File.SetUnixFileMode(At("hosts"), UnixFileMode.UserRead);

        Run("hosts").ShouldBeFalse();

        _engine.Errors.ShouldHaveSingleItem().Code.ShouldBe("INFRA5051");
        _engine.Errors[0].Message!.ShouldEndWith(
            $"it is read-only. With the right to do so, run 'sudo cp {At("obj/hosts")} {At("hosts")}'.");
        File.ReadAllText(At("hosts")).ShouldBe("own\n");
        File.ReadAllText(At("obj/hosts")).ShouldBe($"own\n{Block}\n");
    }

    [TestCase("missing/hosts", "its folder does not exist")]
    [TestCase("/dev/null", "it is no regular file")]
    [TestCase("obj", "it is no regular file")]
    public void What_is_no_file_is_not_replaced(string path, string why)
    {
        Directory.CreateDirectory(At("obj"));

        Run(path).ShouldBeFalse();

        _engine.Errors.ShouldHaveSingleItem().Message!.ShouldContain(why);
        _engine.Errors[0].Message!.ShouldNotContain("sudo", customMessage: "it would fail, too");
    }

    [Test]
    public void Another_line_that_gives_one_of_the_names_another_address_is_told()
    {
        File.WriteAllText(At("hosts"), "192.168.1.5 nas WEB # web\n10.100.0.1 web\n# 10.1.1.1 web\n");

        Run("hosts").ShouldBeTrue();

        _engine.Warnings.ShouldHaveSingleItem().Code.ShouldBe("INFRA5052");
        _engine.Warnings[0].Message!.ShouldContain("'WEB' the address 192.168.1.5, not 10.100.0.1");
    }

    [Test]
    public void Where_the_block_is_damaged_nothing_is_written()
    {
        File.WriteAllText(At("hosts"), "# === MANAGED BY infra.yml of home ===\n");

        Run("hosts").ShouldBeFalse();

        _engine.Errors.ShouldHaveSingleItem().Code.ShouldBe("INFRA5053");
        File.ReadAllText(At("hosts")).ShouldBe("# === MANAGED BY infra.yml of home ===\n");
    }

    private bool Run(string? file)
    {
        _engine = new RecordingBuildEngine();
        var project = new TaskItem(At("infra.proj"));
        project.SetMetadata("InfraFile", "infra.yml");
        project.SetMetadata("LockFile", "infra.lock.yml");
        project.SetMetadata("IntermediateDirectory", "obj");
        return new InfraHosts { BuildEngine = _engine, Project = project, HostsFile = file }.Execute();
    }

    private IEnumerable<string> Summaries() => _engine.Messages.Select(m => m.Message!).Where(m => m.StartsWith("infra -> "));

    private string At(string name) => Path.Join(_folder, name);
}
