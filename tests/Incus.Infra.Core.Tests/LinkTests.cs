using Incus.Infra.Core.Addressing;
using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests;

/// <summary>Domains that the members of a cluster have together.</summary>
internal sealed class LinkTests
{
    [Test]
    public void Each_network_has_a_tunnel_of_its_own_that_machines_cannot_send_to()
    {
        var compilation = Compile(Infra("link: eth1"));

        compilation.Faults().ShouldBeEmpty();
        var work = compilation.TextOf("group_vars/work.yml");
        work.ShouldContain("""
              dhcp_range: "10.100.3.100-10.100.3.199"
              tunnel:
                interface: eth1
                id: 680963
                group: "239.
            """);
        work.ShouldContain("""
                - description: "tunnels of the members"
                  action: "reject"
                  source: "10.100.3.0/24"
                  protocol: "udp"
                  destination_port: "14789"
            """);
        compilation.TextOf("group_vars/long-domain-name.yml").ShouldContain("id: 680964\n");
    }

    [Test]
    public void A_bridge_leaves_room_for_the_name_of_its_tunnel()
    {
        Bridge("link: eth1").ShouldMatch("^net-long-[0-9a-f]{4}$");
        Bridge(null).ShouldMatch("^net-long-d[a-z]*-[0-9a-f]{4}$");

        static string Bridge(string? cluster) => Compile(Infra(cluster)).TextOf("group_vars/long-domain-name.yml")
            .Split("incus_network:\n  name: ")[1].Split('\n')[0];
    }

    [Test]
    public void Copies_that_share_a_network_have_no_tunnel_as_it_would_lead_around_what_cuts_them_off() =>
        Compile("""
            project_name: test
            global: {base_subnet: "10.100", default_os_image: debian, cluster: {link: eth1}}
            domains:
              seat: {subnet_id: 2, copies: 2, network: shared, machines: {desk: {}}}
            """).TextOf("group_vars/seat.yml").ShouldSatisfyAllConditions(
                text => text.ShouldNotContain("tunnel:"), text => text.ShouldContain("tunnels of the members"));

    [Test]
    public void Subnets_have_different_numbers_and_infrastructures_different_groups_that_stay()
    {
        var one = Tunnel.Of("eth1", "10.100.3", "0f8fad5b-d9cb-469f-a165-70867728950e");

        one.ShouldBe(new Tunnel("eth1", 680963, "239.192.18.225"));
        Tunnel.Of("eth1", "10.100.3", "7c9e6679-7425-40de-944b-e07fc1f90ae7").Group.ShouldNotBe(one.Group);
        Tunnel.Of("eth1", "10.101.3", "0f8fad5b-d9cb-469f-a165-70867728950e").Id.ShouldNotBe(one.Id);
    }

    private static string Infra(string? cluster) => """
        project_name: test
        global: {base_subnet: "10.100", default_os_image: debian, cluster}
        domains:
          work: {subnet_id: 3, machines: {w1: {}}}
          long-domain-name: {subnet_id: 4, machines: {l1: {}}}
        """.Replace(", cluster", cluster is null ? "" : $", cluster: {{{cluster}}}", StringComparison.Ordinal);
}
