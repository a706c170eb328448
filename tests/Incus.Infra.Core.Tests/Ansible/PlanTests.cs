using System.Text;
using Incus.Infra.Core.Ansible;

namespace Incus.Infra.Core.Tests.Ansible;

/// <summary>A plan as its reviewers see it, on a terminal and as Markdown.</summary>
internal sealed class PlanTests
{
    private static readonly ObjectAction[] Mixed =
    [
        Make("instance", "home", "web", "create", [new("devices.eth0.ipv4.address", null, "10.0.0.1", "wanted")]),
        Make("instance", "work", "dev", "update", [new("config.limits.cpu", "1", "2", "wanted")]),
        Make("instance", "work", "old", "orphan", [], "no longer in infra.yml; delete it with AutoCleanup=true", "skipped"),
        Make("instance", "work", "db", "restart", [new("config.limits.cpu", "1", "2", "drift")], "config.limits.cpu needs it"),
        Make("instance", "home", "mail", "create", [new("devices.eth0.ipv4.address", null, "10.0.0.2", "wanted")]),
        Make("instance", "lab", "toy", "delete", [], "no longer in infra.yml"),
        Make("instance", "lab", "box", "replace", [new("image", "a", "b", "wanted")]),
        Make("network", "default", "net-lab", "create", [], "", "failed") with { Error = new("INFRA4022", "Taken.") },
    ];

    [Test]
    public void What_destroys_or_interrupts_something_comes_first_and_what_is_the_same_once() =>
        string.Join('\n', PlanText.Grouped(Mixed)).ShouldBe("""
            ! network net-lab: create failed (INFRA4022)
            - instance lab/toy: delete (no longer in infra.yml)
            - instance lab/box: replace
                    image: a → b
            ~ instance work/db: restart (config.limits.cpu needs it)
                    config.limits.cpu: 1 → 2 (drift)
            ~ instance work/dev: update
                    config.limits.cpu: 1 → 2
            + 2 instances: create
                  home/mail, web
                    devices.eth0.ipv4.address: <address>
            ? domain work: 1 orphan (instance old), no longer in infra.yml; delete it with AutoCleanup=true
            """);

    [Test]
    public void What_a_member_of_a_cluster_keeps_from_being_done_is_told_in_words_of_its_own() =>
        string.Join('\n', PlanText.Grouped(
        [
            Make("instance", "work", "a", "unreachable", [], "member 'm3' does not answer", "unreachable")
                with { Error = new("INFRA4100", "Away.") },
            Make("instance", "work", "b", "evacuated", [], "evacuated from 'm2'", "skipped"),
            Make("instance", "work", "c", "evacuated", [], "evacuated from 'm2'", "skipped"),
            Make("instance", "work", "d", "move", [], "it is on 'm1'", "skipped"),
        ])).ShouldBe("""
            ! instance work/a: unreachable (INFRA4100) (member 'm3' does not answer)
            ? domain work: 2 evacuated objects (instance b, instance c), evacuated from 'm2'; 1 move (instance d), it is on 'm1'
            """);

    [Test]
    public void In_full_each_object_has_each_of_its_keys_in_the_order_of_Apply() =>
        string.Join('\n', PlanText.Full(Mixed[..3])).ShouldBe("""
            instance home/web: create
                devices.eth0.ipv4.address: 10.0.0.1
            instance work/dev: update
                config.limits.cpu: 1 → 2
            instance work/old: orphan (no longer in infra.yml; delete it with AutoCleanup=true)
            """);

    [Test]
    public void A_class_of_domains_that_differ_in_names_addresses_and_ports_is_a_group_for_each_kind()
    {
        var actions = Enumerable.Range(1, 30).SelectMany(i => Seat($"student{i:00}", $"10.1.{i}", "1GiB")).ToList();

        var lines = PlanText.Grouped([.. actions, .. Seat("teacher", "10.1.99", "8GiB")]);

        lines.Where(line => line.StartsWith('+')).ShouldBe(
            ["+ 31 networks: create", "+ instance teacher/seat-teacher: create", "+ 30 instances: create"], ignoreOrder: true);
        lines.ShouldContain("        config.ipv4.address: <address>");
        lines.ShouldContain("        devices.eth0.network: net-<domain>");
        lines.ShouldContain("        devices.port-ssh.listen: tcp:<address>:<port>");
        lines.ShouldContain("        config.limits.memory: 1GiB");
        lines.ShouldContain("        devices.eth0.network: net-teacher");
        lines.ShouldContain("      and 20 more");
        lines.ShouldNotContain(line => line.Contains("student15"), "ten names are enough of what is only made");
    }

    [Test]
    public void Rules_that_differ_in_more_than_addresses_stay_apart()
    {
        ObjectAction[] actions =
        [
            Acl("net-a", "outside (from 10.0.0.0/24 to 1.0.0.0-9.9.9.9)"),
            Acl("net-b", "outside (from 10.0.1.0/24 to 1.0.0.0,2.0.0.0-9.9.9.9)"),
            Acl("net-c", "c -> web (tcp 443 from 10.0.2.0/24)"),
        ];

        PlanText.Grouped(actions).ShouldBe(
        [
            "+ acl net-c: create", "        egress + c -> web (tcp 443 from 10.0.2.0/24)",
            "+ 2 acls: create", "      net-a, net-b", "        egress + outside (from <address> to <address>)",
        ], ignoreOrder: true);
    }

    [TestCase("delete")]
    [TestCase("restart")]
    [TestCase("update")]
    public void Each_object_that_exists_is_named_however_many_they_are(string action)
    {
        var actions = Enumerable.Range(0, 300).Select(i => Restart(i, "1") with { Action = action }).ToList();

        var text = string.Join('\n', PlanText.Grouped(actions));

        actions.ShouldAllBe(a => text.Contains(a.Name));
        text.Split('\n').Length.ShouldBeLessThan(40);
    }

    [Test]
    public void Orphans_are_a_line_for_each_domain_whose_bridge_may_have_a_shorter_name()
    {
        string[] kinds = ["project", "profile", "volume", "instance"];
        var gone = "its domain is no longer in infra.yml; delete it with AutoCleanup=true";
        ObjectAction[] actions =
        [
            .. kinds.Select(kind => Make(kind, "a-long-domain-name", kind == "project" ? "a-long-domain-name" : "x", "orphan", [],
                gone, "skipped")),
            Make(
                "network", "default", Model.NetworkName.Of("a-long-domain-name", isLinked: false), "orphan", [], gone, "skipped"),
            Make("instance", "a-long-domain-name", "y", "protected", [], "kept", "skipped"),
            Make("volume", "lab", "z", "orphan", [], "one", "skipped"),
            Make("volume", "lab", "zz", "orphan", [], "another", "skipped"),
        ];

        OrphanLines.Of(actions).ShouldBe(
        [
            "domain a-long-domain-name: 5 orphans (1 network, 1 project, 1 profile, 1 volume, 1 instance), "
                + $"{gone}; 1 protected orphan (instance y), kept",
            "domain lab: 2 orphans (volume z, volume zz), for several reasons that Plan with Detail=full shows",
        ]);
    }

    [Test]
    public void A_value_cannot_write_lines_of_its_own_or_command_the_terminal() =>
        PlanText.Full([Make("instance", "a", "b", "update", [new("config.raw.lxc", "x\u001b[2J\u202e\r", "1\n2", "wanted")])])[1]
            .ShouldBe("""    config.raw.lxc: x\u001b[2J\u202e\u000d → "1\n2" """.TrimEnd());

    [Test]
    public void Markdown_is_a_diff_that_no_value_ends_and_has_the_counts_above()
    {
        var markdown = PlanMarkdown.Of("my`infra", "create 2 objects", Mixed);

        markdown.ShouldStartWith("## Plan of `my'infra`\n\ncreate 2 objects\n\n```diff\n! network net-lab: create failed");
        markdown.ShouldContain("\n! instance work/db: restart (config.limits.cpu needs it)\n");
        markdown.ShouldEndWith("AutoCleanup=true\n```\n");
        PlanMarkdown.Of("x", "", [Make("instance", "a", "b", "update", [new("k", "1", "```` <b>@all</b>", "wanted")])])
            .ShouldEndWith("\n`````diff\n! instance a/b: update\n        k: 1 → ```` <b>@all</b>\n`````\n");
        PlanMarkdown.Of("infra", "nothing to change in Incus", []).ShouldBe("## Plan of `infra`\n\nnothing to change in Incus\n");
    }

    [Test]
    public void Markdown_depends_on_nothing_but_the_plan()
    {
        var random = new Random(1);
        var shuffled = Mixed.ToArray();
        random.Shuffle(shuffled);

        PlanMarkdown.Of("x", "y", shuffled).ShouldBe(PlanMarkdown.Of("x", "y", Mixed));
    }

    [TestCase(20, TestName = "Markdown_of_300_new_machines_of_20_keys_that_all_differ_is_at_most_60_kB")]
    [TestCase(0, TestName = "Markdown_of_300_restarts_for_300_reasons_is_at_most_60_kB_and_names_each")]
    public void Markdown_is_at_most_60_kB(int keys)
    {
        var actions = Enumerable.Range(0, 300).Select(i => keys == 0
            ? Restart(i, $"{i}é")
            : Make("instance", "work", $"m{i}", "create",
                [
                    .. Enumerable.Range(0, keys).Select(k =>
                        new KeyChange($"config.user.k{k}", null, $"{i} {new string('ü', 80)}", "wanted")),
                ]))
            .ToList();

        var markdown = PlanMarkdown.Of("infra", "y", actions);

        Encoding.UTF8.GetByteCount(markdown).ShouldBeLessThanOrEqualTo(60_000);
        actions.ShouldAllBe(a => markdown.Contains($"/{a.Name}"));
        markdown.Contains("This is not all of it").ShouldBe(keys > 0);
    }

    [Test]
    public void Markdown_of_300_equal_machines_has_all_of_them_and_all_their_keys()
    {
        var markdown = PlanMarkdown.Of("infra", "y", [.. Enumerable.Range(0, 300).Select(i => Make("instance", "work", $"m{i}",
            "create", [.. Enumerable.Range(0, 20).Select(k => new KeyChange($"config.k{k}", null, "v", "wanted"))]))]);

        markdown.ShouldContain("+ 300 instances: create");
        markdown.ShouldContain("m299");
        markdown.ShouldContain("config.k19: v");
        markdown.Length.ShouldBeLessThan(5_000);
    }

    private static ObjectAction Acl(string name, string rule) =>
        Make("acl", "default", name, "create", [new("egress", null, rule, "wanted")]);

    private static ObjectAction Restart(int i, string cpu) => Make(
        "instance", $"domain{i % 30}", $"machine-{i}", "restart", [new("config.limits.cpu", cpu, "2", "wanted")], "it needs it");

    private static IEnumerable<ObjectAction> Seat(string domain, string subnet, string memory) =>
    [
        Make("network", "default", $"net-{domain}", "create",
        [
            new("description", null, $"Seat of {domain}", "wanted"),
            new("config.ipv4.address", null, $"{subnet}.254/24", "wanted"),
        ]),
        Make("instance", domain, $"seat-{domain}", "create",
        [
            new("config.limits.memory", null, memory, "wanted"),
            new("devices.eth0.ipv4.address", null, $"{subnet}.1", "wanted"),
            new("devices.eth0.network", null, $"net-{domain}", "wanted"),
            new("devices.port-ssh.listen", null, $"tcp:0.0.0.0:{30000 + int.Parse(subnet.Split('.')[^1])}", "wanted"),
        ]),
    ];

    private static ObjectAction Make(
        string kind, string project, string name, string action, IReadOnlyList<KeyChange> changes, string reason = "",
        string status = "planned") => new(kind, project, name, action, changes, reason, status, null);
}
