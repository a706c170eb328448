using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Isolation;

/// <summary>The ACLs in group_vars, as text.</summary>
internal sealed class AccessListTests
{
    // What was tried on a real Incus with real packets.
    private const string Three = ZonedHead + """
          work: { trust_level: trusted, machines: { w1: {}, w2: {} } }
          lab: { trust_level: untrusted, machines: { l1: { type: vm }, l2: { type: vm } } }
          admin: { trust_level: admin, outside: none, machines: { a1: {} } }

        """;

    private const string Policies = """
        network_policies:
          - { from: work, to: lab, ports: [8080, 9090], description: web pages }
          - { from: a1, to: w1, bidirectional: true }
          - { from: lab, to: host, ports: [9000] }

        """;

    private const string Public = """
        "1.0.0.0-9.255.255.255,11.0.0.0-100.63.255.255,100.128.0.0-126.255.255.255,\
                128.0.0.0-169.253.255.255,169.255.0.0-172.15.255.255,172.32.0.0-192.167.255.255,\
                192.169.0.0-223.255.255.255"
        """;

    private const string NoDomain = """
        "1.0.0.0-10.99.255.255,10.101.0.0-10.109.255.255,10.111.0.0-10.119.255.255,\
                10.121.0.0-10.139.255.255,10.141.0.0-10.149.255.255,10.151.0.0-126.255.255.255,\
                128.0.0.0-223.255.255.255"
        """;

    [Test]
    public void An_untrusted_domain_lets_the_host_in_and_opens_public_addresses() => Of("lab", Three + Policies).ShouldBe($$"""
          name: net-lab
          partners:
            - work
          ingress:
            - description: "host"
              source: "10.140.0.254"
            - description: "work -> lab: web pages"
              source: "10.110.0.0/24"
              destination: "10.140.0.0/24"
              protocol: "tcp"
              destination_port: "8080,9090"
          egress:
            - description: "machines of the domain"
              source: "10.140.0.0/24"
              destination: "10.140.0.0-10.140.0.253,10.140.0.255"
            - description: "ping of the gateway"
              source: "10.140.0.0/24"
              destination: "10.140.0.254"
              protocol: "icmp4"
              icmp_type: "8"
            - description: "internet"
              source: "10.140.0.0/24"
              destination: {{Public}}
            - description: "lab -> host"
              source: "10.140.0.0/24"
              destination: "10.140.0.254"
              protocol: "tcp"
              destination_port: "9000"

        """);

    [Test]
    public void A_trusted_domain_opens_what_no_domain_can_have_and_machines_are_known_by_their_addresses() =>
        Of("work", Three + Policies).ShouldBe($$"""
              name: net-work
              partners:
                - admin
                - lab
              ingress:
                - description: "host"
                  source: "10.110.0.254"
                - description: "a1 -> w1"
                  source: "10.100.0.1"
                  destination: "10.110.0.1"
              egress:
                - description: "machines of the domain"
                  source: "10.110.0.0/24"
                  destination: "10.110.0.0-10.110.0.253,10.110.0.255"
                - description: "ping of the gateway"
                  source: "10.110.0.0/24"
                  destination: "10.110.0.254"
                  protocol: "icmp4"
                  icmp_type: "8"
                - description: "outside"
                  source: "10.110.0.0/24"
                  destination: {{NoDomain}}
                - description: "work -> lab: web pages"
                  source: "10.110.0.0/24"
                  destination: "10.140.0.0-10.140.0.253,10.140.0.255"
                  protocol: "tcp"
                  destination_port: "8080,9090"
                - description: "w1 -> a1"
                  source: "10.110.0.1"
                  destination: "10.100.0.1"

            """);

    [Test]
    public void A_domain_with_nothing_outside_has_no_rule_for_it() => Of("admin", Three + Policies).ShouldBe("""
          name: net-admin
          partners:
            - work
          ingress:
            - description: "host"
              source: "10.100.0.254"
            - description: "w1 -> a1"
              source: "10.110.0.1"
              destination: "10.100.0.1"
          egress:
            - description: "machines of the domain"
              source: "10.100.0.0/24"
              destination: "10.100.0.0-10.100.0.253,10.100.0.255"
            - description: "ping of the gateway"
              source: "10.100.0.0/24"
              destination: "10.100.0.254"
              protocol: "icmp4"
              icmp_type: "8"
            - description: "a1 -> w1"
              source: "10.100.0.1"
              destination: "10.110.0.1"

        """);

    [Test]
    public void What_no_domain_can_have_follows_from_base_subnet_even_where_that_is_public() =>
        Of("lab", "project_name: p\nglobal: { base_subnet: \"11.0\", default_os_image: i }\n"
            + "domains: { lab: { subnet_id: 3, outside: internet } }\n")
            .ShouldContain("destination: \"1.0.0.0-9.255.255.255,11.1.0.0-100.63.255.255,");

    [Test]
    public void A_network_is_what_of_it_no_domain_can_have() => Of("work", Three + """
        network_policies:
          - { from: 192.168.1.0/24, to: work, protocol: udp }
          - { from: 10.0.0.0/8, to: w1, protocol: icmp }
          - { from: admin, to: 10.110.0.0/15, ports: [22] }
        """).ShouldContain("""
            - description: "10.0.0.0/8 -> w1"
              source: "10.0.0.0-10.99.255.255,10.101.0.0-10.109.255.255,10.111.0.0-10.119.255.255,\
                10.121.0.0-10.139.255.255,10.141.0.0-10.149.255.255,10.151.0.0-10.255.255.255"
              destination: "10.110.0.1"
              protocol: "icmp4"
            - description: "192.168.1.0/24 -> work"
              source: "192.168.1.0/24"
              destination: "10.110.0.0/24"
              protocol: "udp"

        """);

    [Test]
    public void A_new_domain_changes_no_other_ACL()
    {
        var before = AccessLists(Three + Policies);
        var after = AccessLists(Three + "  zoo: { trust_level: trusted, machines: { z1: {} } }\n" + Policies);

        after.Keys.Except(before.Keys).ShouldBe(["zoo"]);
        before.Keys.ShouldAllBe(domain => before[domain] == after[domain]);
    }

    [TestCase("{ from: w2, to: a1, ports: [22] }", "admin work")]
    [TestCase("{ from: work, to: admin, ports: [22], bidirectional: true }", "admin work")]
    [TestCase("{ from: admin, to: host, ports: [22] }", "admin")]
    [TestCase("{ from: 192.168.1.0/24, to: l2 }", "lab")]
    [TestCase("{ from: internet, to: work, ports: [443] }", "work")]
    public void A_policy_at_any_place_of_the_list_changes_the_ACLs_of_its_ends_by_its_own_rules_alone(
        string policy, string domains)
    {
        var before = AccessLists(Three + Policies);
        var lines = Policies.Split('\n').ToList();
        for (var place = 1; place <= 4; place++)
        {
            var after = AccessLists(Three + string.Join('\n', [.. lines[..place], $"  - {policy}", .. lines[place..]]));

            before.Keys.Where(domain => before[domain] != after[domain]).Order().ShouldBe(domains.Split(' '));
            before.Keys.ShouldAllBe(domain =>
                Rules(before[domain]).SequenceEqual(Rules(after[domain]).Where(Rules(before[domain]).Contains)));
        }
    }

    [Test]
    public void The_order_of_policies_and_of_ports_does_not_matter() => AccessLists(Three + """
        network_policies:
          - { from: lab, to: host, ports: [9000] }
          - { from: w1, to: a1, bidirectional: true }
          - { from: work, to: lab, ports: [9090, 8080, 9090], description: "web\n pages" }
        """).Values.SelectMany(Rules).Order()
        .ShouldBe(AccessLists(Three + Policies).Values.SelectMany(Rules).Order());

    [Test]
    public void Equal_rules_are_one_whatever_their_descriptions_and_whichever_comes_first()
    {
        const string One = "  - { from: work, to: lab, ports: [80], description: one }\n";
        const string Two = "  - { from: work, to: lab, ports: [80], description: two }\n";
        const string Internet = "  - { from: lab, to: internet }\n";

        var lists = AccessLists(Three + "network_policies:\n" + One + Two + Internet);

        AccessLists(Three + "network_policies:\n" + Internet + Two + One).ShouldBe(lists);
        AccessLists(Three + "network_policies:\n" + One).ShouldBe(lists);
    }

    [Test]
    public void A_policy_with_a_disabled_domain_opens_nothing_at_the_other_end_and_the_domain_has_no_ACL()
    {
        const string Off = Three + "  off: { enabled: false, machines: { o1: {} } }\n";

        AccessLists(Off + "network_policies: [{ from: o1, to: work }, { from: lab, to: off }]\n").ShouldBe(AccessLists(Off));
    }

    [Test]
    public void Roles_have_the_policies_as_they_are_written_with_their_defaults() => File("group_vars/all.yml", Three + """
        network_policies:
          - { from: work, to: lab, ports: [9090, 8080], description: "{{ pages }}" }
          - { from: 192.168.1.0/24, to: w1, protocol: icmp, bidirectional: true, x-note: mine }
        """).ShouldContain("""
        network_policies:
          - description: !unsafe "{{ pages }}"
            from: work
            to: lab
            ports: [8080, 9090]
            protocol: tcp
            bidirectional: false
          - from: "192.168.1.0/24"
            to: w1
            ports: all
            protocol: icmp
            bidirectional: true

        """);

    private static string Of(string domain, string infra) => AccessLists(infra)[domain];

    /// <summary>By domain the lines below <c>incus_network_acl</c>.</summary>
    private static Dictionary<string, string> AccessLists(string infra)
    {
        var compilation = Compile(infra);
        compilation.Succeeded.ShouldBeTrue(string.Join('\n', compilation.Diagnostics));
        return compilation.Files
            .Where(f => f.Path.StartsWith("group_vars/", StringComparison.Ordinal) && f.Path != "group_vars/all.yml")
            .ToDictionary(
                f => Path.GetFileNameWithoutExtension(f.Path),
                f => f.Text.Split("incus_network_acl:\n")[1].Split("subnet_id:")[0]);
    }

    private static string[] Rules(string list) => [.. list.Split(["    - description:", "  egress:\n"], default).Skip(1)];
}
