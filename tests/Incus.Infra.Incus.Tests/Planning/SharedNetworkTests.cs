using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>Domains that share a network: who makes it, who takes it away, and how its machines are kept apart.</summary>
internal sealed class SharedNetworkTests
{
    private static readonly ObjectId Bridge = ObjectId.Network("net-seat");
    private static readonly ObjectId Rules = ObjectId.Acl("net-seat");

    [Test]
    public void All_seats_have_one_bridge_on_which_their_cards_are_isolated_and_filtered()
    {
        var incus = new MemoryIncus();

        incus.Apply(Request(Seats(3))).Count(r => r.Id.Kind is ObjectKind.Network or ObjectKind.Acl).ShouldBe(2);

        incus.Changes.Clear();
        incus.Apply(Request(Seats(3)));
        incus.Changes.ShouldBeEmpty();
        Ownership.Of(Bridge, incus[Bridge])!.Domain.ShouldBe("seat");
        Dictionary<string, string>[] cards =
        [
            incus[Desk(2)].Devices!["eth0"],
            // Who may use the project gets it from there.
            incus[ObjectId.Profile("seat-2", ObjectId.DefaultProfile)].Devices!["eth0"],
        ];
        foreach (var card in cards)
        {
            card.ShouldContainKeyAndValue("security.port_isolation", "true");
            card.ShouldContainKeyAndValue("security.mac_filtering", "true");
            card.ShouldContainKeyAndValue("security.ipv4_filtering", "true");
        }
    }

    [Test]
    public void Under_a_limit_one_seat_is_made_with_the_bridge_and_the_others_are_left()
    {
        var incus = new MemoryIncus();

        incus.With(Request(Seats(3)) with { Scope = new HashSet<string> { "seat-2" } });

        incus.Objects.Keys.ShouldContain(Bridge);
        incus.Objects.Keys.Where(id => id.Kind == ObjectKind.Instance).ShouldBe([Desk(2)]);
    }

    [Test]
    public void At_the_other_end_of_a_policy_the_rules_of_all_seats_are_looked_at_once()
    {
        var shop = Domain("shop", 2);
        shop.IncusNetworkAcl = shop.IncusNetworkAcl with { Partners = ["seat-1", "seat-2", "seat-3"] };
        DomainSpec[] domains = [.. Seats(3), shop];
        var incus = new MemoryIncus().With(Request(domains));
        incus.Edit(Rules, o => o with { Ingress = [] });

        incus.Apply(Request(domains) with { Scope = new HashSet<string> { "shop", "seat-1" } }).Lines()
            .ShouldBe(["update acl 'net-seat': done"]);
    }

    [Test]
    public void The_bridge_stays_while_a_seat_is_left_and_goes_with_the_last()
    {
        var incus = new MemoryIncus().With(Request(Seats(2)));

        incus.Destroy(Removal("seat-1", "seat")).Where(r => r.Id == Bridge)
            .Select(r => (r.Action, r.Reason)).ShouldBe([(ActionKind.Keep, $"still used by {Desk(2)}")]);
        incus.Objects.Keys.Where(id => id.Kind == ObjectKind.Instance).ShouldBe([Desk(2)]);

        incus.Destroy(Removal("seat-2", "seat")).ShouldAllBe(r => r.Status == ActionStatus.Done);
        incus.Objects.ShouldBeEmpty();

        static RemovalRequest Removal(params string[] domains) =>
            new() { Id = Project, Project = Project, Domains = domains.ToHashSet() };
    }

    [Test]
    public void A_class_goes_to_a_shared_network_and_back_with_restarts_that_the_plan_tells()
    {
        DomainSpec[] own = [Seat(1, Machine("seat-1-desk", "10.77.1.1")), Seat(2, Machine("seat-2-desk", "10.77.2.1"))];
        var incus = new MemoryIncus().With(Request(own));

        incus.Plan(Request(Seats(2))).Where(r => r.Id.Kind == ObjectKind.Instance).Select(r => r.Action)
            .ShouldBe([ActionKind.Restart, ActionKind.Restart]);
        incus.With(Request(Seats(2)) with { AutoCleanup = true });
        incus.Objects.Keys.Where(id => id.Kind == ObjectKind.Network).ShouldBe([Bridge]);

        var back = incus.Apply(Request(own));
        back.Where(r => r.Error is not null).ShouldBeEmpty();
        back.Single(r => r.Id == Bridge).Reason.ShouldBe("no longer in infra.yml; delete it with AutoCleanup=true");
        incus.With(Request(own) with { AutoCleanup = true });
        incus.Objects.Keys.ShouldNotContain(Bridge);
        incus[Desk(1)].Devices!["eth0"].ShouldNotContainKey("security.port_isolation");

        static DomainSpec Seat(int number, MachineSpec machine) =>
            Domain($"seat-{number}", number, machine) with { Ephemeral = true };
    }

    [Test]
    public void A_protected_bridge_of_a_class_that_has_own_networks_again_is_nothing_to_destroy_the_class_for()
    {
        var seats = Seats(1);
        seats[0].Ephemeral = false;
        var incus = new MemoryIncus().With(Request(seats));

        incus.Plan(Request(Domain("seat-1", 3))).Single(r => r.Id == Bridge).Reason.ShouldNotContain("Destroy");
    }

    [Test]
    public void A_card_that_somebody_took_out_of_isolation_is_put_back_with_a_restart_as_Incus_makes_it_anew()
    {
        var incus = new MemoryIncus().With(Request(Seats(1)));
        incus.Edit(Desk(1), o => o with
        {
            Devices = new(o.Devices!) { ["eth0"] = new(o.Devices!["eth0"]) { ["security.port_isolation"] = "false" } },
        });

        var update = incus.Plan(Request(Seats(1))).ShouldHaveSingleItem();

        update.Action.ShouldBe(ActionKind.Restart);
        update.Values().ShouldBe(["devices.eth0.security.port_isolation: false -> true (Drift)"]);
    }

    [Test]
    public void A_bridge_without_rules_for_a_moment_is_told_to_open_the_seats_to_each_other()
    {
        var incus = new MemoryIncus().With(Request(Seats(1)));
        incus.Edit(Bridge, o => o with { Config = new(o.Config!) { ["ipv4.nat"] = "false" } });

        incus.Plan(Request(Seats(1))).ShouldHaveSingleItem().Reason
            .ShouldBe("for about a second its machines reach each other, the host and the LAN");
    }

    [Test]
    public void Seats_that_say_different_things_of_their_network_are_refused()
    {
        SpecCheck.FaultsOf(Seats(2)).ShouldBeEmpty();
        var seats = Seats(2);
        seats[1].IncusNetworkAcl = seats[1].IncusNetworkAcl.Opened(new AclRuleSpec());

        SpecCheck.FaultsOf(seats).ShouldBe(
        [
            "Domain 'seat-2': it shares a network with 'seat-1', so incus_network, incus_network_acl and domain_ephemeral of "
                + "both must be the same.",
        ]);
    }

    private static ObjectId Desk(int number) => ObjectId.Instance($"seat-{number}", $"seat-{number}-desk");

    private static DomainSpec[] Seats(int count) =>
    [
        .. Enumerable.Range(1, count).Select(i => Domain($"seat-{i}", 50, Machine($"seat-{i}-desk", $"10.77.50.{i}")) with
        {
            Ephemeral = true,
            IncusNetwork = Network("net-seat", "10.77.50") with { SharedBy = "seat" },
            IncusNetworkAcl = Acl("net-seat", "10.77.50"),
        }),
    ];
}
