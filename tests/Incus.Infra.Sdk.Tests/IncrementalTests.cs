using Incus.Infra.Sdk.Tests.Harness;

namespace Incus.Infra.Sdk.Tests;

internal sealed class IncrementalTests : SdkTest
{
    [Test]
    public void A_build_without_a_change_writes_nothing()
    {
        Sandbox.Build().ShouldSucceed();
        var before = Project.Snapshot();

        Sandbox.Build().ShouldSucceed().Summary.ShouldBe("up to date");

        Project.Snapshot().ShouldBe(before);
    }

    [Test]
    public void The_picture_is_drawn_by_each_build_that_wants_it_and_costs_nothing_while_nothing_changes()
    {
        Project.WriteProject("<PropertyGroup><InfraGraph>True</InfraGraph></PropertyGroup>");
        Sandbox.Build().ShouldSucceed().Summary.ShouldBe("12 files written, 0 unchanged");
        var before = Project.Snapshot();

        Sandbox.Build().ShouldSucceed().Summary.ShouldBe("up to date");
        Sandbox.Build("-t:Graph").ShouldSucceed().Summary.ShouldBe("up to date");

        Project.Snapshot().ShouldBe(before);
        Project.Edit("infra.yml", "A container of one's own", "Ours");
        Sandbox.Build().ShouldSucceed();
        Project.Read("infra.svg").ShouldContain("Ours");
    }

    [Test]
    public void A_rebuild_leaves_equal_files_alone()
    {
        Sandbox.Build().ShouldSucceed();
        var before = Project.Snapshot();

        Sandbox.Build("-t:Rebuild").ShouldSucceed().Summary.ShouldBe("0 files written, 9 unchanged");

        Project.Snapshot().Where(f => !f.Key.StartsWith("obj/")).ShouldBe(before.Where(f => !f.Key.StartsWith("obj/")));
    }

    [Test]
    public void A_machine_taken_out_of_infra_yml_becomes_an_orphan()
    {
        AddMachine("db");
        Sandbox.Build().ShouldSucceed();
        Project.Edit("infra.yml", "      db: {}\n", "");

        var result = Sandbox.Build();

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("host_vars/db.yml : warning INFRA3010:");
        Project.Read("inventory/home.yml").ShouldNotContain("db");
    }

    [Test]
    public void A_missing_infra_yml_is_noticed_though_the_tree_is_up_to_date()
    {
        Sandbox.Build().ShouldSucceed();
        Project.Delete("infra.yml");

        Sandbox.Build().ShouldFailWith("INFRA1001");
    }

    [Test]
    public void An_older_infra_yml_put_back_with_its_old_time_is_noticed()
    {
        var older = Project.Read("infra.yml");
        Sandbox.Build().ShouldSucceed();
        var tree = Project.Tree();
        AddMachine("db");
        Sandbox.Build().ShouldSucceed();

        Project.Write("infra.yml", older);
        File.SetLastWriteTimeUtc(Project.At("infra.yml"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Sandbox.Build().ExitCode.ShouldBe(0);

        Project.Read("inventory/home.yml").ShouldBe(tree["inventory/home.yml"]);
    }

    [Test]
    public void A_managed_section_edited_by_hand_is_healed_and_the_text_around_it_kept()
    {
        Sandbox.Build().ShouldSucceed();
        var generated = Project.Read("inventory/home.yml");
        Project.Edit("inventory/home.yml", "web", "wbe");
        Project.Write("inventory/home.yml", Project.Read("inventory/home.yml") + "# mine\n");

        Sandbox.Build().ShouldSucceed().Summary.ShouldBe("1 file written, 8 unchanged");

        Project.Read("inventory/home.yml").ShouldBe(generated + "# mine\n");
    }

    [Test]
    public void A_deleted_output_comes_back()
    {
        Sandbox.Build().ShouldSucceed();
        var before = Project.Tree();
        Project.Delete("host_vars/web.yml");

        Sandbox.Build().ShouldSucceed().Summary.ShouldBe("1 file written, 8 unchanged");

        Project.Tree().ShouldBe(before);
    }

    private void AddMachine(string name) =>
        Project.Edit("infra.yml", "    machines:\n", $"    machines:\n      {name}: {{}}\n");
}
