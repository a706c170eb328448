using Incus.Infra.Core.Rendering;

namespace Incus.Infra.Core.Tests.Building;

internal sealed class FaultTests
{
    private const string Web = "host_vars/web.yml";

    private TestProject _project = null!;
    private string _outside = null!;

    [SetUp]
    public void SetUp()
    {
        _project = new TestProject();
        _project.Section(Web);
        _outside = Directory.CreateTempSubdirectory("outside-").FullName;
    }

    [TearDown]
    public void TearDown()
    {
        _project.Dispose();
        Directory.Delete(_outside, recursive: true);
    }

    [Test]
    public void All_faults_are_told_in_one_run_and_nothing_is_written()
    {
        Directory.CreateDirectory(_project.PathOf(Web));
        _project.Write("group_vars", "a file");
        _project.Write("host_vars/db.yml", "mine: 1\n# === END MANAGED ===\n");
        _project.Link("host_vars/out.yml", Path.Join(_outside, "x.yml"));
        _project.Section("group_vars/all.yml");
        _project.Section("group_vars/lab.yml");
        _project.Section("host_vars/db.yml");
        _project.Section("host_vars/out.yml");
        var tooLong = $"host_vars/{new string('x', 256)}.yml";
        _project.Section(tooLong);
        _project.Section("host_vars/good.yml");

        var result = _project.Sync();

        result.Diagnostics.Select(d => (d.Location.File, d.Code, d.Location.Line)).ShouldBe([
            ("group_vars", "INFRA3003", 0),
            ("host_vars/db.yml", "INFRA3001", 2),
            ("host_vars/out.yml", "INFRA3004", 0),
            (Web, "INFRA3002", 0),
            (tooLong, "INFRA3006", 0)]);
        File.Exists(_project.PathOf("host_vars/good.yml")).ShouldBeFalse();
    }

    [TestCase("a\n# === MANAGED BY infra.yml ===\nb\n", 2)]
    [TestCase("a\nb\n# === END MANAGED ===\n", 3)]
    [TestCase("# === MANAGED BY infra.yml ===\n# === MANAGED BY infra.yml ===\n# === END MANAGED ===\n", 2)]
    [TestCase(
        "# === MANAGED BY infra.yml ===\n# === END MANAGED ===\n# === MANAGED BY infra.yml ===\n# === END MANAGED ===\n", 3)]
    [TestCase("# === MANAGED BY infra.yml ===\n# === END MANAGED ===\n# === END MANAGED ===\n", 3)]
    [TestCase("# === END MANAGED ===\n# === MANAGED BY infra.yml ===\n", 1)]
    public void Damaged_markers_are_an_error_at_their_line_and_the_file_stays(string content, int line)
    {
        _project.Write(Web, content);

        var fault = _project.Sync().Diagnostics.ShouldHaveSingleItem();

        (fault.Code, fault.Location.File, fault.Location.Line).ShouldBe(("INFRA3001", Web, line));
        _project.Read(Web).ShouldBe(content);
    }

    [TestCase("../escaped.yml")]
    [TestCase("host_vars/../../escaped.yml")]
    [TestCase("host_vars/..")]
    [TestCase("host_vars/")]
    [TestCase("host_vars/a\nb.yml")]
    [TestCase("host_vars/a\0b.yml")]
    public void No_path_of_a_compilation_leaves_the_project(string path)
    {
        _project.Section(path);

        _project.Sync().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA3004");

        File.Exists(_project.PathOf("../escaped.yml")).ShouldBeFalse();
        File.Exists(_project.PathOf(Web)).ShouldBeFalse();
    }

    [Test]
    public void Two_files_of_one_path_are_an_error()
    {
        _project.Files.Add(_project.Files[0]);

        _project.Sync().Diagnostics.ShouldHaveSingleItem().ToString().ShouldStartWith($"{Web}: error INFRA3011");
    }

    [Test]
    public void A_folder_that_is_a_link_out_of_the_project_is_an_error()
    {
        _project.Link("host_vars", _outside);

        _project.Sync().Diagnostics.ShouldHaveSingleItem().ToString().ShouldStartWith("host_vars: error INFRA3004");

        Directory.EnumerateFileSystemEntries(_outside).ShouldBeEmpty();
    }

    [Test]
    public void Links_that_go_round_in_a_circle_are_an_error()
    {
        _project.Link(Web, "other.yml");
        _project.Link("host_vars/other.yml", "web.yml");

        _project.Sync().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA3004");
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_link_inside_the_project_is_written_through(bool targetExists)
    {
        Directory.CreateDirectory(_project.PathOf("shared"));
        if (targetExists)
        {
            _project.Write("shared/web.yml", "mine: 1\n");
        }

        _project.Link(Web, "../shared/web.yml");

        _project.SyncWell().Written.Count.ShouldBe(1);

        new FileInfo(_project.PathOf(Web)).LinkTarget.ShouldBe("../shared/web.yml");
        _project.Read("shared/web.yml").ShouldContain("a: 1\n");
        _project.SyncWell().UpToDate.ShouldBeTrue();
        _project.Write("shared/.x.infra-tmp", "half");
        _project.SyncWell();
        _project.Temporaries().ShouldBeEmpty();
    }

    [Test]
    public void A_project_that_is_itself_reached_by_a_link_builds()
    {
        var link = Path.Join(_outside, "project");
        Directory.CreateSymbolicLink(link, _project.Root);
        var build = new Core.Building.InfraBuild(
            new() { ProjectDirectory = link, Fingerprint = "1" },
            _ => new([], [new(Web, Ownership.Section, "a: 1\n")], []));

        build.Sync(null, CancellationToken.None).Written.Count.ShouldBe(1);
    }

    [TestCase(Web)]
    [TestCase("host_vars")]
    public void A_file_or_folder_that_must_not_change_is_an_error_and_no_other_file_is_written(string path)
    {
        _project.Write(Web, "mine: 1\n");
        _project.MakeImmutable(path);
        _project.Section("site.yml");

        _project.Sync().Diagnostics.ShouldHaveSingleItem().ToString().ShouldStartWith($"{Web}: error INFRA3006");

        _project.Read(Web).ShouldBe("mine: 1\n");
        File.Exists(_project.PathOf("site.yml")).ShouldBeFalse();
    }

    [Test]
    public void A_read_only_disk_is_an_error()
    {
        _project.MountDisk("host_vars", "ro,size=1m");

        _project.Sync().Diagnostics.ShouldHaveSingleItem().ToString().ShouldStartWith($"{Web}: error INFRA3006");
    }

    [Test]
    public void After_a_full_disk_files_are_old_or_new_and_the_next_build_completes()
    {
        _project.MountDisk("host_vars", "size=64k");
        _project.Write(Web, "mine: 1\n");
        _project.Section(Web, $"a: {new string('x', 200_000)}\n");

        _project.Sync().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA3007");

        _project.Read(Web).ShouldBe("mine: 1\n");
        _project.Temporaries().ShouldBeEmpty();
        _project.Run("mount", "-o", "remount,size=1m", _project.PathOf("host_vars"));
        _project.SyncWell().Written.Count.ShouldBe(1);
        _project.SyncWell().UpToDate.ShouldBeTrue();
    }

    [Test]
    public void A_pipe_in_place_of_a_generated_file_does_not_hang_the_build()
    {
        Directory.CreateDirectory(_project.PathOf("host_vars"));
        _project.Run("mkfifo", _project.PathOf(Web));

        _project.SyncWell().Written.Count.ShouldBe(1);
    }

    [Test]
    public void Names_that_are_not_UTF_8_and_look_alike_are_the_users_own()
    {
        _project.Run("sh", "-c", @"mkdir host_vars; touch ""$(printf 'host_vars/\377')"" ""$(printf 'host_vars/\376')""");

        _project.SyncWell().Written.Count.ShouldBe(1);

        _project.SyncWell().UpToDate.ShouldBeTrue();
        // The class library cannot name them to delete them.
        _project.Run("rm", "-r", "host_vars");
    }

    [Test]
    public void A_change_made_during_the_build_is_not_lost()
    {
        _project.Write(Web, "mine: 1\n");
        _project.SyncWell();
        _project.Section(Web, "a: 2\n");
        _project.Write("infra.yml", "project_name: other\n");
        // The folders are listed before the compilation, so this edit comes after the check.
        _project.OnCompile = _ => _project.Write(Web, "mine: 2\n");

        _project.Sync().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA3008");

        _project.Read(Web).ShouldBe("mine: 2\n");
    }

    [Test]
    public void A_file_that_appears_during_the_build_is_not_lost()
    {
        _project.OnCompile = _ => _project.Write(Web, "mine: 1\n");

        _project.Sync().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA3008");

        _project.Read(Web).ShouldBe("mine: 1\n");
    }

    [Test]
    public void A_file_that_vanishes_during_the_build_is_an_error_with_a_code()
    {
        _project.Write(Web, "mine: 1\n");
        _project.OnCompile = _ => File.Delete(_project.PathOf(Web));

        _project.Sync().Diagnostics.ShouldHaveSingleItem().ToString().ShouldStartWith($"{Web}: error INFRA3005");
    }

    [Test]
    public void An_intermediate_folder_that_is_a_file_is_an_error()
    {
        _project.Write("obj", "a file");

        _project.Sync().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA3009");
    }

    [Test]
    public void A_state_that_cannot_be_written_is_an_error()
    {
        Directory.CreateDirectory(_project.PathOf("obj/infra.state"));

        _project.Sync().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA3006");
    }
}
