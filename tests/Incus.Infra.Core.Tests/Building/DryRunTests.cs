using System.Text;
using CsCheck;
using Incus.Infra.Core.Building;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Rendering;
using Incus.Infra.Core.Tree;

namespace Incus.Infra.Core.Tests.Building;

internal sealed class DryRunTests
{
    private static readonly Gen<string> Text = Gen.OneOf("a\n", "b\n", "c\r\n", "\n", " \n", "é\n", "d")
        .Array[0, 30].Select(string.Concat);

    private TestProject _project = null!;

    [SetUp]
    public void SetUp() => _project = new TestProject();

    [TearDown]
    public void TearDown() => _project.Dispose();

    [Test]
    public void The_dry_run_shows_what_Sync_would_do()
    {
        _project.Section("host_vars/same.yml");
        _project.Section("host_vars/web.yml");
        _project.SyncWell();
        _project.Section("host_vars/web.yml", "a: 2\n");
        _project.Section("host_vars/new.yml");

        var result = _project.Build.SyncDry();

        result.Changes.Select(c => c.Kind).ShouldBe([ChangeKind.Updated, ChangeKind.Created], ignoreOrder: true);
        result.Unchanged.ShouldBe(1);
        result.Changes[0].ShouldBe(new FileDiff("host_vars/web.yml", ChangeKind.Updated, """
            --- a/host_vars/web.yml
            +++ b/host_vars/web.yml
            @@ -1,7 +1,7 @@
             ---
             # === MANAGED BY infra.yml ===
             # Written by dotnet build. Changes inside this section are lost; write below it.
            -a: 1
            +a: 2
             # === END MANAGED ===
             
             # Your own content goes below this line.

            """));
        result.Changes[1].UnifiedDiff.ShouldStartWith("--- /dev/null\n+++ b/host_vars/new.yml\n@@ -0,0 +1,7 @@\n+---\n");
    }

    [Test]
    public void A_checkout_with_other_line_ends_is_no_change_and_a_change_keeps_them()
    {
        _project.Section("host_vars/web.yml");
        _project.Files.Add(new GeneratedFile("infra.lock.yml", Ownership.Whole, "version: 1\ndomains: {}\n"));
        _project.SyncWell();
        foreach (var file in _project.Files)
        {
            _project.Write(file.Path, _project.Read(file.Path).ReplaceLineEndings("\r\n"));
        }

        _project.Build.SyncDry().Changes.ShouldBeEmpty();

        _project.Files.RemoveAt(1);
        _project.Files.Add(new GeneratedFile("infra.lock.yml", Ownership.Whole, "version: 1\ndomains:\n  a: {}\n"));
        _project.Section("host_vars/web.yml", "a: 2\n");
        _project.SyncWell().Written.Count.ShouldBe(2);
        _project.Read("host_vars/web.yml").ShouldContain("a: 2\r\n");
        _project.Files.Select(f => _project.Read(f.Path).Replace("\r\n", "", StringComparison.Ordinal))
            .ShouldAllBe(text => !text.Contains('\n'));
    }

    [Test]
    public void The_dry_run_tells_the_files_that_nobody_asks_for_any_more()
    {
        _project.Section("inventory/lab.yml");
        _project.Section("host_vars/web.yml");
        _project.SyncWell();
        _project.Files.RemoveAt(0);

        var result = _project.Build.SyncDry();

        result.Changes.ShouldBeEmpty();
        result.Orphans.ShouldBe(["inventory/lab.yml"]);
    }

    [Test]
    public void The_dry_run_tells_the_faults_of_the_tree()
    {
        _project.Section("host_vars/web.yml");
        _project.Write("host_vars/web.yml", "# === END MANAGED ===\n");

        var result = _project.Build.SyncDry();

        result.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA3001");
        result.Changes.ShouldBeEmpty();
    }

    [Test]
    public void Patch_applies_every_diff_to_the_byte() => Gen.Select(Text, Text).Sample(
        (before, after) =>
        {
            after = after.ReplaceLineEndings("\n"); // As all that is generated; the file keeps its own.
            _project.Files.Clear();
            _project.Files.Add(new GeneratedFile("file", Ownership.Whole, after));
            _project.Write("file", before);
            var change = _project.Build.SyncDry().Changes.SingleOrDefault();
            if (change is not null)
            {
                File.WriteAllText(_project.PathOf("diff"), change.UnifiedDiff, new UTF8Encoding(false));
                _project.Run("patch", "--binary", "--quiet", "-p1", "-i", "diff");
            }

            (File.Exists(_project.PathOf("file")) ? _project.Read("file") : "").ReplaceLineEndings("\n").ShouldBe(after);
        },
        iter: 100,
        threads: 1);

    [Test]
    public void A_lock_in_a_deeper_folder_is_no_part_of_a_preview_however_its_path_is_spelt()
    {
        using var project = new TestProject();
        project.Write("infra.yml", Compiling.Head + "  lab: {subnet_id: 1, machines: {web: {}}}\n");
        project.Write("a/b/own.txt", "");
        var options = new BuildOptions { ProjectDirectory = project.Root, LockFile = "./a/b/infra.lock.yml", Fingerprint = "1" };

        using var preview = new InfraBuild(options, InfraCompiler.Compile).View(out _)?.Preview();

        File.Exists(Path.Join(preview!.Directory, "a/b/own.txt")).ShouldBeTrue();
        File.Exists(Path.Join(preview.Directory, "a/b/infra.lock.yml")).ShouldBeFalse();
    }
}
