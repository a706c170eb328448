using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>The rules of bridges: what is told of them, and when they change.</summary>
internal sealed class IsolationTests
{
    private const string Gap = "for about a second its machines reach the host and the LAN";

    private static readonly ObjectId HomeAcl = ObjectId.Acl("net-home");
    private static readonly ObjectId HomeNetwork = ObjectId.Network("net-home");

    private static readonly AclRuleSpec Pages = new()
    {
        Description = "work -> home: pages",
        Source = "10.77.2.0/24",
        Protocol = "tcp",
        DestinationPort = "8080,9090",
    };

    [Test]
    public void A_rule_is_sent_as_Incus_keeps_it_so_that_it_is_no_drift_afterwards()
    {
        var home = Home();
        home.IncusNetworkAcl = home.IncusNetworkAcl with
        {
            Ingress =
            [
                new() { Description = " pages ", Source = "10.0.0.1, 10.0.0.2", DestinationPort = "80, 81", Protocol = "" },
            ],
        };

        new MemoryIncus().With(Request(home))[HomeAcl].Ingress.ShouldBe(
        [
            new AclRule
            {
                Description = "pages",
                Action = "allow",
                State = "enabled",
                Source = "10.0.0.1,10.0.0.2",
                DestinationPort = "80,81",
            },
        ]);
    }

    [Test]
    public void Each_rule_is_sent_enabled_and_allows()
    {
        var acl = new MemoryIncus().With(Request(Home()))[HomeAcl];

        acl.Ingress!.Concat(acl.Egress!).Select(r => $"{r.Action} {r.State}").Distinct().ShouldBe(["allow enabled"]);
    }

    [Test]
    public void A_rule_that_comes_or_goes_is_told_by_itself()
    {
        var incus = new MemoryIncus().With(Request(Home()));
        var opened = Home();
        opened.IncusNetworkAcl = opened.IncusNetworkAcl.Opened(Pages);

        incus.Plan(Request(opened)).ShouldHaveSingleItem().Values().ShouldBe(
            ["ingress:  -> work -> home: pages (tcp 8080,9090 from 10.77.2.0/24) (Wanted)"]);

        incus.With(Request(opened)).Plan(Request(Home())).ShouldHaveSingleItem().Values().ShouldBe(
            ["ingress: work -> home: pages (tcp 8080,9090 from 10.77.2.0/24) ->  (Wanted)"]);
    }

    [Test]
    public void A_rule_that_somebody_adds_is_drift_and_goes()
    {
        var incus = new MemoryIncus().With(Request(Home()));
        incus.Edit(HomeAcl, o => o with
        {
            Ingress = [.. o.Ingress!, new AclRule { Action = "allow", State = "enabled", Source = "0.0.0.0/0" }],
            Egress = [.. o.Egress!, new AclRule { Action = "drop", State = "logged", Protocol = "icmp4", IcmpType = "8" }],
        });

        incus.Apply(Request(Home())).ShouldHaveSingleItem().Values().ShouldBe(
            ["ingress: from 0.0.0.0/0 ->  (Drift)", "egress: drop logged icmp4 type 8 ->  (Drift)"]);

        incus[HomeAcl].Ingress!.Select(r => r.Description).ShouldBe(["host"]);
    }

    [Test]
    public void A_direction_without_rules_is_owned_like_any_other()
    {
        var closed = Home();
        closed.IncusNetworkAcl = closed.IncusNetworkAcl with { Egress = [] };
        var incus = new MemoryIncus().With(Request(closed));
        incus.Edit(HomeAcl, o => o with { Egress = [new AclRule { Action = "allow", State = "enabled" }] });

        incus.Apply(Request(closed)).ShouldHaveSingleItem().Values().ShouldBe(["egress: everything ->  (Drift)"]);

        incus[HomeAcl].Egress.ShouldBe([]);
    }

    [Test]
    public void Rules_in_another_order_are_the_same()
    {
        var incus = new MemoryIncus().With(Request(Home()));
        incus.Edit(HomeAcl, o => o with { Egress = [.. o.Egress!.Reverse()] });

        incus.Plan(Request(Home())).ShouldBeEmpty();
    }

    [Test]
    public void What_opens_a_bridge_by_hand_is_put_back_and_its_moment_without_rules_is_told()
    {
        var incus = new MemoryIncus().With(Request(Home()));
        incus.Edit(HomeNetwork, o => o with { Config = new(o.Config!) { ["security.acls.default.ingress.action"] = "allow" } });

        var update = incus.Plan(Request(Home())).ShouldHaveSingleItem();

        update.Values().ShouldBe(["config.security.acls.default.ingress.action: allow -> reject (Drift)"]);
        update.Reason.ShouldBe(Gap);
    }

    [Test]
    public void A_bridge_that_changes_only_its_description_keeps_its_rules_all_the_time()
    {
        var edited = Home();
        edited.Description = "edited";

        new MemoryIncus().With(Request(Home())).Plan(Request(edited)).ShouldAllBe(r => r.Reason.Length == 0);
    }

    [Test]
    public void A_bridge_that_was_open_is_closed_and_that_is_told()
    {
        var incus = new MemoryIncus().With(Request(Home(Machine("web", "10.77.1.5"))));
        incus.Edit(HomeNetwork, o => o with
        {
            Config = new(o.Config!.Where(c => !c.Key.StartsWith("security.", StringComparison.Ordinal))),
        });
        incus.Objects.Remove(HomeAcl);

        var results = incus.Apply(Request(Home(Machine("web", "10.77.1.5"))));

        results.Lines().ShouldBe(["create acl 'net-home': done", "update network 'net-home': done"]);
        results[1].Reason.ShouldBe(
            "closes the domain: what its policies do not name is rejected, but open connections go on");
        incus[HomeNetwork].Config!["security.acls"].ShouldBe("net-home");
    }

    [Test]
    public void Under_a_limit_the_rules_at_the_other_end_of_its_policies_change_too_and_nothing_else()
    {
        var incus = new MemoryIncus().With(Request(Home(), Domain("work", 2), Domain("lab", 3)));
        DomainSpec[] edited = [Home(), Domain("work", 2), Domain("lab", 3)];
        foreach (var domain in edited)
        {
            domain.Description = "edited";
            domain.IncusNetworkAcl = domain.IncusNetworkAcl.Opened(Pages);
        }

        edited[0].IncusNetworkAcl = edited[0].IncusNetworkAcl with { Partners = ["work", "gone"] };

        incus.Apply(Request(edited) with { Scope = new HashSet<string> { "home" } }).Lines().ShouldBe(
        [
            "update acl 'net-home': done",
            "update acl 'net-work': done",
            "update network 'net-home': done",
            "update project 'home': done",
        ]);
    }

    [Test]
    public void A_partner_that_is_switched_off_is_left_as_it_is()
    {
        var home = Home();
        home.IncusNetworkAcl = home.IncusNetworkAcl with { Partners = ["work"] };

        new MemoryIncus().Plan(Request(home, Domain("work", 2)) with { Keep = new HashSet<string> { "work" } })
            .ShouldNotContain(r => r.Id.Name == "net-work");
    }

    [Test]
    public void Rules_change_together_and_before_the_bridges_which_change_one_at_a_time_and_all_go_so()
    {
        DomainSpec[] domains = [Home(), Domain("work", 2), Domain("lab", 3)];
        foreach (var domain in domains)
        {
            domain.Ephemeral = true;
        }

        var begun = new List<string>();
        var (now, most) = (new Dictionary<string, int>(), new Dictionary<string, int>());
        var together = new TaskCompletionSource();
        var incus = new MemoryIncus
        {
            Meanwhile = async (verb, id) =>
            {
                var kind = $"{verb} {id.Word}";
                lock (begun)
                {
                    begun.Add(kind);
                    now[kind] = now.GetValueOrDefault(kind) + 1;
                    most[kind] = Math.Max(most.GetValueOrDefault(kind), now[kind]);
                    if (now.GetValueOrDefault("create acl") == domains.Length)
                    {
                        together.SetResult();
                    }
                }

                await (kind == "create acl" ? together.Task : Task.Delay(20));
                lock (begun)
                {
                    now[kind]--;
                }
            },
        };

        incus.With(Request(domains));
        (most["create acl"], most["create network"]).ShouldBe((3, 1));
        begun.FindLastIndex(b => b == "create acl").ShouldBeLessThan(begun.IndexOf("create network"));

        incus.With(Request() with { AutoCleanup = true });
        (most["delete acl"], most["delete network"]).ShouldBe((1, 1));
        begun.LastIndexOf("delete network").ShouldBeLessThan(begun.IndexOf("delete acl"));
    }

    [Test]
    public void A_bridge_whose_rules_cannot_be_made_is_not_made_either()
    {
        var incus = new MemoryIncus
        {
            BeforeChange = (_, id) =>
            {
                if (id == HomeAcl)
                {
                    throw new IncusErrorException(400, "Duplicate of ingress rule 0");
                }
            },
        };

        var results = incus.Apply(Request(Home(Machine("web"))));

        results[0].Error!.Message.ShouldBe("acl 'net-home': Create failed. Incus says: Duplicate of ingress rule 0");
        results.Skip(1).ShouldAllBe(r => r.Status == ActionStatus.Blocked);
    }

    [Test]
    public void A_repair_sets_up_the_rules_of_bridges_and_of_running_machines_and_changes_nothing()
    {
        var web = Machine("web", "10.77.1.5") with
        {
            InstancePorts = new Dictionary<string, PortSpec>
            {
                ["lan"] = new() { Address = "192.168.1.1", HostPort = 80, Port = 80, Nat = true },
                ["passed"] = new() { HostPort = 81, Port = 81 },
            },
        };
        var request = Request(Home(web, Machine("off")), Domain("work", 2));
        var incus = new MemoryIncus().With(request);
        incus.Edit(ObjectId.Instance("home", "off"), o => o with { Status = "Stopped" });
        var before = incus[HomeNetwork];
        var seen = new List<string?>();
        incus.BeforeChange = (verb, id) => seen.Add(
            id == HomeNetwork ? incus[id].Config!.GetValueOrDefault("security.acls.default.ingress.logged") : null);
        var repair = request with { Repair = true, Scope = new HashSet<string> { "home" } };

        incus.Apply(repair).Lines().ShouldBe(
        [
            "start instance 'off' in project 'home': done",
            "repair network 'net-home': done",
            "repair instance 'web' in project 'home': done",
        ]);

        incus.Changes.Count(c => c == "update network 'net-home'").ShouldBe(4, "two of them for the mark while it lacks rules");
        seen.ShouldContain("false");
        RuleRepair.Triggers(ObjectKind.Instance, incus[ObjectId.Instance("home", "web")]).Select(t => $"{t.Property}: {t.Other}")
            .ShouldBe(["devices.eth0.security.mac_filtering: false", "devices.port-lan.bind: host"]);
        incus[HomeNetwork].Config.ShouldBe(before.Config);
        incus.Plan(request).ShouldBeEmpty();
    }

    [Test]
    public void Cards_on_the_bridge_are_filtered_unless_the_user_says_something_else()
    {
        var plain = Machine("plain");
        var own = Machine("own", "10.77.1.6");
        own.InstanceDevices = Device("eth0", ("type", "nic"), ("network", "net-home"), ("security.ipv4_filtering", "false"));
        var nested = Machine("nested", "10.77.1.7");
        nested.InstanceProfiles = ["default", "nested"];
        var other = Machine("other");
        other.InstanceDevices = Device("eth0", ("type", "nic"), ("nictype", "macvlan"), ("parent", "net-home"));
        var home = Home(plain, own, nested, other);
        home.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["nested"] = new()
            {
                Devices = Device(
                    "eth0", ("type", "nic"), ("nictype", "bridged"), ("parent", "net-home"), ("security.mac_filtering", "false")),
            },
        };
        var incus = new MemoryIncus().With(Request(home));

        Filters("plain").ShouldBe(("true", "true"));
        Filters("own").ShouldBe(("true", "false"));
        Filters("nested").ShouldBe(("false", "true"));
        Filters("other").ShouldBe((null, null));

        (string? Mac, string? Address) Filters(string machine)
        {
            var card = incus[ObjectId.Instance("home", machine)].Devices!["eth0"];
            return (card.GetValueOrDefault("security.mac_filtering"), card.GetValueOrDefault("security.ipv4_filtering"));
        }
    }

    private static DomainSpec Home(params MachineSpec[] machines) => Domain("home", 1, machines);
}
