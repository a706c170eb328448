using System.Text.Json;
using System.Text.RegularExpressions;
using Incus.Infra.Sdk.Tests.Harness;
using Incus.Infra.Testing;

namespace Incus.Infra.Sdk.Tests;

/// <summary>infra.yml to running containers, with the real Ansible, Reconciler and Incus.</summary>
internal sealed partial class ApplyTests : IncusTest
{
    private static readonly string[] Everything =
    [
        "acl net-empty", "acl net-home", "acl net-work", "network net-empty", "network net-home", "network net-work",
        "project empty", "project home", "project work", "profile empty/default", "profile home/default", "profile home/small",
        "profile work/default", "volume home/web-data", "instance home/web", "instance work/dev",
    ];

    [Test]
    [Category("EachRelease")]
    public void Apply_makes_what_infra_yml_says_and_a_second_one_has_nothing_to_do()
    {
        Sandbox.Build("-t:Apply").ShouldSucceed();
        Instances().ShouldBe(["home,web,RUNNING", "work,dev,RUNNING"]);
        Projects().ShouldContain("empty", "a domain without machines gets its project, and its network");
        List("network", "list").ShouldContain(line => line.StartsWith("net-empty,bridge,YES,10.100.2.254/24"));
        Sandbox.Run("incus", "config", "get", "web", "user.note", "--project=home").Output
            .ShouldBe("{{ no_template }}\n", "a text that looks like a template stays what it is");

        var again = Sandbox.Build("-t:Apply").ShouldSucceed();

        again.Output.ShouldContain("infra -> nothing to change in Incus");
        again.Output.ShouldNotContain("[1/");
    }

    [Test]
    public void Plan_says_what_Apply_then_does_to_an_empty_host_and_to_a_changed_key_and_both_only_read_where_nothing_is_to_do()
    {
        var before = Project.Snapshot();
        var planned = Plan();
        Project.Snapshot().ShouldBe(before);
        Projects().ShouldBe(["default"]);

        var applied = Sandbox.Build("-t:Apply").ShouldSucceed().Output;

        planned.ShouldBe(Everything.Select(label => $"{label}: create"), ignoreOrder: true);
        planned.ShouldAllBe(line => applied.Contains($"] {line}\n"));
        using (var proxy = new RequestProxy(Incus.SocketPath))
        {
            Sandbox.Set("INCUS_SOCKET", proxy.SocketPath);
            Plan().ShouldBeEmpty();
            ShouldAllRead(proxy.Take());
            Sandbox.Build("-t:Apply", "-p:Tags=infra").ShouldSucceed();
            ShouldAllRead(proxy.Take());
        }

        Sandbox.Set("INCUS_SOCKET", Incus.SocketPath);
        Project.Edit("infra.yml", "limits.memory: 64MiB", "limits.memory: 96MiB");

        Sandbox.Build("-t:Plan").ShouldSucceed().Summary.ShouldContain("config.limits.memory: 64MiB → 96MiB");

        Sandbox.Build("-t:Apply").ShouldSucceed().Output.ShouldContain("infra -> update 1 object");
        Sandbox.Run("incus", "config", "get", "web", "limits.memory", "--expanded", "--project=home").Output.ShouldBe("96MiB\n");
        Plan().ShouldBeEmpty();

        static void ShouldAllRead(IReadOnlyCollection<string> requests)
        {
            requests.ShouldNotBeEmpty();
            requests.ShouldAllBe(request => request.StartsWith("GET "));
        }
    }

    [Test]
    public void Graph_shows_states_and_what_Apply_would_do_and_only_reads()
    {
        Sandbox.Build("-t:Apply", "-p:Tags=infra", "-p:Limit=work").ShouldSucceed();
        using var proxy = new RequestProxy(Incus.SocketPath);
        Sandbox.Set("INCUS_SOCKET", proxy.SocketPath);

        Sandbox.Build("-t:Graph", "-p:Plan=true", "-p:Live=true").ShouldSucceed()
            .Summary.ShouldEndWith("infra.html, infra.mmd, infra.svg written");

        proxy.Take().ShouldAllBe(request => request.StartsWith("GET "));
        var picture = Project.Read("infra.mmd");
        picture.ShouldContain("\"dev<br/>10.100.1.1<br/>busybox<br/>Running\"");
        picture.ShouldContain("\"web<br/>10.100.0.1<br/>busybox<br/>not there<br/>#43; create\"");
    }

    [Test]
    public void A_tag_touches_its_kind_alone_and_one_after_the_other_make_everything()
    {
        foreach (var (tag, kinds) in new Dictionary<string, string[]>
        {
            ["networks"] = ["acl", "network"],
            ["projects"] = ["project", "profile"],
            ["profiles"] = ["profile"],
            ["storage"] = ["volume"],
            ["instances"] = ["instance"],
        })
        {
            var done = Sandbox.Build("-t:Apply", $"-p:Tags={tag}").ShouldSucceed().Output;
            KindOfAction().Matches(done).Select(m => m.Groups[1].Value).Distinct().ShouldBe(kinds, ignoreOrder: true, tag);
        }

        Plan().ShouldBeEmpty();
        Instances().ShouldBe(["home,web,RUNNING", "work,dev,RUNNING"]);
    }

    [Test]
    public void A_limit_touches_its_domain_and_no_other_even_one_without_machines()
    {
        Sandbox.Build("-t:Apply", "-p:Limit=work:nobody").ShouldFailWith("INFRA5013");
        Projects().ShouldBe(["default"]);
        Sandbox.Build("-t:Apply", "-p:Limit=work").ShouldSucceed();

        Projects().ShouldBe(["default", "work"]);
        Instances().ShouldBe(["work,dev,RUNNING"]);
        Sandbox.Build("-t:Plan", "-p:Limit=work:empty").ShouldSucceed().Summary.ShouldContain("network net-empty: create");

        Project.Write("site.yml", "- hosts: all\n  tasks: [{ansible.builtin.fail: {}}]\n");

        Sandbox.Build("-t:Plan", "-p:Limit=empty").ShouldSucceed().Summary.ShouldContain("network net-empty: create");
        Sandbox.Build("-t:Apply", "-p:Limit=empty").ShouldSucceed();

        Projects().ShouldBe(["default", "empty", "work"]);
        Sandbox.Build("-t:Apply", "-p:Limit=empty").ShouldSucceed().Output.ShouldContain("nothing to change in Incus");
    }

    [Test]
    public void What_left_infra_yml_is_told_and_only_deleted_when_asked()
    {
        Sandbox.Build("-t:Apply").ShouldSucceed();
        Project.Edit("infra.yml", "      dev: {}\n", "      other: {}\n");

        Sandbox.Build("-t:Apply").Output.ShouldContain("domain work: 1 orphan (instance dev), no longer in infra.yml; ");
        Instances().ShouldContain("work,dev,RUNNING");

        Sandbox.Build("-t:Apply", "-p:AutoCleanup=true").Output.ShouldContain("instance work/dev: delete");
        Instances().ShouldBe(["home,web,RUNNING", "work,other,RUNNING"]);
    }

    [Test]
    public void An_object_that_fails_is_an_error_with_its_code_and_the_others_are_made()
    {
        Project.Edit("infra.yml", "      dev: {}\n", "      dev: {os_image: no-such-image}\n");

        var result = Sandbox.Build("-t:Apply");

        result.ShouldFailWith("INFRA4024");
        result.Output.ShouldContain("infra.yml(20,7): error INFRA4024: instance 'dev' in project 'work': There is no image");
        result.Output.ShouldContain("infra -> failed 1 object, create 15 objects\n");
        Instances().ShouldBe(["home,web,RUNNING"]);
    }

    [Test]
    public void A_GPU_that_the_host_lacks_is_an_error_of_Plan_and_Apply_before_anything_is_changed()
    {
        Project.Edit("infra.yml", "      dev: {}\n", "      dev: {devices: {card: {type: gpu, vendorid: ffff}}}\n");

        foreach (var verb in (string[])["Plan", "Apply"])
        {
            var result = Sandbox.Build($"-t:{verb}");
            result.ShouldFailWith("INFRA4030");
            result.Output.ShouldContain("no GPU with vendorid ffff. It has");
        }

        Projects().ShouldBe(["default"]);
    }

    [Test]
    public void A_subnet_of_the_host_is_refused_by_Plan_which_shows_the_rest_and_by_Apply_alike()
    {
        Incus.Exec("ip", "address", "add", "10.100.1.9/24", "dev", "eth0");

        var plan = Sandbox.Build("-t:Plan", "-p:PlanFile=plan.json");

        plan.ShouldFailWith("INFRA4021", "INFRA4022");
        plan.Output.ShouldContain("  + instance home/web: create\n");
        plan.Output.ShouldContain("infra -> plan: failed 2 objects, blocked 3 objects, create 11 objects\n");
        Project.Read("plan.json").ShouldContain("INFRA4022");

        Sandbox.Build("-t:Apply").ShouldFailWith("INFRA4021", "INFRA4022");
        Projects().ShouldBe(["default", "empty", "home"]);
    }

    [Test]
    public void Only_a_detailed_log_shows_the_requests_and_their_answers()
    {
        const string request = @"incus: GET /1\.0/projects\?recursion=1: 200 in \d+ ms";

        Sandbox.Build("-t:Plan", "-v:detailed").Output.ShouldMatch(request);

        Sandbox.Build("-t:Plan").Output.ShouldNotMatch(request);
    }

    [Test]
    public void Incus_that_does_not_run_is_an_error_with_its_mend()
    {
        Sandbox.Set("INCUS_SOCKET", Path.Join(Sandbox.Home, "unix.socket"));

        foreach (var verb in (string[])["Doctor", "Plan", "Apply"])
        {
            var result = Sandbox.Build($"-t:{verb}");

            result.ShouldFailWith("INFRA4002");
            result.Output.ShouldContain("systemctl start incus", customMessage: verb);
        }
    }

    [TestCase("C.UTF-8")]
    [TestCase("C", Category = "EachRelease")]
    public void Doctor_finds_everything_on_a_machine_that_has_it_whatever_its_locale(string locale)
    {
        Sandbox.Set("LC_ALL", locale);

        Sandbox.Build("-t:Doctor").ShouldSucceed().Summary.ShouldMatch(@"^found \.NET .*, ansible-core .*, Incus [67]\.");
    }

    [Test]
    public void The_tree_works_with_plain_Ansible_once_the_collection_is_installed()
    {
        Sandbox.Build().ShouldSucceed();
        var collections = Path.Join(Sandbox.Home, "collections");
        Sandbox.Run("ansible-galaxy", "collection", "install", Stamp.Collection, "--no-deps", "-p", collections)
            .ExitCode.ShouldBe(0);
        Sandbox.Set("ANSIBLE_COLLECTIONS_PATH", collections);

        var check = Sandbox.Run("ansible-playbook", "site.yml", "--check", "--diff", "--tags=infra");
        check.ExitCode.ShouldBe(0, check.Output);
        Everything.ShouldAllBe(label => check.Output.Contains($"{label}: create\n"));

        Sandbox.Run("ansible-playbook", "site.yml").ExitCode.ShouldBe(0);
        Instances().ShouldBe(["home,web,RUNNING", "work,dev,RUNNING"]);
        Sandbox.Run("ansible-playbook", "site.yml").Output.ShouldMatch(@"localhost\s+: ok=\d+\s+changed=0 ");
    }

    [Test]
    public void Roles_that_are_given_domains_of_their_own_do_not_share_one_run()
    {
        Sandbox.Build().ShouldSucceed();
        Sandbox.Set("ANSIBLE_COLLECTIONS_PATH", TestRun.UnpackedSdk);
        Project.Write("own.yml", """
            - hosts: localhost
              gather_facts: false
              roles:
                - {role: incus.infra.incus_networks, vars: {infra_domains: [home]}}
                - {role: incus.infra.incus_projects, vars: {infra_domains: [work]}}
            """);

        var check = Sandbox.Run("ansible-playbook", "own.yml", "--check");

        check.ExitCode.ShouldBe(0, check.Output);
        Everything.Where(label => check.Output.Contains($"{label}: create\n"))
            .ShouldBe(["acl net-home", "network net-home", "project work", "profile work/default"]);
    }

    /// <summary>The lines of a plan, from its JSON.</summary>
    private List<string> Plan(params string[] arguments)
    {
        var file = Path.Join(Sandbox.Home, "plan.json");
        Sandbox.Build(["-t:Plan", $"-p:PlanFile={file}", .. arguments]).ShouldSucceed();
        using var plan = JsonDocument.Parse(File.ReadAllText(file));
        return [.. plan.RootElement.GetProperty("actions").EnumerateArray().Select(Line)];
    }

    private static string Line(JsonElement action)
    {
        string Text(string name) => action.GetProperty(name).GetString()!;
        var place = Text("kind") is "acl" or "network" or "project" ? "" : $"{Text("project")}/";
        return $"{Text("kind")} {place}{Text("name")}: {Text("action")}";
    }

    [GeneratedRegex(@"^ *\[\d+/\d+\] (\w+) ", RegexOptions.Multiline)]
    private static partial Regex KindOfAction();
}
