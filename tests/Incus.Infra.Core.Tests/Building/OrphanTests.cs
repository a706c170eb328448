using Incus.Infra.Core.Building;

namespace Incus.Infra.Core.Tests.Building;

internal sealed class OrphanTests
{
    private TestProject _project = null!;

    [SetUp]
    public void SetUp()
    {
        _project = new TestProject();
        _project.Section("host_vars/web.yml");
    }

    [TearDown]
    public void TearDown() => _project.Dispose();

    [Test]
    public void An_orphan_is_a_warning_at_the_file_in_this_build_and_in_the_next()
    {
        Abandon("host_vars/old.yml", "instance_ephemeral: true\n");

        var warning = _project.SyncWell().Diagnostics.ShouldHaveSingleItem();

        warning.ToString().ShouldStartWith("host_vars/old.yml: warning INFRA3010:");
        var again = _project.SyncWell();
        again.UpToDate.ShouldBeTrue();
        again.Diagnostics.ShouldBe([warning]);
        _project.Build.SyncDry().Diagnostics.ShouldBe([warning]);
    }

    [Test]
    public void Orphans_are_a_warning_for_each_domain_that_counts_what_may_happen_to_them()
    {
        Abandon("inventory/lab.yml", "all: {}\n");
        Abandon("group_vars/lab.yml", "domain_ephemeral: true\n");
        Abandon("host_vars/a.yml", "instance_domain: lab\ninstance_ephemeral: true\n");
        Abandon("host_vars/b.yml", "instance_domain: lab\ninstance_ephemeral: false\n");
        Abandon("host_vars/c.yml", "instance_domain: lab\ninstance_ephemeral: true\n");
        Abandon("host_vars/d.yml", "instance_domain: work\n");

        _project.SyncWell().Diagnostics.Select(d => d.ToString()).ShouldBe(
        [
            "group_vars/lab.yml: warning INFRA3010: Generated for something of domain 'lab' that is no longer in infra.yml or is "
                + "disabled: 'group_vars/lab.yml', 'host_vars/a.yml', 'host_vars/b.yml', 'host_vars/c.yml' and 1 more. "
                + "4 files can go: delete them, or run the target CleanOrphans. 1 file is protected (ephemeral: false), so "
                + "CleanOrphans keeps it: put the machine or domain back into infra.yml, or delete it by hand once nothing of it "
                + "is left in Incus.",
            "host_vars/d.yml: warning INFRA3010: Generated for something of domain 'work' that is no longer in infra.yml or is "
                + "disabled: 'host_vars/d.yml'. 1 file can go: delete it, or run the target CleanOrphans.",
        ]);
    }

    [Test]
    public void A_file_without_our_markers_is_the_users_own()
    {
        _project.Write("host_vars/mine.yml", "mine: 1\n");
        _project.SyncWell().Diagnostics.ShouldBeEmpty();

        var (deleted, kept) = Clean(force: true);

        (deleted.Count, kept.Count).ShouldBe((0, 0));
        _project.SyncWell().UpToDate.ShouldBeTrue();
        _project.Write("host_vars/mine.yml", Orphaned("a: 1\n"));
        _project.SyncWell().Diagnostics.Count.ShouldBe(1);
    }

    [Test]
    public void CleanOrphans_deletes_what_was_generated_only()
    {
        Abandon("host_vars/old.yml", "instance_ephemeral: true\n");
        Abandon("inventory/old.yml", "all: {}\n");

        Clean(force: false).Deleted.ShouldBe(["host_vars/old.yml", "inventory/old.yml"]);

        File.Exists(_project.PathOf("host_vars/old.yml")).ShouldBeFalse();
        _project.SyncWell().Diagnostics.ShouldBeEmpty();
    }

    [Test]
    public void CleanOrphans_deletes_content_of_the_user_only_by_force()
    {
        Abandon("host_vars/old.yml", "a: 1\n");
        File.AppendAllText(_project.PathOf("host_vars/old.yml"), "mine: 1\n");

        Clean(force: false).Kept.ShouldHaveSingleItem().Reason.ShouldContain("your own content");
        Clean(force: true).Deleted.ShouldBe(["host_vars/old.yml"]);
    }

    [TestCase("instance_ephemeral: false\n")]
    [TestCase("domain_ephemeral: False # by hand\n")]
    [TestCase("instance_ephemeral:\n")]
    public void CleanOrphans_never_deletes_what_is_protected(string body)
    {
        Abandon("host_vars/old.yml", body);

        Clean(force: true).Kept.ShouldHaveSingleItem().Reason.ShouldContain("protected");
    }

    [Test]
    public void The_inventory_of_a_protected_domain_is_protected_too()
    {
        Abandon("inventory/lab.yml", "all: {}\n");
        Abandon("inventory/play.yml", "all: {}\n");
        Abandon("group_vars/lab.yml", "domain_ephemeral: false\n");
        Abandon("group_vars/play.yml", "domain_ephemeral: true\n");

        var (deleted, kept) = Clean(force: false);

        deleted.ShouldBe(["group_vars/play.yml", "inventory/play.yml"]);
        kept.Select(k => k.Path).ShouldBe(["group_vars/lab.yml", "inventory/lab.yml"]);
    }

    [Test]
    public void An_orphan_with_damaged_markers_is_kept()
    {
        _project.Write("host_vars/old.yml", "# === MANAGED BY infra.yml ===\na: 1\n");

        Clean(force: true).Kept.ShouldHaveSingleItem().Reason.ShouldContain("markers are damaged");
    }

    [Test]
    public void An_orphan_that_cannot_be_deleted_is_an_error_and_is_kept()
    {
        Abandon("host_vars/old.yml", "a: 1\n");
        _project.MakeImmutable("host_vars/old.yml");

        var result = _project.Build.CleanOrphans(force: false, CancellationToken.None);

        result.Kept.Count.ShouldBe(1);
        result.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("INFRA3006");
    }

    [Test]
    public void Nothing_is_deleted_when_the_compilation_has_an_error()
    {
        Abandon("host_vars/old.yml", "a: 1\n");
        _project.Remarks.Add(new Diagnostic("INFRA2999", Severity.Error, new("infra.yml", 1, 1), "No."));

        Clean(force: true).Deleted.ShouldBeEmpty();
    }

    private static string Orphaned(string body) =>
        $"---\n# === MANAGED BY infra.yml ===\n{body}# === END MANAGED ===\n\n# Your own content goes below this line.\n";

    private void Abandon(string path, string body) => _project.Write(path, Orphaned(body));

    private (IReadOnlyList<string> Deleted, IReadOnlyList<KeptOrphan> Kept) Clean(bool force)
    {
        var result = _project.Build.CleanOrphans(force, CancellationToken.None);
        return (result.Deleted, result.Kept);
    }
}
