using Incus.Infra.Core.Building;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Files;

namespace Incus.Infra.Core.Tests.Building;

/// <summary>The CSV file of copies is a source as infra.yml is: read with care, and a change of it is a change.</summary>
internal sealed class CsvTests
{
    private const string Csv = "students.csv";

    private TemporaryFolder _project = null!;

    [SetUp]
    public void MakeProject()
    {
        _project = new TemporaryFolder();
        Write("infra.yml", Compiling.ZonedHead + """
              seat:
                copies: students.csv
                ephemeral: true
                machines: {desk: {}}

            """);
    }

    [TearDown]
    public void DeleteProject() => _project.Dispose();

    [Test]
    public void A_build_without_changes_compiles_nothing_and_one_after_a_change_of_the_file_does()
    {
        Write(Csv, "alice\nbob\n");
        Sync().UpToDate.ShouldBeFalse();
        Sync().UpToDate.ShouldBeTrue();
        var code = new CodeBuild(Options, "obj/Infra.g.cs", "Lab");
        code.Run().IsWritten.ShouldBeTrue();
        code.Run().IsWritten.ShouldBeFalse();

        Write(Csv, "alice\nbob\ncarol\n");

        Sync().Written.Select(w => w.Path).ShouldBe(
            ["group_vars/all.yml", "inventory/seat.yml", "group_vars/seat-carol.yml", "host_vars/seat-carol-desk.yml",
            "infra.lock.yml"]);
        code.Run().IsWritten.ShouldBeTrue();
        File.ReadAllText(_project.Combine("obj/Infra.g.cs")).ShouldContain("public static class SeatCarol\n");
        Sync().UpToDate.ShouldBeTrue();
    }

    [Test]
    public void Who_left_leaves_files_that_CleanOrphans_takes_unless_they_are_protected(
        [Values("true", "false")] string ephemeral)
    {
        Write("infra.yml", File.ReadAllText(_project.Combine("infra.yml")).Replace("true", ephemeral, StringComparison.Ordinal));
        Write(Csv, "alice\nbob\n");
        Sync();
        Write(Csv, "bob\n");
        Sync().Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA3010");

        var cleaned = Build.CleanOrphans(force: false, CancellationToken.None);

        string[] orphans = ["group_vars/seat-alice.yml", "host_vars/seat-alice-desk.yml"];
        cleaned.Deleted.ShouldBe(ephemeral == "true" ? orphans : []);
        cleaned.Kept.Select(k => k.Path).ShouldBe(ephemeral == "true" ? [] : orphans);
    }

    [Test]
    public void A_file_that_a_link_takes_out_of_the_project_is_not_read()
    {
        using var elsewhere = new TemporaryFolder();
        File.WriteAllText(elsewhere.Combine(Csv), "secret: $6$salt\n");
        File.CreateSymbolicLink(_project.Combine(Csv), elsewhere.Combine(Csv));

        Faults().ShouldBe(["infra.yml(5,13): error INFRA2320"]);
    }

    [Test]
    public void A_file_that_is_missing_is_told_where_it_is_named() => Faults().ShouldBe(["infra.yml(5,13): error INFRA2319"]);

    [Test]
    public void A_folder_in_its_place_is_no_file()
    {
        Directory.CreateDirectory(_project.Combine(Csv));

        Faults().ShouldBe(["infra.yml(5,13): error INFRA2319"]);
    }

    [Test]
    public void An_empty_file_is_told_by_its_name()
    {
        Write(Csv, "");

        Faults().ShouldBe(["students.csv: error INFRA1002"]);
    }

    [Test]
    public void A_file_of_any_size_is_not_read_beyond_the_limit_of_all_sources()
    {
        using (var file = File.Create(_project.Combine(Csv)))
        {
            file.SetLength(33 << 20);
        }

        Faults().ShouldBe(["students.csv: error INFRA1003"]);
    }

    [Test]
    public void Destroy_of_all_copies_knows_them_and_of_a_file_that_is_wrong_none()
    {
        Write(Csv, "alice\nbob\n");
        Build.ReadIdentity(out _)!.WithNetworks(["seat", "other"]).ShouldBe(["seat-alice", "seat-bob", "other"]);

        Write(Csv, "alice\nBob\n");

        Build.ReadIdentity(out _)!.WithNetworks(["seat"]).ShouldBe(["seat"]);
    }

    private BuildOptions Options => new() { ProjectDirectory = _project.Path, Fingerprint = "test" };

    private InfraBuild Build => new(Options, InfraCompiler.Compile);

    private SyncResult Sync()
    {
        var result = Build.Sync(null, CancellationToken.None);
        result.Succeeded.ShouldBeTrue(string.Join('\n', result.Diagnostics));
        return result;
    }

    // Their first two words say where and what.
    private IEnumerable<string> Faults()
    {
        var result = Build.Sync(null, CancellationToken.None);
        Build.Validate().Diagnostics.ShouldBe(result.Diagnostics);
        return result.Diagnostics.Select(d => d.ToString().Split(": ") is var parts ? $"{parts[0]}: {parts[1]}" : "");
    }

    private void Write(string file, string text) => File.WriteAllText(_project.Combine(file), text);
}
