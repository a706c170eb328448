using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Probing;
using Incus.Infra.Testing;

namespace Incus.Infra.Incus.Tests.Probing;

/// <summary>On what nft says: what is wanted is that others close, and that they do not know our bridges.</summary>
internal sealed class HostCheckTests
{
    private const string Dropping =
        """{"chain":{"family":"ip","table":"filter","name":"FORWARD","hook":"forward","prio":0,"policy":"drop"}}""";

    private const string Rejecting = """
        {"chain":{"family":"inet","table":"firewalld","name":"fw","type":"filter","hook":"forward","prio":10,"policy":"accept"}},
        {"rule":{"family":"inet","table":"firewalld","chain":"fw","expr":[{"jump":{"target":"zones"}}]}},
        {"rule":{"family":"inet","table":"firewalld","chain":"fw","expr":[{"counter":{}},{"reject":{"type":"icmpx"}}]}},
        {"chain":{"family":"inet","table":"firewalld","name":"zones"}}
        """;

    private const string RejectingByIptables = """
        {"chain":{"family":"ip","table":"filter","name":"FORWARD","hook":"forward","policy":"accept"}},
        {"rule":{"family":"ip","table":"filter","chain":"FORWARD","expr":[{"xt":{"type":"target","name":"REJECT"}}]}}
        """;

    [TestCase(Dropping, "FORWARD", "ip filter")]
    [TestCase(Rejecting, "fw", "inet firewalld")]
    [TestCase(RejectingByIptables, "FORWARD", "ip filter")]
    public void A_firewall_that_drops_what_it_does_not_know_is_told_with_the_bridges_that_it_does_not_know(
        string rules, string chain, string table) =>
        Find(rules).ShouldBe(
        [
            $"incus: warning INFRA4058: Another firewall on this host drops what it does not know (chain '{chain}' of table "
            + $"'{table}') and does not know net-a, net-b. Let these bridges through; otherwise their machines may reach neither "
            + "the Internet nor, whatever policies allow, other domains.",
        ]);

    [TestCase(Dropping, "ip", "filter")]
    [TestCase(Rejecting, "inet", "firewalld")]
    public void A_bridge_that_it_names_has_been_thought_of(string rules, string family, string table)
    {
        Find(rules + Naming("\"net-a\"")).ShouldHaveSingleItem().ShouldContain(" does not know net-b. ");
        Find(rules + Naming("{\"set\":[\"net-a\",\"net-b\"]}")).ShouldBeEmpty();
        Find(rules + Naming("\"net-*\"")).ShouldBeEmpty();
        Find(rules + Naming("\"net-*\"").Replace(table, "other", StringComparison.Ordinal)).ShouldNotBeEmpty();

        string Naming(string interfaces) => $$$"""
            ,{"rule":{"family":"{{{family}}}","table":"{{{table}}}","chain":"zones","expr":[{"accept":null},
             {"match":{"op":"==","right":{{{interfaces}}},"left":{"meta":{"key":"iifname"} } } }] } }
            """;
    }

    [TestCase("family\":\"ip", "family\":\"ip6")]
    [TestCase("table\":\"filter", "table\":\"incus")]
    [TestCase("hook\":\"forward", "hook\":\"input")]
    [TestCase("policy\":\"drop", "policy\":\"accept")]
    public void Neither_Incus_s_own_rules_nor_what_closes_no_bridge_is_told(string text, string other) =>
        Find(Dropping.Replace(text, other, StringComparison.Ordinal)).ShouldBeEmpty();

    [TestCase("")]
    [TestCase("no")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"nftables":{}}""")]
    public void What_cannot_be_read_is_not_known(string rules) => OtherFirewalls.Find(rules, ["net-a"]).ShouldBeNull();

    [TestCase("[1]")]
    [TestCase("""[{"chain":null}]""")]
    [TestCase("""[{"chain":{"family":1,"table":[],"hook":"forward","policy":"drop"}}]""")]
    public void What_nft_never_says_is_passed_over(string rules) => Find(rules[1..^1]).ShouldBeEmpty();

    [Test]
    public void Of_a_firewall_nothing_is_known_where_Incus_is_elsewhere_or_gone()
    {
        using var here = new FakeIncus(_ => "");

        Firewalls(new SocketTarget(here.SocketPath)).ShouldNotBeNull();
        Firewalls(new SocketTarget("/nowhere")).ShouldBeNull();
        Firewalls(new RemoteTarget([new Uri("https://incus.example:8443")], null, null)).ShouldBeNull();

        static IReadOnlyList<Diagnostic>? Firewalls(IncusTarget target) =>
            HostCheck.Firewalls(target, """{"nftables":[]}""", ["net-a"]);
    }

    [TestCase(128, 8, 12, null)]
    [TestCase(128, 9, 12, 129)]
    [TestCase(1024, 100, 100, 1100)]
    public void Bridges_and_containers_that_need_more_inotify_instances_than_there_are_are_told(
        int limit, int bridges, int containers, int? need) =>
        (HostCheck.Inotify(limit, bridges, containers)?.ToString()).ShouldBe(need is null
            ? null
            : $"incus: warning INFRA4059: This host grants root {limit} inotify instances, but infra.yml may need {need}: "
                + $"one for each of its {bridges} bridges, and 10 for each of its {containers} containers, if systemd runs "
                + "there. Raise fs.inotify.max_user_instances with sysctl.");

    private static IEnumerable<string> Find(string rules) =>
        OtherFirewalls.Find($$"""{"nftables":[{"metainfo":{"version":"1.0.6"} },{{rules}}]}""", ["net-a", "net-b"])
            .ShouldNotBeNull().Select(d => d.ToString());
}
