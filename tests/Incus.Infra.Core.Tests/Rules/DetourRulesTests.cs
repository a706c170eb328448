using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

internal sealed class DetourRulesTests
{
    private const string Policies = """
        network_policies:
          - { from: 192.168.1.0/24, to: web, ports: [80] }
          - { from: web, to: host, ports: [53] }

        """;

    [TestCase("lan: {type: nic, network: net-office}",
        TestName = "A NIC in the network of another domain goes around the domain")]
    [TestCase("lan: {type: nic, nictype: bridged, parent: br0}", TestName = "A NIC on another bridge goes around the domain")]
    [TestCase("lan: {type: nic, nictype: macvlan, parent: eno1}", TestName = "A macvlan goes around the domain")]
    [TestCase("lan: {type: nic, nictype: sriov, parent: eno1}", TestName = "A virtual function goes around the domain")]
    [TestCase("lan: {type: nic, nictype: physical, parent: eno1}", TestName = "An interface of the host goes around the domain")]
    [TestCase("lan: {type: nic, nictype: routed, parent: eno1}", TestName = "A routed NIC goes around the domain")]
    [TestCase("lan: {type: nic, nictype: ipvlan, parent: eno1}", TestName = "An ipvlan goes around the domain")]
    [TestCase("lan: {type: infiniband, nictype: physical, parent: ib0}", TestName = "InfiniBand goes around the domain")]
    [TestCase("eth0: {type: nic, nictype: macvlan, parent: eno1}",
        TestName = "The NIC of the machine itself can go around the domain")]
    public void A_NIC_past_the_ACL_is_remarked_upon_at_its_place_with_policies_too(string device)
    {
        Codes(Machine($"devices: {{{device}}}")).ShouldBe(["INFRA2344 7:17"]);
        Codes(Machine($"devices: {{{device}}}") + Policies).ShouldBe(["INFRA2344 7:17"]);
    }

    [TestCase("eth0: {limits.max: 10Mbit}")]
    [TestCase("lan: {type: nic, network: net-lab, vlan: 7}")]
    [TestCase("eth0: {type: none}")]
    public void A_NIC_on_the_bridge_of_the_domain_is_none(string device) =>
        Codes(Machine($"devices: {{{device}}}")).ShouldBeEmpty();

    [TestCase("listen: \"tcp:0.0.0.0:80\", connect: \"tcp:127.0.0.1:80\"", "INFRA2345 7:17",
        TestName = "A proxy for all addresses of the host goes around the domain")]
    [TestCase("listen: \"tcp:192.168.1.2:80\", connect: \"tcp:10.1.1.1:80\", nat: true", "INFRA2346 7:17",
        TestName = "A proxy with nat needs a policy")]
    [TestCase("listen: \"tcp:127.0.0.1:53\", connect: \"tcp:10.0.0.1:53\", bind: instance", "INFRA2345 7:17",
        TestName = "A proxy in the machine opens what the host can")]
    [TestCase("listen: \"unix:/run/x\", connect: \"unix:/run/x\", bind: instance", "INFRA2345 7:17",
        TestName = "A socket of the host in the machine goes around the domain")]
    [TestCase("listen: \"tcp:127.0.0.1:80\", connect: \"tcp:127.0.0.1:80\"", null,
        TestName = "A proxy for the host alone opens nothing that is closed")]
    [TestCase("listen: \"tcp:[::1]:80\", connect: \"tcp:127.0.0.1:80\"", null,
        TestName = "The loopback of IPv6 is the host's own")]
    [TestCase("listen: \"unix:/run/x\", connect: \"tcp:127.0.0.1:80\"", null,
        TestName = "A socket on the host is the host's own")]
    public void A_proxy_is_remarked_upon_at_its_place_until_a_policy_says_that_it_is_meant(string options, string? expected)
    {
        var infra = Machine($"devices: {{p: {{type: proxy, {options}}}}}");

        Codes(infra).ShouldBe(expected is null ? [] : [expected]);
        Codes(infra + Policies).ShouldBeEmpty();
    }

    [Test]
    public void A_policy_in_the_other_direction_does_not_say_that_a_proxy_is_meant() => Codes(Machine(
        "devices: {p: {type: proxy, listen: \"tcp::80\", connect: \"tcp::80\"}}")
        + "network_policies: [{ from: web, to: host, ports: [80] }]\n").ShouldBe(["INFRA2345 7:17"]);

    [Test]
    public void What_a_profile_has_is_remarked_upon_there_or_where_the_machine_takes_it_and_not_in_a_disabled_domain() =>
        Codes(Head + """
              lab:
                subnet_id: 1
                profiles:
                  lan: { devices: { lan: { type: nic, nictype: macvlan, parent: eno1 } } }
                  http: { devices: { p: { type: proxy, listen: "tcp::80", connect: "tcp::80" } } }
                  open: { devices: { eth0: { security.mac_filtering: false } } }
                machines: { web: { profiles: [default, lan, http] }, db: { profiles: [default, lan] } }
              off:
                subnet_id: 2
                enabled: false
                machines: { old: { devices: { lan: { type: nic, nictype: macvlan, parent: eno1 } } } }
            """).ShouldBe(["INFRA2344 7:25", "INFRA2347 9:34", "INFRA2345 10:49"]);

    [TestCase("security.mac_filtering: false")]
    [TestCase("security.ipv4_filtering: \"no\"")]
    [TestCase("security.ipv4_filtering: 0")]
    public void A_filter_that_is_off_is_remarked_upon_and_so_is_a_policy_that_names_a_machine_of_the_domain(string filter)
    {
        var compilation = Compile(Head + $$"""
              lab: { subnet_id: 1, machines: { a: {}, b: { devices: { eth0: { {{filter}} } } } } }
              office: { subnet_id: 2, machines: { c: {} } }
            network_policies:
              - { from: a, to: office }
              - { from: c, to: lab, bidirectional: true }
              - { from: office, to: b, ports: [80], bidirectional: true }
            """);

        Codes(compilation).ShouldBe(["INFRA2347 4:67", "INFRA2348 7:13", "INFRA2348 9:25"]);
        compilation.Diagnostics[1].Message.ShouldContain("'a' is known by its address, but 'b' can take it");
    }

    [TestCase("eth0: {security.mac_filtering: true, security.ipv4_filtering: \"1\"}")]
    [TestCase("lan: {type: nic, network: net-lab, vlan: 7, security.ipv6_filtering: false}")]
    public void A_filter_that_is_on_is_right(string device) => Codes(Machine($"devices: {{{device}}}")).ShouldBeEmpty();
}
