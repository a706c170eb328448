using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>Domains whose bridges are joined over the members of a cluster.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LinkTests
{
    private const string Known = "dhcp-ignore=tag:!known";

    private static readonly ObjectId NetworkId = ObjectId.Network("net-a");

    private readonly MemoryIncus _incus = new()
    {
        Cluster = new Cluster([.. new[] { "m1", "m2", "m3" }.Select((name, i) => new ClusterMember
        {
            ServerName = name,
            Status = "Online",
            Url = $"https://10.9.0.{i + 1}:8443",
            Groups = i == 0 ? [] : ["pair"],
        })]),
    };

    [SetUp]
    public void GiveEachMemberTheLink() =>
        _incus.MemberInterfaces.UnionWith(_incus.Cluster!.Members.Select(m => (m.ServerName, "eth1")));

    [Test]
    public void A_network_gets_its_tunnel_and_gives_leases_to_known_machines_only_and_loses_both_with_the_field()
    {
        var domain = Home("a", 1, "a1");
        _incus.With(Request(domain));
        _incus.Edit(NetworkId, o => o with { Config = new(o.Config!) { ["raw.dnsmasq"] = "log-dhcp" } });

        _incus.With(Request(domain.Linked("eth1")));

        Tunnel().ShouldBe(["tunnel.v.group 239.192.1.2", "tunnel.v.id 675073", "tunnel.v.interface eth1", "tunnel.v.port 14789",
            "tunnel.v.protocol vxlan"]);
        Options().ShouldBe($"log-dhcp\n{Known}", "what the user has set stays");
        var reads = _incus.InterfaceReads;
        _incus.Plan(Request(domain.Linked("eth1"))).ShouldBeEmpty();
        _incus.InterfaceReads.ShouldBe(reads, "members are asked only when something changes");
        _incus.With(Request(domain));
        Tunnel().ShouldBeEmpty();
        Options().ShouldBe("log-dhcp");
        _incus.Plan(Request(domain)).ShouldBeEmpty();
    }

    [Test]
    public void Nothing_of_a_link_stays_where_nobody_else_has_set_options_and_a_single_server_has_none()
    {
        var domain = Home("a", 1, "a1");
        _incus.With(Request(domain.Linked("eth1")));
        Options().ShouldBe(Known);
        _incus.With(Request(domain));
        Options().ShouldBeNull();
        var single = new MemoryIncus();

        single.With(Request(domain.Linked("eth1")));

        single[NetworkId].Config!.Keys.ShouldNotContain(key => key.StartsWith("tunnel.") || key == "raw.dnsmasq");
        single.Plan(Request(domain.Linked("eth1"))).ShouldBeEmpty();
    }

    [Test]
    public void The_plan_says_what_a_new_link_means_for_machines_that_run()
    {
        var domain = Home("a", 1, "a1");
        _incus.With(Request(domain));

        _incus.Plan(Request(domain.Linked("eth1"))).Single(r => r.Id == NetworkId).Reason
            .ShouldContain("until they are restarted");
    }

    [Test]
    public void A_link_that_a_member_lacks_is_an_error_and_nothing_is_made()
    {
        _incus.MemberInterfaces.Remove(("m2", "eth1"));

        var results = _incus.Apply(Request(Home("a", 1, "a1").Linked("eth1")));

        results.Single(r => r.Error?.Code == "INFRA4115").Error!.Message.ShouldContain("and m2 of the cluster has no interface");
        _incus.Objects.ShouldBeEmpty();
    }

    [TestCase("m2 lacks it", "INFRA4115")]
    [TestCase("m2 is away", "INFRA4101")]
    public void While_a_domain_waits_for_its_link_no_machine_is_made_on_a_member_that_is_not_joined(string why, string code)
    {
        _incus.With(Request(Home("a", 1, "a1")));
        if (why == "m2 lacks it")
        {
            _incus.MemberInterfaces.Remove(("m2", "eth1"));
        }
        else
        {
            _incus.Cluster = new Cluster(
                [.. _incus.Cluster!.Members.Select(m => m.ServerName == "m2" ? m with { Status = "Offline" } : m)]);
        }

        var results = _incus.Apply(Request(Home("a", 1, "a1", "a2").Linked("eth1")));

        results.Single(r => r.Id == NetworkId).Error!.Code.ShouldBe(code);
        _incus.Objects.ShouldNotContainKey(ObjectId.Instance("a", "a2"));
    }

    [Test]
    public void Each_machine_goes_where_it_wants_else_apart_from_its_like_else_where_the_fewest_are()
    {
        _incus.Put(ObjectId.Instance("other", "busy"), new IncusObject { Config = [], Location = "m1", Status = "Running" });
        var domain = Home("a", 1, "a1", "a2", "a3", "a4", "a5", "a6").Linked("eth1");
        domain.Machines[0].InstanceTarget = "m3";
        domain.Machines[1].InstanceTarget = "@pair";
        domain.Machines[4].InstanceSpread = domain.Machines[5].InstanceSpread = "web";

        _incus.With(Request(domain));

        Places("a1", "a2", "a3", "a4", "a5", "a6").ShouldBe(["m3", "m2", "m1", "m2", "m3", "m1"]);
        domain.Machines[0].InstanceTarget = "m1";
        _incus.With(Request(domain) with { AllowMove = true });
        Places("a1", "a2", "a3", "a4", "a5", "a6").ShouldBe(["m1", "m2", "m1", "m2", "m3", "m1"], "the others stay");
    }

    [Test]
    public void Machines_that_a_policy_leads_to_one_another_go_to_one_member()
    {
        var (a, b, c) = (Home("a", 1, "a1", "a2"), Home("b", 2, "b1", "b2"), Home("c", 3, "c1").On("m3"));
        Open("10.77.1.1", a, "10.77.2.0/24", b);
        Open("10.77.2.2", b, "10.77.3.1-10.77.3.9", c);

        _incus.With(Request(a, b, c));

        Places("a1", "b1", "b2", "c1").ShouldBe(["m3", "m3", "m3", "m3"]);
        Places("a2").ShouldBe(["m1"], "no policy names it");
    }

    [Test]
    public void A_policy_between_machines_of_different_members_is_an_error_that_names_them_and_the_rules_come_all_the_same()
    {
        var (a, b) = (Home("a", 1, "a1", "a2").On("m1"), Home("b", 2, "b1", "b2").On("m2"));
        b.Machines[0].InstanceTarget = "m1";
        Open("10.77.1.1", a, "10.77.2.1", b);
        _incus.Plan(Request(a, b)).ShouldAllBe(r => r.Error == null);
        Open("10.77.1.2", a, "10.77.2.0/24", b);

        var results = _incus.Apply(Request(a, b));

        Codes(results).ShouldBe(["INFRA4107", "INFRA4107"]);
        results.First(r => r.Error is not null).Error!.Message.ShouldContain(
            "instance 'a2' in project 'a' is on member 'm1' of the cluster and instance 'b2' in project 'b' on 'm2'");
        _incus[ObjectId.Acl("net-b")].Ingress!.Count.ShouldBe(3);
    }

    [Test]
    public void A_link_that_joins_machines_of_several_members_is_not_taken_away_until_they_have_moved()
    {
        var domain = Home("a", 1, "a1", "a2");
        domain.Machines[1].InstanceTarget = "m2";
        _incus.With(Request(domain.Linked("eth1")));
        var alone = Home("a", 1, "a1", "a2").On("m1");

        Codes(_incus.Apply(Request(alone))).ShouldBe(["INFRA4113"]);
        Tunnel().ShouldNotBeEmpty();
        Codes(_incus.Apply(Request(alone) with { AllowMove = true })).ShouldBe(["INFRA4113"]);
        Places("a1", "a2").ShouldBe(["m1", "m1"]);
        _incus.With(Request(alone));
        Tunnel().ShouldBeEmpty();
    }

    [Test]
    public void Machines_are_kept_from_the_tunnels_before_these_come_and_until_all_are_gone()
    {
        var (a, b) = (Home("a", 1, "a1", "a2"), Home("b", 2, "b1"));
        a.Machines[1].InstanceTarget = "m2";
        _incus.Apply(Request(Guarded(a), Guarded(b)));
        Of("acl").Max().ShouldBeLessThan(Of("network").Min());
        var rules = _incus[ObjectId.Acl("net-b")].Egress!.Count;

        Codes(_incus.Apply(Request(a, b))).ShouldContain("INFRA4113");
        _incus[ObjectId.Acl("net-b")].Egress!.Count.ShouldBe(rules, "net-a still has its tunnel");
        a.Machines[1].InstanceTarget = null;
        _incus.Edit(ObjectId.Instance("a", "a2"), o => o with { Location = _incus[ObjectId.Instance("a", "a1")].Location });
        _incus.Changes.Clear();
        _incus.Apply(Request(a, b));
        Of("acl").Min().ShouldBeGreaterThan(Of("network").Max());
        _incus[ObjectId.Acl("net-b")].Egress!.Count.ShouldBe(rules - 1);
        _incus.Plan(Request(a, b)).ShouldBeEmpty();

        IEnumerable<int> Of(string word) => _incus.Changes.Index().Where(c => c.Item.Split(' ')[1] == word).Select(c => c.Index);
    }

    [Test]
    public void A_domain_whose_bridge_would_get_another_name_is_told_to_begin_anew()
    {
        var former = Home("abcdefghijk", 1, "a1");
        var linked = former with
        {
            IncusNetwork = former.IncusNetwork with { Name = "net-abcd-1234" },
            IncusNetworkAcl = former.IncusNetworkAcl with { Name = "net-abcd-1234" },
        };
        _incus.With(Request(former));

        var failed = _incus.Apply(Request(linked.Linked("eth1"))).Where(r => r.Error is not null).ToList();

        Codes(failed).ShouldContain("INFRA4114");
        failed.Single(r => r.Error!.Code == "INFRA4114").Error!.Message.ShouldContain("-t:Destroy -p:Domain=abcdefghijk");
        _incus.Objects.Keys.ShouldContain(ObjectId.Network("net-abcdefghijk"));
        _incus.Destroy(new RemovalRequest { Project = Project, Id = Project });
        _incus.With(Request(linked.Linked("eth1")));
    }

    [Test]
    public void A_bridge_must_not_have_the_name_of_an_interface_of_any_member_nor_a_member_in_its_subnet()
    {
        _incus.MemberInterfaces.Add(("m3", "net-a"));
        var around = Home("b", 2, "b1");
        around = around with
        {
            IncusNetwork = Network("net-b", "10.9.0"),
            IncusNetworkAcl = Acl("net-b", "10.9.0"),
        };

        var results = _incus.Plan(Request(Home("a", 1, "a1"), around));

        results.Single(r => r.Id == NetworkId).Error!.Code.ShouldBe("INFRA4053");
        results.Single(r => r.Id == ObjectId.Network("net-b")).Error!.Message.ShouldContain("member 'm1' of the cluster");
    }

    [Test]
    public void What_cannot_be_of_a_tunnel_below_a_managed_section_is_told()
    {
        var domain = Home("a", 1, "a1").Linked("eth1");
        var tunnel = domain.IncusNetwork.Tunnel!;
        domain.IncusNetwork = domain.IncusNetwork with
        {
            Name = "net-longer-than",
            SharedBy = "a",
            Tunnel = tunnel with { Id = 0, Group = "10.0.0.1" },
        };
        domain.IncusNetworkAcl = domain.IncusNetworkAcl.Opened(new AclRuleSpec { Action = "drop" });

        SpecCheck.FaultsOf([domain]).Select(f => f["Domain 'a': ".Length..].Split([':', ' '])[0]).ShouldBe(
        [
            "incus_network.tunnel", "incus_network.name", "incus_network.tunnel", "incus_network.tunnel.group",
            "incus_network_acl.ingress[1].action",
        ]);
    }

    private static DomainSpec Home(string name, int number, params string[] machines) => Domain(
        name, number, [.. machines.Select((m, i) => Machine(m, $"10.77.{number}.{i + 1}"))]) with
    { Ephemeral = true };

    // With the rule that the build gives to each domain.
    private static DomainSpec Guarded(DomainSpec domain) => domain.Linked("eth1") with
    {
        IncusNetworkAcl = domain.IncusNetworkAcl with
        {
            Egress =
            [
                .. domain.IncusNetworkAcl.Egress,
                new AclRuleSpec
                {
                    Action = "reject", Source = domain.IncusNetwork.Subnet, Protocol = "udp", DestinationPort = "14789",
                },
            ],
        },
    };

    // As the build does for a policy.
    private static void Open(string source, DomainSpec from, string destination, DomainSpec to)
    {
        foreach (var (one, other) in new[] { (from, to), (to, from) })
        {
            one.IncusNetworkAcl.Partners = [.. one.IncusNetworkAcl.Partners.Append(other.Name).Distinct()];
            one.IncusNetwork = one.Linked("eth1").IncusNetwork;
        }

        var rule = new AclRuleSpec { Description = $"{source} -> {destination}", Source = source, Destination = destination };
        from.IncusNetworkAcl.Egress = [.. from.IncusNetworkAcl.Egress, rule];
        to.IncusNetworkAcl.Ingress = [.. to.IncusNetworkAcl.Ingress, rule];
    }

    private IEnumerable<string> Tunnel() => _incus[NetworkId].Config!.Where(c => c.Key.StartsWith("tunnel."))
        .Select(c => $"{c.Key} {c.Value}").Order(StringComparer.Ordinal);

    private string? Options() => _incus[NetworkId].Config!.GetValueOrDefault("raw.dnsmasq");

    private IEnumerable<string?> Places(params string[] machines) => machines.Select(name => _incus.Objects
        .Single(o => o.Key.Kind == ObjectKind.Instance && o.Key.Name == name).Value.Object.Location);

    private static IEnumerable<string> Codes(IEnumerable<ActionResult> results) =>
        results.Select(r => r.Error?.Code).OfType<string>();
}
