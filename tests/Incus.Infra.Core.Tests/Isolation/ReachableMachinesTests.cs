using static Incus.Infra.Core.Tests.Compiling;

namespace Incus.Infra.Core.Tests.Isolation;

/// <summary>Whom the tree says that a machine may reach by name: those of other domains that a policy opens to it.</summary>
internal sealed class ReachableMachinesTests
{
    private const string Domains = """
          work: { subnet_id: 1, machines: { dev: {}, docs: {} } }
          lab: { subnet_id: 2, machines: { web: {}, db: { ip: 10.1.2.9 } } }
          off: { subnet_id: 3, enabled: false, machines: { idle: {} } }

        """;

    [TestCase("", "work", "dev", "")]
    [TestCase("{ from: work, to: lab, ports: [80] }", "work", "dev", "db 10.1.2.9, web 10.1.2.1", TestName = "All of a domain")]
    [TestCase("{ from: work, to: lab, ports: [80] }", "lab", "web", "", TestName = "Not the way back")]
    [TestCase("{ from: work, to: lab, bidirectional: true }", "lab", "web", "dev 10.1.1.1, docs 10.1.1.2")]
    [TestCase("{ from: work, to: web, protocol: icmp }", "work", "docs", "web 10.1.2.1", TestName = "One machine of a domain")]
    [TestCase("{ from: dev, to: web }", "work", "dev", "web 10.1.2.1", TestName = "From one machine")]
    [TestCase("{ from: dev, to: web }", "work", "docs", "", TestName = "And no other of its domain")]
    [TestCase("{ from: work, to: web }, { from: dev, to: db }", "work", "dev", "db 10.1.2.9, web 10.1.2.1")]
    [TestCase("{ from: work, to: web }, { from: dev, to: db }", "work", "docs", "web 10.1.2.1")]
    [TestCase("{ from: work, to: internet }, { from: work, to: host, ports: [1] }", "work", "dev", "", TestName = "No outside")]
    [TestCase("{ from: work, to: off }", "work", "dev", "", TestName = "Nobody of a domain that is disabled")]
    public void A_machine_has_the_names_of_those_that_a_policy_lets_it_reach(
        string policies, string domain, string machine, string names) =>
        Hosts($"{Domains}network_policies: [{policies}]\n", domain, machine).ShouldBe(names);

    [Test]
    public void Machines_of_a_domain_on_several_members_have_each_others_names_as_each_member_knows_its_own_only() => Compile("""
        project_name: test
        global: { base_subnet: "10.1", default_os_image: "images:debian/12", cluster: { link: eth1 } }
        domains:
          work: { subnet_id: 1, machines: { dev: {}, docs: {} } }

        """).TextOf("group_vars/work.yml").ShouldContain("instance_hosts:\n  dev: \"10.1.1.1\"\n  docs: \"10.1.1.2\"\n");

    [Test]
    public void Copies_have_in_common_what_all_of_them_reach()
    {
        var tree = Compile($$"""
            {{Head}}  shop: { subnet_id: 0, machines: { lamp: {} } }
              seat: { copies: 2, machines: { desk: {} } }
            network_policies: [{ from: seat, to: shop, ports: [80] }]

            """);

        tree.TextOf("group_vars/seat.yml").ShouldContain("instance_hosts:\n  lamp: \"10.1.0.1\"\n");
        tree.TextOf("group_vars/seat-01.yml").ShouldNotContain("instance_hosts");
    }

    [TestCase("")]
    [TestCase(", network: shared")]
    public void Who_reaches_copies_has_the_names_of_all_of_them(string network)
    {
        var tree = Compile($$"""
            {{Head}}  shop: { subnet_id: 9, machines: { till: {} } }
              seat: { copies: 2{{network}}, machines: { desk: {} } }
            network_policies: [{ from: till, to: seat, ports: [22] }]

            """);

        tree.Faults().ShouldBeEmpty();
        tree.TextOf("host_vars/till.yml").ShouldContain(network.Length == 0
            ? "instance_hosts:\n  seat-01-desk: \"10.1.0.1\"\n  seat-02-desk: \"10.1.1.1\"\n"
            : "instance_hosts:\n  seat-01-desk: \"10.1.0.1\"\n  seat-02-desk: \"10.1.0.2\"\n");
        tree.Files.Where(f => f.Path.Contains("seat", StringComparison.Ordinal))
            .ShouldAllBe(f => !f.Text.Contains("instance_hosts"));
    }

    [Test]
    public void Copies_that_reach_each_other_have_all_names_but_those_of_their_own_domain()
    {
        var tree = Compile($$"""
            {{Head}}  seat: { copies: 3, machines: { desk: {} } }
            network_policies: [{ from: seat, to: seat, ports: [22] }]

            """);

        tree.TextOf("group_vars/seat-02.yml").ShouldContain(
            "instance_hosts:\n  seat-01-desk: \"10.1.0.1\"\n  seat-03-desk: \"10.1.2.1\"\n");
    }

    // As the engine gets it: what a machine says goes before what its domain says.
    private static string Hosts(string text, string domain, string machine)
    {
        var tree = Compile(Head + text);
        tree.Succeeded.ShouldBeTrue(string.Join('\n', tree.Diagnostics));
        return Of($"host_vars/{machine}.yml") is { Length: > 0 } own ? own : Of($"group_vars/{domain}.yml");

        string Of(string path)
        {
            var parts = $"\n{tree.TextOf(path)}".Split("\ninstance_hosts:\n");
            return parts.Length == 1 ? "" : string.Join(", ", parts[1].Split('\n').TakeWhile(l => l.StartsWith(' '))
                .Select(l => l.Trim().Replace(": ", " ", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal)));
        }
    }
}
