using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

public sealed class TargetRulesTests
{
    [Test]
    public void A_domain_lives_on_one_member() => Codes(Head + """
          home: { subnet_id: 1, target: node1, machines: { web: { target: node1 }, db: { target: node2 } } }
          work: { subnet_id: 2, machines: { dev: { target: "@fast" }, free: {}, docs: { target: "@slow" } } }
          else: { subnet_id: 3, target: "@fast" }
        """).ShouldBe(["INFRA2601 4:90", "INFRA2601 5:89"]);

    [Test]
    public void Machines_that_are_to_be_apart_are_in_different_domains() => Codes(Head + """
          home: { subnet_id: 1, machines: { web: { spread: front }, db: { spread: back }, more: { spread: front } } }
          work: { subnet_id: 2, machines: { shop: { spread: front } } }
        """).ShouldBe(["INFRA2602 4:99"]);

    [Test]
    public void With_a_link_a_domain_may_be_on_several_members_but_not_one_whose_network_its_copies_share() => Codes("""
        project_name: test
        global: {base_subnet: "10.100", default_os_image: debian, cluster: {link: eth1}}
        domains:
          home: { subnet_id: 1, target: node1, machines: { web: { target: node2, spread: x }, db: { spread: x } } }
          seat: { subnet_id: 2, copies: 2, network: shared, target: node1, machines: { desk: { target: node2 } } }
        """).ShouldBe(["INFRA2601 5:96"]);

    [Test]
    public void A_link_is_the_name_of_an_interface() => Codes("""
        project_name: test
        global: {base_subnet: "10.100", cluster: {link: "eth1 up"}}
        domains: {}
        """).ShouldBe(["INFRA1052 2:49"]);

    [Test]
    public void With_a_link_no_policy_opens_the_port_of_its_tunnels() => Codes("""
        project_name: test
        global: {base_subnet: "10.100", default_os_image: debian, cluster: {link: eth1}}
        domains:
          home: { subnet_id: 1, machines: { web: {} } }
        network_policies:
          - {from: home, to: host, protocol: udp, ports: [53, 14789]}
          - {from: home, to: host, protocol: tcp, ports: [14789]}
        """).ShouldBe(["INFRA2603 6:50"]);

    [Test]
    public void A_target_is_the_name_of_a_member_or_a_group() => Codes(Head + """
          home: { subnet_id: 1, target: "@", machines: { web: { target: "two words" } } }
        """).ShouldBe(["INFRA1052 4:33", "INFRA1052 4:65"]);
}
