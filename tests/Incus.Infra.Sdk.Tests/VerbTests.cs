using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

internal sealed class VerbTests : SdkTest
{
    [Test]
    public void Sync_does_what_Build_does()
    {
        Sandbox.Build("-t:Sync").ShouldSucceed();

        Sandbox.Build().ShouldSucceed().Summary.ShouldBe("up to date");
    }

    [Test]
    public void Help_lists_the_targets_and_their_properties_even_while_infra_yml_is_wrong()
    {
        Project.Write("infra.yml", "domains: [");

        var summary = Sandbox.Build("-t:Help").ShouldSucceed().Summary;

        summary.ShouldStartWith("dotnet build [-t:<Target>] [-p:<Property>=<value>]\n");
        summary.ShouldMatch(@"(?m)^\s*Snap +Takes a snapshot ");
        summary.ShouldMatch(@"(?m)^\s*Limit +Only these domains or machines");
    }

    [Test]
    public void Hosts_shows_the_names_of_the_machines_and_writes_them_into_the_file_that_it_is_given()
    {
        Project.Write("hosts", "127.0.0.1 localhost\n");

        Sandbox.Build("-t:Hosts").ShouldSucceed().Summary
            .ShouldMatch(@"^HostsFile=/etc/hosts writes this\n(?s).* web\.incus web\n");
        Sandbox.Build("-t:Hosts", "-p:HostsFile=hosts").ShouldSucceed().Summary.ShouldStartWith("hosts is written\n");
        Project.Read("hosts").ShouldMatch(@"^127\.0\.0\.1 localhost\n# === MANAGED (?s).* web\.incus web\n");

        Sandbox.Build("-t:Hosts", "-p:HostsFile=hosts").ShouldSucceed().Summary.ShouldBe("hosts is up to date");
        Sandbox.Build("-t:Hosts", "-p:Confirm=true").ShouldFailWith("INFRA5014").Output.ShouldContain("Did you mean HostsFile?");
    }

    [Test]
    public void SyncDry_shows_a_diff_and_writes_nothing()
    {
        Sandbox.Build().ShouldSucceed();
        Project.Edit("infra.yml", "A container of one's own", "Ours");
        var before = Project.Snapshot();

        var summary = Sandbox.Build("-t:SyncDry").ShouldSucceed().Summary;

        summary.ShouldStartWith("1 file would change, 8 unchanged\n");
        summary.ShouldMatch(@"(?m)^\s*--- .*host_vars/web\.yml");
        summary.ShouldMatch(@"(?m)^\s*\+\+\+ .*host_vars/web\.yml");
        summary.ShouldMatch(@"(?m)^\s*\+.*Ours");
        Project.Snapshot().ShouldBe(before);
    }

    [Test]
    public void SyncDry_fails_on_a_change_when_asked_and_still_shows_it()
    {
        var before = Project.Snapshot();

        var result = Sandbox.Build("-t:SyncDry", "-p:FailOnChange=true");

        result.ShouldFailWith("INFRA5002");
        result.Output.ShouldContain("+++ ");
        Project.Snapshot().ShouldBe(before);
    }

    [Test]
    public void SyncDry_passes_with_FailOnChange_when_the_tree_is_right()
    {
        Sandbox.Build().ShouldSucceed();

        Sandbox.Build("-t:SyncDry", "-p:FailOnChange=true").ShouldSucceed().Summary.ShouldBe("0 files would change, 9 unchanged");
    }

    [Test]
    public void SyncDry_fails_with_FailOnChange_on_a_file_that_Ansible_reads_and_infra_yml_no_longer_asks_for()
    {
        Project.Edit("infra.yml", "domains:\n", "domains:\n  lab:\n    subnet_id: 9\n    ephemeral: true\n    machines: {}\n");
        Sandbox.Build().ShouldSucceed();
        Project.Edit("infra.yml", "  lab:\n    subnet_id: 9\n    ephemeral: true\n    machines: {}\n", "");
        Sandbox.Build().ExitCode.ShouldBe(0);

        var result = Sandbox.Build("-t:SyncDry", "-p:FailOnChange=true");

        result.ShouldFailWith("INFRA3010", "INFRA5002");
        result.Output.ShouldContain("infra -> 0 files would change, 9 unchanged, 2 orphans");
        result.Output.ShouldContain(
            "The tree does not match infra.yml: 2 files are orphans. Delete the orphans and commit the result.");
    }

    [Test]
    public void Validate_says_that_a_good_file_is_good_and_writes_nothing()
    {
        var before = Project.Snapshot();

        Sandbox.Build("-t:Validate").ShouldSucceed().Summary.ShouldBe("infra.yml is valid");

        Project.Snapshot().ShouldBe(before);
    }

    [Test]
    public void Validate_fails_on_a_fault_and_writes_nothing()
    {
        Project.Edit("infra.yml", "subnet_id: 0", "subnet_id: 300");
        var before = Project.Snapshot();

        Sandbox.Build("-t:Validate").ShouldFailWith("INFRA1052");

        Project.Snapshot().ShouldBe(before);
    }

    [Test]
    public void CleanOrphans_deletes_what_is_generated_and_keeps_what_is_mine_unless_forced()
    {
        Project.Edit(
            "infra.yml",
            "    machines:\n",
            "    machines:\n      db: {ephemeral: true}\n      cache: {ephemeral: true}\n");
        Sandbox.Build().ShouldSucceed();
        Project.Edit("infra.yml", "      db: {ephemeral: true}\n      cache: {ephemeral: true}\n", "");
        Project.Write("host_vars/db.yml", Project.Read("host_vars/db.yml") + "mine: true\n");

        Sandbox.Build("-t:CleanOrphans").Summary.ShouldStartWith("1 orphan deleted, 1 kept");
        Project.Has("host_vars/cache.yml").ShouldBeFalse();
        Project.Has("host_vars/db.yml").ShouldBeTrue();

        Sandbox.Build("-t:CleanOrphans", "-p:Force=true").Summary.ShouldStartWith("1 orphan deleted, 0 kept");
        Project.Has("host_vars/db.yml").ShouldBeFalse();
        Sandbox.Build().ShouldSucceed();
    }

    [Test]
    public void Clean_forgets_the_last_build_and_leaves_the_tree_alone()
    {
        Sandbox.Build().ShouldSucceed();
        Project.Write("obj/mine.txt", "not the SDK's");
        var before = Project.Snapshot();

        Sandbox.Build("-t:Clean").ShouldSucceed();

        before.Remove("obj/infra.state").ShouldBeTrue();
        Project.Snapshot().ShouldBe(before);
    }

    [TestCase("restore")]
    [TestCase("build", "-p:DesignTimeBuild=true")]
    [TestCase("build", "-p:BuildingProject=false")]
    [TestCase("build", "-p:DesignTimeBuild=true", "-t:Rebuild")]
    [TestCase("build", "-p:DesignTimeBuild=true", "-t:CleanOrphans")]
    public void Restore_and_design_time_builds_write_nothing(params string[] arguments)
    {
        var before = Project.Snapshot();

        Sandbox.Run(Sandbox.Dotnet, arguments).ShouldSucceed();

        Project.Snapshot().ShouldBe(before);
    }

    [Test]
    public void The_paths_of_the_sources_and_of_the_state_are_the_users_to_choose()
    {
        File.Move(Project.At("infra.yml"), Project.At("lab.yml"));
        Project.WriteProject("""
            <PropertyGroup>
              <InfraFile>lab.yml</InfraFile>
              <InfraLockFile>lab.lock.yml</InfraLockFile>
              <InfraIntermediateOutputPath>.cache</InfraIntermediateOutputPath>
            </PropertyGroup>
            """);

        Sandbox.Build().ShouldSucceed();

        Project.Has("lab.lock.yml").ShouldBeTrue();
        Project.Has(".cache/infra.state").ShouldBeTrue();
        Directory.Exists(Project.At("obj")).ShouldBeFalse();
        Sandbox.Build("-t:Clean").ShouldSucceed();
        Project.Has(".cache/infra.state").ShouldBeFalse();
    }
}
