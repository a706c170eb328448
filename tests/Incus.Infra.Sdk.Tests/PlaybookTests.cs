using System.Globalization;
using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

/// <summary>What Plan and Apply ask of ansible-playbook, by a fake that keeps it.</summary>
internal sealed class PlaybookTests : SdkTest
{
    private string Folder => Path.Join(Sandbox.Home, "fake");

    private string[] Arguments => File.ReadAllLines(Path.Join(Folder, "arguments"));

    private string[] Variables => File.ReadAllLines(Path.Join(Folder, "environment"));

    [SetUp]
    public void UseFakes()
    {
        Directory.CreateDirectory(Folder);
        Sandbox.UseFakeAnsible(Folder);
    }

    [Test]
    public void Apply_syncs_and_then_runs_the_playbook()
    {
        Sandbox.Build("-t:Apply").ShouldSucceed();

        Arguments.ShouldBe(["site.yml"]);
        Project.Has("site.yml").ShouldBeTrue();
    }

    [Test]
    public void Apply_shows_each_object_and_ends_with_a_line_of_what_it_did()
    {
        var result = Sandbox.Build("-t:Apply").ShouldSucceed();

        result.Output.ShouldContain("[1/1] network net-home: create");
        result.Output.ShouldContain("infra -> create 1 object; 2 tasks changed something");
    }

    [Test]
    public void A_terminal_shows_each_object_once_the_project_was_built_and_the_response_file_is_mine()
    {
        File.Delete(Path.Join(Path.GetDirectoryName(Project.Path), "Directory.Build.rsp"));
        Sandbox.Build().ShouldSucceed();
        Project.Read("Directory.Build.rsp").ShouldEndWith("\n-terminalLogger:off\n");
        Sandbox.Set("TERM", "xterm-256color");

        Sandbox.Run("script", "-qec", $"{Sandbox.Dotnet} build -t:Apply", "/dev/null").ShouldSucceed().Output
            .ShouldContain("[1/1] network net-home: create");

        Project.Write("Directory.Build.rsp", "");
        Sandbox.Build().ShouldSucceed();
        Project.Read("Directory.Build.rsp").ShouldBeEmpty();
    }

    [Test]
    public void A_response_file_above_the_project_is_not_hidden_by_one_of_the_build()
    {
        Sandbox.Build().ShouldSucceed();

        Project.Has("Directory.Build.rsp").ShouldBeFalse();
    }

    [Test]
    public void Apply_is_quiet_when_nothing_changed()
    {
        Sandbox.Set("FAKE_ANSIBLE", "nothing");
        Sandbox.Build().ShouldSucceed();

        Sandbox.Build("-t:Apply").ShouldSucceed().Output.Split('\n').Where(line => line.StartsWith("  infra -> "))
            .ShouldBe(["  infra -> up to date", "  infra -> nothing to change in Incus"]);
    }

    [TestCase("Apply", "-p:SnapshotBefore=sometimes", "INFRA5011")]
    [TestCase("Plan", "-p:SnapshotBefore=sometimes", "INFRA5011")]
    [TestCase("Apply", "-p:AutoCleanup=1", "INFRA5011")]
    [TestCase("Snap", "-p:Machine=web", "INFRA5014")]
    [TestCase("Apply", "-p:Host=web", "INFRA5014")]
    [TestCase("Sync", "-p:DryRun=true", "INFRA5015")]
    [TestCase("Apply", "-p:DryRun=true", "INFRA5015")]
    public void A_property_that_the_target_would_ignore_or_misread_is_refused_before_anything_runs(
        string verb, string property, string code)
    {
        var before = Project.Snapshot();

        Sandbox.Build($"-t:{verb}", property).ShouldFailWith(code);

        File.Exists(Path.Join(Folder, "arguments")).ShouldBeFalse();
        Project.Snapshot().ShouldBe(before);
    }

    [TestCase("Apply", "-p:Tags=infar")]
    [TestCase("Plan", "-p:SkipTags=instnaces")]
    public void A_tag_that_nothing_has_is_refused_before_Ansible_starts(string verb, string property)
    {
        Sandbox.Build($"-t:{verb}", property).ShouldFailWith("INFRA5016");

        File.Exists(Path.Join(Folder, "arguments")).ShouldBeFalse();
    }

    [Test]
    public void A_run_that_compared_nothing_says_so()
    {
        Sandbox.Set("FAKE_ANSIBLE", "provisions");

        Sandbox.Build("-t:Apply", "-p:Tags=provision").ShouldSucceed().Output
            .ShouldContain("infra -> nothing in Incus was compared; 2 tasks changed something");
    }

    [Test]
    public void A_target_takes_what_another_one_of_the_same_command_is_for_and_what_other_tools_pass()
    {
        Sandbox.Build(
            "-t:Build,Apply", "-p:Tags=infra", "-p:AutoCleanup=TRUE", "-p:Version=1.2.3", "-c", "Release", "-p:Platform=x64")
            .ShouldSucceed();

        Arguments.ShouldContain("""--extra-vars={"infra_auto_cleanup":true}""");
    }

    [Test]
    public void Every_property_of_the_command_line_reaches_Ansible_as_one_argument()
    {
        Project.Write("roles/mine/tasks/main.yml", "- ansible.builtin.debug:\n  tags: two words\n");
        Sandbox.Build(
            "-t:Apply",
            "-p:Tags=networks",
            "-p:SkipTags=two words",
            "-p:Limit=home:!web",
            "-p:AutoCleanup=true",
            "-p:AllowReplace=true",
            "-p:AllowMove=true",
            "-p:SnapshotBefore=always",
            "-p:Repair=true",
            "-p:IncusRemote=the other",
            "-p:VaultPasswordFile=secret/my vault",
            "-p:AnsibleArguments=-e a=b --forks 3").ShouldSucceed();

        Arguments.ShouldBe(
        [
            "site.yml", "--tags=networks", "--skip-tags=two words", "--limit=home:!web",
            $"--vault-password-file={Project.At("secret/my vault")}",
            """--extra-vars={"infra_auto_cleanup":true,"infra_allow_replace":"""
                + """true,"infra_allow_move":true,"infra_repair":true"""
                + ""","infra_snapshot_before":"always","infra_remote":"the other"}""",
            "-e", "a=b", "--forks", "3",
        ]);
    }

    [Test]
    public void The_collection_of_the_package_comes_first_and_those_of_the_user_stay()
    {
        Sandbox.Set("ANSIBLE_COLLECTIONS_PATH", "/mine");

        Sandbox.Build("-t:Apply").ShouldSucceed();

        var path = Variables.Single(v => v.StartsWith("ANSIBLE_COLLECTIONS_PATH="))
            ["ANSIBLE_COLLECTIONS_PATH=".Length..].Split(':');
        File.Exists(Path.Join(path[0], "ansible_collections/incus/infra/galaxy.yml")).ShouldBeTrue();
        path[1].ShouldBe("/mine");
    }

    [TestCase("de_DE.UTF-8", "de_DE.UTF-8")]
    [TestCase("fr_FR.utf8", "fr_FR.utf8")]
    [TestCase("C", "C.UTF-8")]
    [TestCase("de_DE.ISO-8859-1", "C.UTF-8")]
    public void Ansible_gets_a_locale_that_it_starts_with(string users, string given)
    {
        Sandbox.Set("LC_ALL", users);

        Sandbox.Build("-t:Apply").ShouldSucceed();

        Variables.ShouldContain($"LC_ALL={given}");
    }

    [Test]
    public void Plan_is_a_check_with_differences_of_the_infrastructure_alone()
    {
        Sandbox.Build("-t:Plan").ShouldSucceed();

        Arguments.ShouldBe(["site.yml", "--check", "--diff", "--tags=infra", "--skip-tags=provision"]);
    }

    [Test]
    public void Plan_before_the_first_build_reads_the_whole_tree_and_writes_nothing()
    {
        Project.Write("roles/mine/tasks/main.yml", "---\n");
        var before = Project.Snapshot();

        Sandbox.Build("-t:Plan").ShouldSucceed();

        File.ReadAllLines(Path.Join(Folder, "folder")).ShouldBeSubsetOf(
        [
            "ansible.cfg", "group_vars", "host_vars", "infra.proj", "infra.yml", "inventory", "requirements.yml", "roles",
            "site.yml", "snapshot.yml",
        ]);
        File.ReadAllLines(Path.Join(Folder, "folder")).ShouldContain("site.yml");
        Project.Snapshot().ShouldBe(before);
    }

    [Test]
    public void Plan_shows_what_Apply_would_do_and_then_what_plays_of_mine_say() =>
        Sandbox.Build("-t:Plan").ShouldSucceed().Summary.ShouldBe("""
            plan: create 1 object; 2 tasks would change something
              + network net-home: create
                      config.ipv4.nat: true
              [1/1] network net-home: create
            """);

    [TestCase("dotnet build -t:Plan", true)]
    [TestCase("dotnet build -t:Plan -tl:on", true)]
    [TestCase("dotnet build -t:Plan | cat", false)]
    [TestCase("NO_COLOR=1 dotnet build -t:Plan", false)]
    [TestCase("TERM=dumb dotnet build -t:Plan", false)]
    [TestCase("dotnet build -t:Plan -bl:x.binlog && zcat x.binlog", false)]
    [TestCase("dotnet build -t:Plan -fl -flp:logfile=x.log && cat x.log", false)]
    public void Only_a_person_at_a_terminal_gets_colours(string command, bool colours)
    {
        Sandbox.Set("TERM", "xterm-256color");

        var shown = Sandbox.Run("script", "-qec", command.Replace("dotnet", Sandbox.Dotnet), "/dev/null").Output;

        shown.ShouldContain("+ network net-home: create");
        shown.Contains("\e[32m+ network net-home: create\e[0m").ShouldBe(colours, shown);
    }

    [Test]
    public void Plan_in_full_has_each_key_and_as_Markdown_a_diff()
    {
        Sandbox.Build("-t:Plan", "-p:Detail=full", "-p:PlanSummary=plan.md").ShouldSucceed().Output
            .ShouldContain("\n  network net-home: create\n      config.ipv4.nat: true\n");

        Project.Read("plan.md").ShouldBe("""
            ## Plan of `infra`

            create 1 object; 2 tasks would change something

            ```diff
            + network net-home: create
                    config.ipv4.nat: true
            ```

            """);
    }

    [Test]
    public void Plan_fails_on_changes_where_asked_with_a_code_that_a_failure_does_not_have()
    {
        var changed = Sandbox.Build("-t:Plan", "-p:FailOnChange=true");
        changed.ShouldFailWith("INFRA5025");
        changed.Output.ShouldContain("infra.yml : error INFRA5025: Incus does not match infra.yml: create 1 object; ");
        changed.Output.ShouldContain("+ network net-home: create");

        Sandbox.Set("FAKE_ANSIBLE", "fails");
        Sandbox.Build("-t:Plan", "-p:FailOnChange=true").ShouldFailWith("INFRA4041");

        Sandbox.Set("FAKE_ANSIBLE", "nothing");
        Sandbox.Build("-t:Plan", "-p:FailOnChange=true").ShouldSucceed();
    }

    [Test]
    public void Plan_writes_itself_as_JSON_where_asked()
    {
        Sandbox.Build("-t:Plan", "-p:PlanFile=plan.json").ShouldSucceed();

        Project.Read("plan.json").ShouldBe("""
            {
              "version": 1,
              "changed": true,
              "actions": [
                {
                  "kind": "network",
                  "project": "default",
                  "name": "net-home",
                  "action": "create",
                  "changes": [
                    {
                      "key": "config.ipv4.nat",
                      "old": null,
                      "new": "true",
                      "cause": "wanted"
                    }
                  ],
                  "reason": "",
                  "status": "planned",
                  "error": null
                }
              ]
            }

            """);
    }

    [Test]
    public void A_plan_that_cannot_be_written_is_a_coded_error() =>
        Sandbox.Build("-t:Plan", "-p:PlanFile=no/such/plan.json").ShouldFailWith("INFRA3006");

    [TestCase("Plan")]
    [TestCase("Apply")]
    public void A_failed_task_is_an_error_at_its_line(string verb)
    {
        Sandbox.Set("FAKE_ANSIBLE", "fails");

        var result = Sandbox.Build($"-t:{verb}");

        result.ShouldFailWith("INFRA4041");
        result.Output.ShouldContain("site.yml(7,1): error INFRA4041: Task 'Install nginx' failed on host 'web': no");
    }

    [TestCase("Plan")]
    [TestCase("Apply")]
    public void Without_Ansible_there_is_one_error_and_nothing_is_written(string verb)
    {
        Sandbox.Set("PATH", "/nowhere");
        var before = Project.Snapshot();

        Sandbox.Build($"-t:{verb}").ShouldFailWith("INFRA4040");

        Project.Snapshot().ShouldBe(before);
    }

    [Test]
    public void Doctor_warns_of_a_server_that_is_newer_than_those_that_were_tested()
    {
        using var newer = Server("99.1");
        Sandbox.Set("INCUS_SOCKET", newer.SocketPath);

        Sandbox.Build("-t:Doctor").Output.ShouldContain("incus : warning INFRA4057: Incus 99.1 is newer than ");
    }

    [Test]
    public void Doctor_warns_of_what_closes_or_breaks_domains_on_the_Incus_host()
    {
        using var incus = Server("6.0.4");
        Sandbox.Set("INCUS_SOCKET", incus.SocketPath);
        Sandbox.Set("FAKE_NFT", """
            {"nftables": [{"chain": {"family": "ip", "table": "filter", "name": "FORWARD", "hook": "forward", "policy": "drop"}}]}
            """);
        var limit = int.Parse(File.ReadAllText("/proc/sys/fs/inotify/max_user_instances"), CultureInfo.InvariantCulture);
        var domains = Enumerable.Range(0, (limit / 10) + 1).Select(i => $"m{i}: {{}}").Chunk(90).Select((machines, i) =>
            $"  d{i}:\n    subnet_id: {i + 1}\n    machines: {{{string.Join(", ", machines)}}}\n");
        Project.Write("infra.yml", Project.Read("infra.yml") + string.Concat(domains));

        var output = Sandbox.Build("-t:Doctor").Output;

        output.ShouldContain("incus : warning INFRA4058: Another firewall on this host drops what it does not know (");
        output.ShouldContain(" and does not know net-home, net-d0");
        output.ShouldContain($"incus : warning INFRA4059: This host grants root {limit} inotify instances, ");
        output.ShouldNotContain("were not checked");
    }

    [Test]
    public void Doctor_says_that_it_may_not_read_the_rules_of_other_firewalls()
    {
        using var incus = Server("6.0.4");
        Sandbox.Set("INCUS_SOCKET", incus.SocketPath);

        var output = Sandbox.Build("-t:Doctor").Output;

        output.ShouldContain(
            $", Incus 6.0.4 at {incus.SocketPath}, other firewalls were not checked, which takes root on the Incus host");
        output.ShouldNotContain("INFRA4058");
    }

    [Test]
    public void Doctor_names_the_commands_that_install_what_roles_need()
    {
        using var incus = Server("6.0.4");
        Sandbox.Set("INCUS_SOCKET", incus.SocketPath);
        Project.Write("roles/requirements.yml", "- name: acme.web\n");
        Project.Write("infra.yml", Project.Read("infra.yml")
            + "  more: {subnet_id: 9, machines: {m1: {roles: [acme.web, acme.tools.db]}}}\n");

        var output = Sandbox.Build("-t:Doctor").Output;

        output.ShouldContain("error INFRA4176: Not in the folder roles: acme.web. Install what roles/requirements.yml requires "
            + "with 'ansible-galaxy role install -r roles/requirements.yml -p roles'.");
        output.ShouldContain("error INFRA4177: Ansible does not find the collection acme.tools. "
            + "Install it with 'ansible-galaxy collection install acme.tools'.");
    }

    [TestCase("Plan")]
    [TestCase("Apply")]
    public void Ctrl_C_ends_Ansible_and_all_its_children(string verb)
    {
        Sandbox.Set("FAKE_ANSIBLE", "hangs");
        var build = Sandbox.StartBuild($"-t:{verb}");
        SpinWait.SpinUntil(() => File.Exists(Path.Join(Folder, "folder")), Tool.Patience).ShouldBeTrue();

        build.Interrupt();

        var result = build.Wait();
        result.ExitCode.ShouldNotBe(0);
        result.Output.ShouldContain("infra -> stopped; nothing in Incus was changed");
        Sandbox.ShouldHaveNoProcesses();
    }

    [TestCase("Plan")]
    [TestCase("Apply")]
    [TestCase("Doctor")]
    public void Design_time_builds_start_no_process(string verb)
    {
        Sandbox.Build($"-t:{verb}", "-p:DesignTimeBuild=true").ShouldSucceed();

        File.Exists(Path.Join(Folder, "arguments")).ShouldBeFalse();
    }

    private static FakeIncus Server(string version)
    {
        var server = $$"""
            {"auth":"trusted","environment":{"server_version":"{{version}}","firewall":"nftables"},
             "api_extensions":["instance_create_start","profiles_all_projects","storage_volumes_all_projects",
             "images_all_projects","operations_get_query_all_projects"]}
            """;
        return new FakeIncus(request => FakeIncus.Sync(
            request.StartsWith("GET /1.0 ", StringComparison.Ordinal) ? server
            : request.StartsWith("GET /1.0/operations?", StringComparison.Ordinal) ? "{}" : "[]"));
    }
}
