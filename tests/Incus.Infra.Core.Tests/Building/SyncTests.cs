using System.Text;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Rendering;
using Incus.Infra.Core.Tree;

namespace Incus.Infra.Core.Tests.Building;

internal sealed class SyncTests
{
    private const string Web = "host_vars/web.yml";

    private TestProject _project = null!;

    [SetUp]
    public void SetUp()
    {
        _project = new TestProject();
        _project.Section(Web);
        _project.Section("inventory/lab.yml");
        _project.Section("site.yml");
    }

    [TearDown]
    public void TearDown() => _project.Dispose();

    [Test]
    public void The_first_build_creates_every_file_in_the_documented_layout()
    {
        var result = _project.SyncWell();

        result.UpToDate.ShouldBeFalse();
        result.Written.ShouldBe([
            new(Web, ChangeKind.Created),
            new("inventory/lab.yml", ChangeKind.Created),
            new("site.yml", ChangeKind.Created)]);
        result.Files.ShouldBe([Web, "inventory/lab.yml", "site.yml"]);
        _project.Read(Web).ShouldBe("""
            ---
            # === MANAGED BY infra.yml ===
            # Written by dotnet build. Changes inside this section are lost; write below it.
            a: 1
            # === END MANAGED ===

            # Your own content goes below this line.

            """);
    }

    [Test]
    public void A_build_without_changes_compiles_nothing_and_touches_nothing_and_repeats_the_warnings()
    {
        var place = new SourceLocation("infra.yml", 3, 5);
        var warning = new Diagnostic("INFRA2999", Severity.Warning, place, "Two words,\na %20 and an é.");
        _project.Remarks.Add(warning);
        _project.Files.Add(new GeneratedFile("infra.lock.yml", Ownership.Whole, "version: 1\n"));
        var first = _project.SyncWell();
        var before = _project.Snapshot();

        var second = _project.SyncWell();

        second.UpToDate.ShouldBeTrue();
        second.Written.ShouldBeEmpty();
        second.Unchanged.ShouldBe(4);
        second.Files.ShouldBe(first.Files);
        second.Diagnostics.ShouldBe([warning]);
        _project.Compilations.ShouldBe(1);
        _project.Snapshot().ShouldBe(before);
    }

    [Test]
    public void Only_the_files_that_changed_are_written()
    {
        _project.SyncWell();
        var before = _project.Snapshot();
        _project.Write("infra.yml", "project_name: other\n");
        _project.Section(Web, "a: 2\n");

        var result = _project.SyncWell();

        result.Written.ShouldBe([new(Web, ChangeKind.Updated)]);
        result.Unchanged.ShouldBe(2);
        _project.Snapshot()["site.yml"].ShouldBe(before["site.yml"]);
    }

    [TestCase("---\n# === MANAGED BY infra.yml ===\na: by hand\n# === END MANAGED ===\nmine: 1\n")]
    [TestCase("---\nmine: 1\n")]
    public void A_managed_section_that_was_edited_or_deleted_by_hand_is_healed(string content)
    {
        _project.SyncWell();
        _project.Write(Web, content);

        _project.SyncWell().Written.ShouldBe([new(Web, ChangeKind.Updated)]);

        _project.Read(Web).ShouldStartWith("---\n# === MANAGED BY infra.yml ===\n");
        _project.Read(Web).ShouldEndWith("\na: 1\n# === END MANAGED ===\nmine: 1\n");
    }

    [Test]
    public void A_deleted_file_comes_back()
    {
        _project.SyncWell();
        File.Delete(_project.PathOf(Web));

        _project.SyncWell().Written.ShouldBe([new(Web, ChangeKind.Created)]);
    }

    [Test]
    public void An_edit_outside_the_section_is_not_written_over_and_the_build_after_is_up_to_date_again()
    {
        _project.SyncWell();
        File.AppendAllText(_project.PathOf(Web), "mine: 1\r\n");
        var before = _project.Snapshot()[Web];

        var result = _project.SyncWell();

        result.UpToDate.ShouldBeFalse();
        result.Written.ShouldBeEmpty();
        _project.Snapshot()[Web].ShouldBe(before);
        _project.SyncWell().UpToDate.ShouldBeTrue();
    }

    [Test]
    public void A_new_fingerprint_forces_a_full_check()
    {
        _project.SyncWell();
        _project.Fingerprint = "0.2.0";

        _project.SyncWell().UpToDate.ShouldBeFalse();
        _project.SyncWell().UpToDate.ShouldBeTrue();
    }

    [TestCase("")]
    [TestCase("infra-state 2\n")]
    [TestCase("no state at all, but long enough to hold the hash that ends one of ours: 0123456789\n")]
    public void A_corrupt_state_costs_a_full_check_and_nothing_else(string state)
    {
        _project.SyncWell();
        _project.Write("obj/infra.state", state);

        var result = _project.SyncWell();

        (result.UpToDate, result.Written.Count).ShouldBe((false, 0));
        _project.SyncWell().UpToDate.ShouldBeTrue();
    }

    [Test]
    public void Any_damaged_byte_of_the_state_is_noticed()
    {
        _project.SyncWell();
        var state = File.ReadAllBytes(_project.PathOf("obj/infra.state"));

        // The last one only ends the line.
        for (var i = 0; i < state.Length - 1; i++)
        {
            byte[] damaged = [.. state];
            damaged[i] ^= 1;
            File.WriteAllBytes(_project.PathOf("obj/infra.state"), damaged);

            _project.SyncWell().UpToDate.ShouldBeFalse($"byte {i}");
        }
    }

    [TestCase("host_vars/.x.infra-tmp")]
    [TestCase(".x.infra-tmp")]
    [TestCase("obj/.x.infra-tmp")]
    public void Left_overs_of_a_killed_build_are_removed(string leftover)
    {
        _project.SyncWell();
        _project.Write(leftover, "half");

        _project.SyncWell().UpToDate.ShouldBeFalse();

        _project.Temporaries().ShouldBeEmpty();
        _project.SyncWell().UpToDate.ShouldBeTrue();
    }

    [Test]
    public void The_mode_of_an_existing_file_is_kept()
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _project.SyncWell();
#pragma warning disable CA1416 // The tests run on Linux.
        File.SetUnixFileMode(_project.PathOf(Web), Mode);
        _project.Write("infra.yml", "project_name: other\n");
        _project.Section(Web, "a: 2\n");

        _project.SyncWell().Written.Count.ShouldBe(1);

        File.GetUnixFileMode(_project.PathOf(Web)).ShouldBe(Mode);
#pragma warning restore CA1416
    }

    [Test]
    public void A_file_gets_the_new_name_of_its_machine_with_all_that_is_the_users()
    {
        const string Renamed = "host_vars/shop.yml";
        _project.SyncWell();
        _project.Write(Web, "# first\n" + _project.Read(Web) + "mine: 1\n");
        Rename("a: 2\n");
        _project.Build.SyncDry().Orphans.ShouldBeEmpty();

        var result = _project.SyncWell();

        result.Written.Select(w => (w.Path, w.Kind)).ShouldContain((Renamed, ChangeKind.Created));
        result.Diagnostics.ShouldBeEmpty();
        File.Exists(_project.PathOf(Web)).ShouldBeFalse();
        var content = _project.Read(Renamed);
        content.ShouldStartWith("# first\n");
        content.ShouldEndWith("mine: 1\n");
        content.ShouldContain("a: 2\n");
        _project.SyncWell().UpToDate.ShouldBeTrue();

        void Rename(string text)
        {
            _project.Write("infra.yml", "project_name: other\n");
            _project.Files.RemoveAll(f => f.Path == Web);
            _project.Files.Add(new GeneratedFile(Renamed, Ownership.Section, text) { FormerPath = Web });
        }
    }

    [Test]
    public void A_file_of_the_new_name_is_not_overwritten_by_the_former_one()
    {
        _project.SyncWell();
        _project.Write("host_vars/shop.yml", "mine: 1\n");
        _project.Write("infra.yml", "project_name: other\n");
        _project.Files.RemoveAll(f => f.Path == Web);
        _project.Files.Add(new GeneratedFile("host_vars/shop.yml", Ownership.Section, "a: 2\n") { FormerPath = Web });

        _project.SyncWell().Diagnostics.Select(d => d.Code).ShouldBe(["INFRA3010"]);

        _project.Read("host_vars/shop.yml").ShouldEndWith("mine: 1\n");
        File.Exists(_project.PathOf(Web)).ShouldBeTrue();
    }

    [Test]
    public void A_file_of_the_former_name_that_is_the_users_own_stays()
    {
        _project.Files.RemoveAll(f => f.Path == Web);
        _project.Write(Web, "mine: 1\n");
        _project.Files.Add(new GeneratedFile("host_vars/shop.yml", Ownership.Section, "a: 2\n") { FormerPath = Web });

        _project.SyncWell();

        _project.Read(Web).ShouldBe("mine: 1\n");
        _project.Read("host_vars/shop.yml").ShouldNotContain("mine");
    }

    [Test]
    public void A_file_that_is_written_once_belongs_to_the_user_afterwards()
    {
        _project.Files.Add(new GeneratedFile("ansible.cfg", Ownership.Once, "[defaults]\n"));
        _project.SyncWell();
        _project.Write("ansible.cfg", "mine\n");

        _project.SyncWell().Written.ShouldBeEmpty();

        _project.Read("ansible.cfg").ShouldBe("mine\n");
    }

    [Test]
    public void The_compilation_sees_the_bytes_of_both_sources()
    {
        _project.Write("infra.lock.yml", "version: 1\n");
        Sources? seen = null;
        _project.OnCompile = s => seen = s;

        _project.SyncWell();

        (seen!.InfraPath, seen.LockPath).ShouldBe(("infra.yml", "infra.lock.yml"));
        Encoding.UTF8.GetString(seen.Infra.Span).ShouldBe("project_name: test\n");
        Encoding.UTF8.GetString(seen.Lock!.Value.Span).ShouldBe("version: 1\n");
    }

    [Test]
    public void Nothing_is_written_when_the_compilation_has_an_error()
    {
        _project.SyncWell();
        _project.Write("infra.yml", "project_name: other\n");
        _project.Section(Web, "a: 2\n");
        var before = _project.Snapshot();
        _project.Remarks.Add(new Diagnostic("INFRA2999", Severity.Error, new("infra.yml", 1, 1), "No."));

        var result = _project.Sync();

        result.Succeeded.ShouldBeFalse();
        result.Files.ShouldBeEmpty();
        _project.Snapshot().ShouldBe(before);
    }
}
