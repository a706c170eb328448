using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Rules;

public sealed class RemoteRulesTests
{
    private const string Proxy = """{ type: proxy, listen: "tcp:127.0.0.1:80", connect: "tcp:127.0.0.1:80" }""";

    [Test]
    public void A_policy_does_not_connect_domains_on_different_servers() => Codes(Head + """
          home: { subnet_id: 1, machines: { web: {} } }
          work: { subnet_id: 2, remote: far, machines: { dev: {} } }
          lab: { subnet_id: 3, remote: far, machines: { box: {} } }
        network_policies:
          - { from: home, to: work }
          - { from: dev, to: lab }
          - { from: internet, to: work }
          - { from: lab, to: web }
        """).ShouldBe(["INFRA2610 8:5", "INFRA2610 11:5"]);

    [Test]
    public void A_remote_is_a_name_and_neither_an_address_nor_a_path() => Codes(Head + """
          home: { subnet_id: 1, remote: "https://far" }
          work: { subnet_id: 2, remote: "../far" }
        """).ShouldBe(["INFRA1052 4:33", "INFRA1052 5:33"]);

    [Test]
    public void Ports_and_cards_of_different_hosts_are_different_ones() => Codes(Head + """
          home: { subnet_id: 1, machines: { web: { gpu: true, devices: { p: *p } } } }
          work: { subnet_id: 2, remote: far, machines: { dev: { gpu: true, devices: { p: *p } } } }
        """.Replace("*p", Proxy, StringComparison.Ordinal)).ShouldBeEmpty();
}
