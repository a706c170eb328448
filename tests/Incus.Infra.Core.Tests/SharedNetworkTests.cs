using Incus.Infra.Core.Isolation;
using Incus.Infra.Core.Picture;
using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests;

/// <summary>Copies that share a network: one subnet and one ACL for all of them, in which none may reach another.</summary>
internal sealed class SharedNetworkTests
{
    private const string Shop = "  shop: {machines: {web: {}}}\n";

    [Test]
    public void All_copies_have_one_bridge_with_one_list_of_rules_which_the_tree_says_once()
    {
        var compilation = Compile(Infra("copies: 2, outside: none"));

        compilation.Faults().ShouldBeEmpty();
        compilation.TextOf("group_vars/seat.yml").ShouldBe("""
            domain_description: ""
            domain_ephemeral: false
            domain_trust_level: semi-trusted
            incus_network:
              name: net-seat
              subnet: "10.120.0.0/24"
              gateway: "10.120.0.254"
              dhcp_range: "10.120.0.200-10.120.0.253"
              shared_by: seat
            incus_network_acl:
              name: net-seat
              partners: []
              ingress:
                - description: "host"
                  source: "10.120.0.254"
              egress:
                - description: "ping of the gateway"
                  source: "10.120.0.0/24"
                  destination: "10.120.0.254"
                  protocol: "icmp4"
                  icmp_type: "8"
            subnet_id: 0

            """);
        compilation.TextOf("group_vars/seat-02.yml").ShouldBe("""
            domain_name: seat-02
            copy_name: "02"
            copy_index: 2
            domain_ephemeral: false
            incus_project: seat-02

            """);
        compilation.TextOf("host_vars/seat-02-desk.yml").ShouldContain("instance_ip: \"10.120.0.2\"");
        compilation.TextOf("infra.lock.yml").ShouldContain("""
              seat:
                trust_level: semi-trusted
                subnet_id: 0
                machines:
                  seat-01-desk: 1
                  seat-02-desk: 2

            """);
    }

    [Test]
    public void A_seat_that_comes_or_goes_moves_no_other_and_a_class_that_changes_its_networks_gets_the_old_ones_back()
    {
        var (thirty, thirtyOne, shared, own) =
            (Infra("copies: 30"), Infra("copies: 31"), Infra("copies: 30"), Infra("copies: 30", network: "own"));

        var first = Addresses(thirty, null, out var addressLock);
        Addresses(thirtyOne, addressLock, out addressLock).Take(30).ShouldBe(first);
        Addresses(thirty, addressLock, out addressLock).ShouldBe(first);
        var ownNetworks = Addresses(own, addressLock, out addressLock);
        ownNetworks[0].ShouldBe("10.120.1.1", "The shared one may still be there.");
        Addresses(shared, addressLock, out addressLock).ShouldBe(first);
        Addresses(own, addressLock, out _).ShouldBe(ownNetworks);

        static List<string> Addresses(string infra, string? addressLock, out string newLock)
        {
            var compilation = Compile(infra, addressLock);
            compilation.Faults().ShouldBeEmpty();
            newLock = compilation.TextOf("infra.lock.yml");
            return [.. compilation.Infrastructure!.Domains.SelectMany(d =>
                d.Machines.Select(m => compilation.Addresses!.Domains[d.Name.Value].AddressOf(m.Name.Value)))];
        }
    }

    [Test]
    public void With_base_subnet_the_class_has_one_number_which_may_be_fixed() =>
        Compile($"{Head}  seat: {{copies: 3, network: shared, subnet_id: 7, machines: {{desk: {{}}}}}}\n")
            .TextOf("group_vars/seat.yml").ShouldContain("subnet: \"10.1.7.0/24\"");

    [TestCase("{network: shared, machines: {desk: {}}}", "INFRA2375 4:19")]
    [TestCase("{copies: 2, network: shared, machines: {desk: {}, db: {}}}", "INFRA2376 4:30")]
    [TestCase("{copies: 200, network: shared, machines: {desk: {}}}", "INFRA2377 4:32")]
    [TestCase("{copies: 199, network: shared, machines: {desk: {}}}", null)]
    [TestCase("{copies: 2, network: open, machines: {desk: {}}}", "INFRA1053 4:30")]
    [TestCase("{copies: 2, network: own, machines: {desk: {}}}", null)]
    [TestCase("{copies: 2, network: shared, machines: {desk: {ip: 10.120.0.3}}}", "INFRA2353 4:60")]
    [TestCase("{copies: 2, network: shared, machines: {desk: {devices: {eth0: {security.port_isolation: false}}}}}",
        "INFRA2379 4:73")]
    [TestCase("{copies: 2, network: shared, machines: {desk: {devices: {eth0: {security.ipv4_filtering: false}}}}}",
        "INFRA2379 4:73")]
    [TestCase("{copies: 2, network: shared, machines: {desk: {devices: {eth0: {security.mac_filtering: ''}}}}}",
        "INFRA2379 4:73")]
    [TestCase("{copies: 2, network: shared, machines: {desk: {devices: {eth0: {security.port_isolation: true}}}}}", null)]
    public void What_cannot_be_is_told_once_at_its_place(string domain, string? fault) =>
        Codes($"{ZonedHead}  seat: {domain}\n").ShouldBe(fault is null ? [] : [fault]);

    [TestCase("seat", "seat")]
    [TestCase("seat-01", "seat-02")]
    [TestCase("seat-01-desk", "seat")]
    [TestCase("seat-02-desk", "seat-01-desk")]
    public void A_policy_among_the_copies_is_an_error(string from, string to) =>
        Codes($"{Infra("copies: 2")}network_policies: [{{from: {from}, to: {to}, ports: [22]}}]\n")
            .ShouldBe([$"INFRA2378 5:{33 + from.Length}"]);

    [Test]
    public void A_number_of_the_lock_file_that_only_a_shared_network_has_is_refused_for_another_domain() =>
        Compile(
            $"{ZonedHead}{Shop}",
            "version: 1\ndomains:\n  shop:\n    trust_level: semi-trusted\n    subnet_id: 0\n    machines: {web: 150}\n")
            .Faults().ShouldBe(["infra.lock.yml(6,21) INFRA2202"]);

    [Test]
    public void A_policy_names_all_copies_by_their_subnet_and_one_by_its_address()
    {
        var compilation = Compile(Infra("copies: 3") + Shop + """
            network_policies:
              - {from: seat, to: web, ports: [80]}
              - {from: shop, to: seat-02, ports: [22]}
              - {from: seat-03-desk, to: host, ports: [53]}

            """);

        compilation.Faults().ShouldBeEmpty();
        var rules = new AccessLists(new Policies(compilation.Infrastructure!), compilation.Addresses!);
        Rules("seat-01").ShouldBe(
        [
            "host: 10.120.0.254 ->",
            "shop -> seat-02: 10.120.1.0/24 -> 10.120.0.2",
            "ping of the gateway: 10.120.0.0/24 -> 10.120.0.254",
            "seat -> web: 10.120.0.0/24 -> 10.120.1.1",
            "seat-03-desk -> host: 10.120.0.3 -> 10.120.0.254",
        ]);
        Rules("seat-03").ShouldBe(Rules("seat-01"));
        Rules("shop").ShouldContain("seat -> web: 10.120.0.0/24 -> 10.120.1.1");
        rules.Of(Domain("shop")).Partners.ShouldBe(["seat-01", "seat-02", "seat-03"]);

        Model.Domain Domain(string name) => compilation.Infrastructure!.Domains.Single(d => d.Name.Value == name);

        IEnumerable<string> Rules(string name) => rules.Of(Domain(name)) is var list
            ? list.Ingress.Concat(list.Egress).Where(r => r.Description is not "outside" and not "machines of the domain")
                .Select(r => $"{r.Description}: {r.Source} -> {r.Destination}".TrimEnd())
            : [];
    }

    [Test]
    public void Verify_tries_each_two_copies_and_the_gateway_that_all_of_them_may_ping()
    {
        var compilation = Compile(Infra("copies: 2") + Shop);
        var plan = new FlowPlan(compilation.Infrastructure!, compilation.Addresses!);

        plan.Between(plan.Machines).Where(f => f.From.Name == "seat-01-desk" && f.To.Name != "web")
            .Select(f => $"{f.To.Name} {f.Protocol} {(f.IsOpen ? "open" : "closed")}").ShouldBe(
            [
                "seat-02-desk tcp closed", "seat-02-desk udp closed", "seat-02-desk icmp closed",
                "gateway of seat icmp open", "gateway of shop icmp closed",
            ]);
    }

    [Test]
    public void The_picture_has_one_subnet_and_the_range_of_addresses()
    {
        var before = Compile(Infra("copies: [b, c, d]"));
        var compilation = Compile(Infra("copies: [a, b, c, d]"), before.TextOf("infra.lock.yml"));
        var seat = DiagramReader.Read(compilation.Infrastructure!, compilation.Addresses!, Marks.None).Domains[0];

        (seat.Name, seat.Subnet, seat.Machines[0].Address).ShouldBe(("seat × 4", "10.120.0.0/24", "10.120.0.1-4"));
        seat.Details.Count(d => d.StartsWith("subnet: ", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Test]
    public void A_class_that_is_switched_off_keeps_its_network() =>
        Compile(Infra("copies: 2, enabled: false")).TextOf("group_vars/all.yml")
            .ShouldContain("infra_disabled_domains:\n  - seat\n  - seat-01\n  - seat-02\n");

    private static string Infra(string copies, string network = "shared") =>
        $"{ZonedHead}  seat: {{{copies}, network: {network}, machines: {{desk: {{}}}}}}\n";
}
