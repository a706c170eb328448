using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Addressing;

public sealed class AddressTests
{
    [Test]
    public void A_domain_without_subnet_id_is_refused_where_subnets_are_not_chosen_by_trust_level() =>
        Codes(Head + "  home: {}\n").ShouldBe(["INFRA2101 4:3"]);

    [Test]
    public void Two_domains_cannot_have_one_subnet() =>
        Codes(Head + "  home: { subnet_id: 1 }\n  work: { subnet_id: 1 }\n").ShouldBe(["INFRA2102 5:22"]);

    [Test]
    public void Domains_of_different_trust_levels_may_have_the_same_subnet_id() => Codes(ZonedHead + """
          home: { trust_level: admin, subnet_id: 1 }
          work: { trust_level: trusted, subnet_id: 1 }
        """).ShouldBeEmpty();

    [Test]
    public void base_subnet_and_addressing_exclude_each_other() => Codes("""
        project_name: test
        global:
          base_subnet: "10.1"
          addressing: {}
        domains: {}
        """).ShouldBe(["INFRA2103 3:16"]);

    [Test]
    public void More_than_255_domains_of_one_trust_level_are_refused()
    {
        var domains = string.Concat(Enumerable.Range(0, 256).Select(i => $"  d{i:000}: {{ trust_level: admin }}\n"));
        Codes(ZonedHead + domains).ShouldBe(["INFRA2104 259:3"]);
    }

    [TestCase("10.1.2.5", "INFRA2201")]
    [TestCase("10.1.10.5", "INFRA2201")]
    [TestCase("10.1.1.254", "INFRA2202")]
    [TestCase("10.1.1.150", "INFRA2202")]
    [TestCase("10.1.1.0", "INFRA2202")]
    [TestCase("10.1.1.255", "INFRA2202")]
    [TestCase("10.1.1.199", "INFRA2202")]
    [TestCase("10.1.1.999", "INFRA1052")]
    [TestCase("10.1.1", "INFRA1052")]
    [TestCase("10.1.1.01", "INFRA1052")]
    public void An_address_that_a_machine_of_the_domain_cannot_have_is_refused(string ip, string code) =>
        Codes($"{Head}  home: {{ subnet_id: 1, machines: {{ web: {{ ip: \"{ip}\" }} }} }}\n").ShouldBe([$"{code} 4:48"]);

    [Test]
    public void A_machine_of_the_infrastructure_can_have_an_address_that_the_build_gives_to_none() => Codes(Head + """
          home:
            subnet_id: 1
            machines: { monitor: { ip: 10.1.1.200 }, firewall: { ip: 10.1.1.253 } }
        """).ShouldBeEmpty();

    [Test]
    public void Two_machines_cannot_have_one_address_and_the_message_names_both_places()
    {
        var fault = Fault(Head + """
              home:
                subnet_id: 1
                machines:
                  web: { ip: 10.1.1.5 }
                  dev: { ip: 10.1.1.5 }
            """);
        fault.ToString().ShouldBe(
            "infra.yml(8,18): error INFRA2203: Machine 'dev': IP 10.1.1.5 is already used by 'web' (line 7). "
            + "Give one of them another address.");
    }

    [Test]
    public void The_hundredth_machine_of_a_domain_is_refused()
    {
        var machines = string.Concat(Enumerable.Range(0, 100).Select(i => $"      m{i:000}: {{}}\n"));
        Codes($"{Head}  home:\n    subnet_id: 1\n    machines:\n{machines}").ShouldBe(["INFRA2204 106:7"]);
    }

    [Test]
    public void Machines_without_address_get_the_first_free_ones_in_the_order_of_the_file()
    {
        var text = File("infra.lock.yml", Head + """
              home:
                subnet_id: 1
                machines: { z: {}, fixed: { ip: 10.1.1.2 }, a: {} }
            """);
        text.ShouldEndWith("""
            version: 1
            id: 00000000-0000-4000-8000-000000000001
            domains:
              home:
                machines:
                  a: 3
                  z: 1

            """);
    }

    [Test]
    public void Subnets_are_chosen_by_trust_level_and_in_alphabetical_order() => File("infra.lock.yml", ZonedHead + """
          zeta: { trust_level: admin }
          beta: {}
          alpha: { trust_level: admin }
          fixed: { trust_level: admin, subnet_id: 0 }
        """).ShouldEndWith("""
            domains:
              alpha:
                trust_level: admin
                subnet_id: 1
              beta:
                trust_level: semi-trusted
                subnet_id: 0
              zeta:
                trust_level: admin
                subnet_id: 2

            """);

    [Test]
    public void The_second_octet_follows_the_trust_level() =>
        File("group_vars/home.yml", ZonedHead + "  home: { trust_level: disposable, subnet_id: 7 }\n")
            .ShouldContain(
                "  subnet: \"10.150.7.0/24\"\n  gateway: \"10.150.7.254\"\n  dhcp_range: \"10.150.7.100-10.150.7.199\"\n");
}
