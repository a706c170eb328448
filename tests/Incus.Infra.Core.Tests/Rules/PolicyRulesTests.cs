using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

internal sealed class PolicyRulesTests
{
    // Policies follow from line 9.
    private const string Domains = ZonedHead + """
          work: { trust_level: trusted, machines: { dev: {}, run: {} } }
          shop: { trust_level: trusted, outside: none, machines: { web: {}, db: {} } }
          lab: { trust_level: disposable, machines: { cage: { type: vm } } }
          off: { enabled: false, machines: { old: {} } }
        network_policies:

        """;

    [TestCase("{ from: work, to: web, ports: [80, 443] }")]
    [TestCase("{ from: dev, to: shop, protocol: udp }")]
    [TestCase("{ from: lab, to: work, bidirectional: true }")]
    [TestCase("{ from: work, to: host, ports: [9000] }")]
    [TestCase("{ from: work, to: host, protocol: icmp }")]
    [TestCase("{ from: web, to: internet, ports: [443] }")]
    [TestCase("{ from: internet, to: web, ports: [443] }")]
    [TestCase("{ from: 192.168.1.0/24, to: web, bidirectional: true }")]
    [TestCase("{ from: 192.168.1.7, to: web }")]
    [TestCase("{ from: 192.168.1.7/32, to: web }")]
    [TestCase("{ from: shop, to: 10.0.0.0/8 }")]
    [TestCase("{ from: cage, to: 0.0.0.0/0 }")]
    public void A_policy_that_opens_something_passes(string policy) => CodesOf(policy).ShouldBeEmpty();

    [TestCase("{ from: wrok, to: web }", "INFRA2501 9:13")]
    [TestCase("{ from: work, to: nobody }", "INFRA2501 9:23")]
    [TestCase("{ from: work, to: fd00::/8 }", "INFRA2501 9:23")]
    [TestCase("{ from: work, to: 192.168.1.7/24 }", "INFRA2501 9:23")]
    [TestCase("{ from: work, to: 192.168.1.0/33 }", "INFRA2501 9:23")]
    [TestCase("{ from: old, to: web }", "INFRA2502 9:13")]
    [TestCase("{ from: work, to: off }", "INFRA2502 9:23")]
    [TestCase("{ from: shop, to: web }", "INFRA2337 9:23", TestName = "Within a domain nothing needs a policy")]
    [TestCase("{ from: web, to: db, bidirectional: true }", "INFRA2337 9:22",
        TestName = "Between machines of a domain nothing needs a policy")]
    [TestCase("{ from: host, to: web, ports: [80] }", "INFRA2338 9:13", TestName = "The host needs no policy")]
    [TestCase("{ from: web, to: host, ports: [80], bidirectional: true }", "INFRA2339 9:56",
        TestName = "A policy to the host has one direction")]
    [TestCase("{ from: host, to: web, ports: [80], bidirectional: true }", "INFRA2339 9:56",
        TestName = "A policy from the host does not open the other direction as well")]
    [TestCase("{ from: work, to: web, protocol: icmp, ports: [80] }", "INFRA2340 9:51", TestName = "ICMP has no ports")]
    [TestCase("{ from: internet, to: 192.168.1.0/24 }", "INFRA2342 9:13", TestName = "A policy is about a domain")]
    [TestCase("{ from: internet, to: host }", "INFRA2342 9:13",
        TestName = "Who reaches the host from outside is not decided here")]
    [TestCase("{ from: work, to: 10.110.0.0/24 }", "INFRA2343 9:23", TestName = "A network does not stand for a domain")]
    [TestCase("{ from: 10.150.7.1, to: work }", "INFRA2343 9:13", TestName = "An address that a domain can have is not outside")]
    [TestCase("{ from: work, to: internet }", "INFRA2341 9:5", TestName = "All of the outside includes the Internet")]
    [TestCase("{ from: dev, to: 192.168.1.0/24, ports: [22] }", "INFRA2341 9:5",
        TestName = "All of the outside includes the LAN")]
    [TestCase("{ from: cage, to: 8.8.8.8 }", "INFRA2341 9:5", TestName = "The Internet includes its addresses")]
    public void A_policy_without_the_effect_that_it_seems_to_have_is_told_at_its_place(string policy, string expected) =>
        CodesOf(policy).ShouldBe([expected]);

    [TestCase("wrok", "Did you mean 'work'?")]
    [TestCase("hst", "Did you mean 'host'?")]
    [TestCase("intrenet", "Did you mean 'internet'?")]
    [TestCase("192.168.1.7/24", "Did you mean '192.168.1.0/24'?")]
    [TestCase("somewhere", "Define it under domains, or correct the name.")]
    public void An_unknown_end_is_answered_by_what_it_may_have_meant(string name, string advice) =>
        Fault($"{Domains}  - {{ from: {name}, to: web }}\n").Message.ShouldBe(
            $"network_policies: '{name}' is not a domain, a machine, host, internet or an IPv4 network. {advice}");

    [TestCase("ports: [0]", "INFRA1052")]
    [TestCase("ports: [80, http]", "INFRA1051")]
    [TestCase("ports: []", "INFRA1052")]
    [TestCase("ports: any", "INFRA1053")]
    [TestCase("protocol: sctp", "INFRA1053")]
    [TestCase("bidirectional: 1", "INFRA1051")]
    public void A_field_of_a_policy_has_one_of_its_values(string field, string code) =>
        CodesOf($"{{ from: work, to: web, {field} }}").ShouldHaveSingleItem().ShouldStartWith(code);

    [TestCase("{ from: work, to: shop }", "{ from: dev, to: web, ports: [80] }", "INFRA2341 10:5",
        TestName = "A domain includes its machines, and all protocols include each")]
    [TestCase("{ from: dev, to: web, ports: [80] }", "{ from: work, to: shop }", "INFRA2341 9:5",
        TestName = "The wider policy may be the later one")]
    [TestCase("{ from: dev, to: web, ports: [80] }", "{ from: dev, to: web, ports: [80], description: x }", "INFRA2341 10:5",
        TestName = "Of two equal policies the later one is remarked upon")]
    [TestCase("{ from: dev, to: web, protocol: tcp }", "{ from: dev, to: web, ports: [80] }", "INFRA2341 10:5",
        TestName = "A protocol includes its ports")]
    [TestCase("{ from: dev, to: web, bidirectional: true }", "{ from: web, to: dev }", "INFRA2341 10:5",
        TestName = "A policy for both ways includes that for each")]
    [TestCase("{ from: internet, to: web }", "{ from: 8.8.8.0/24, to: web }", "INFRA2341 10:5",
        TestName = "The Internet includes a public network")]
    [TestCase("{ from: work, to: host }", "{ from: dev, to: host, ports: [80] }", "INFRA2341 10:5",
        TestName = "The host is the same for all machines of a domain")]
    [TestCase("{ from: dev, to: web, ports: [80] }", "{ from: dev, to: web, ports: [80], protocol: udp }", null,
        TestName = "The same ports of another protocol are others")]
    [TestCase("{ from: dev, to: web, ports: [80, 81] }", "{ from: dev, to: web, ports: [81, 82] }", null,
        TestName = "Policies may overlap")]
    [TestCase("{ from: dev, to: web }", "{ from: dev, to: web, bidirectional: true }", "INFRA2341 9:5",
        TestName = "One way is part of both")]
    [TestCase("{ from: dev, to: web }", "{ from: web, to: dev }", null, TestName = "The other way is another policy")]
    [TestCase("{ from: dev, to: db }", "{ from: run, to: db }", null, TestName = "Another machine is another policy")]
    [TestCase("{ from: 192.168.1.0/24, to: web }", "{ from: internet, to: web }", null, TestName = "The LAN is not the Internet")]
    [TestCase("{ from: off, to: web }", "{ from: old, to: web }", "INFRA2502 9:13 INFRA2502 10:13",
        TestName = "A policy of a disabled domain is told to have no effect once")]
    public void A_policy_that_another_includes_is_told_to_be_superfluous(string first, string second, string? expected) =>
        string.Join(' ', CodesOf(first, second)).ShouldBe(expected ?? "");

    [Test]
    public void Of_policies_that_include_each_other_in_part_one_stays() => CodesOf(
        "{ from: 192.168.1.0/24, to: work }", "{ from: work, to: 192.168.1.0/24, bidirectional: true }")
        .ShouldBe(["INFRA2341 10:5"]);

    [Test]
    public void The_message_names_what_allows_it_already()
    {
        Fault(Domains + "  - { from: work, to: web }\n  - { from: dev, to: web }\n").Message
            .ShouldBe("network_policies: all of this is already allowed by the policy on line 9. Remove the policy.");
        Fault(Domains + "  - { from: work, to: internet }\n").Message
            .ShouldContain("allowed by the field outside of domain 'work'.");
    }

    private static IReadOnlyList<string> CodesOf(params string[] policies) =>
        Codes(Domains + string.Concat(policies.Select(p => $"  - {p}\n")));
}
