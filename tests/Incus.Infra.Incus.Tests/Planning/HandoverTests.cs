using System.Net;
using CsCheck;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>Domains that take over each other's subnets, and machines each other's addresses, have them after one run.</summary>
internal sealed class HandoverTests
{
    private static readonly int[] Numbers = [1, 2, 3, 4, 5];
    private static readonly ObjectId Home = ObjectId.Network("net-home");
    private static readonly ObjectId Lab = ObjectId.Network("net-lab");

    [Test]
    public void Domains_swap_their_subnets_and_a_plan_says_how()
    {
        var incus = new MemoryIncus().With(Numbered(("home", 1), ("lab", 2)));
        var swapped = Numbered(("home", 2), ("lab", 1));

        var planned = incus.Plan(swapped);
        planned.Where(r => r.Reason.Length > 0).Select(r => (r.Id, r.Reason)).ShouldBe(
        [
            (Home, "gives its subnet to network 'net-lab' first"),
            (Lab, "gives its subnet to network 'net-home' first"),
            (Home, "for about a second its machines reach the host and the LAN"),
            (Lab, "for about a second its machines reach the host and the LAN"),
        ]);
        planned[0].Values().ShouldBe(
        [
            "config.ipv4.address: 10.77.1.254/24 -> none (Wanted)",
            "config.ipv4.dhcp.ranges: 10.77.1.100-10.77.1.199 ->  (Wanted)",
        ]);
        incus.Apply(swapped).Select(r => (r.Id, r.Action, r.Status)).ShouldBe(
            planned.Select(r => (r.Id, r.Action, ActionStatus.Done)));

        incus[Home].Config!["ipv4.address"].ShouldBe("10.77.2.254/24");
        incus.Plan(swapped).ShouldBeEmpty();
    }

    [Test]
    public void Any_exchange_of_subnets_among_old_new_and_leaving_domains_needs_one_run() =>
        Gen.Select(Gen.Shuffle(Numbers), Gen.Shuffle(Numbers)).Sample(
            (before, after) =>
            {
                string[] names = ["home", "lab", "shop", "dmz"];
                var incus = new MemoryIncus().With(Numbered([.. names.Take(3).Zip(before)]));
                var request = Numbered([.. names.Zip(after)]);

                incus.With(request).Plan(request).ShouldBeEmpty();
            },
            iter: 100);

    [Test]
    public void A_run_that_is_killed_in_the_midst_of_an_exchange_is_completed_by_the_next([Range(1, 6)] int change)
    {
        var incus = new MemoryIncus().With(Numbered(("home", 1), ("lab", 2)));
        var swapped = Numbered(("home", 2), ("lab", 1));
        var changes = 0;
        incus.BeforeChange = (_, _) =>
        {
            if (++changes >= change)
            {
                throw new InvalidOperationException("killed");
            }
        };
        Should.Throw<InvalidOperationException>(() => incus.Apply(swapped));
        incus.BeforeChange = (_, _) => { };

        incus.With(swapped).Plan(swapped).ShouldBeEmpty();
    }

    [Test]
    public void A_subnet_is_not_given_up_for_one_that_cannot_be_had()
    {
        var incus = new MemoryIncus().With(Numbered(("home", 1), ("lab", 2)));
        incus.HostInterfaces["lan0"] = [IPNetwork.Parse("10.77.3.0/24")];

        var results = incus.Apply(Numbered(("home", 2), ("lab", 3)));

        results.Single(r => r.Id == Lab).Error!.Code.ShouldBe("INFRA4022");
        results.Single(r => r.Id == Home).Error!.Message.ShouldBe(
            "network 'net-home' was left unchanged because network 'net-lab' failed. Fix that and run it again.");
        incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void A_subnet_that_Incus_does_not_let_go_is_not_taken()
    {
        var incus = new MemoryIncus().With(Numbered(("home", 1), ("lab", 2)));
        incus.BeforeChange = (_, id) =>
        {
            if (id == Lab)
            {
                throw new IncusErrorException(400, "bad luck");
            }
        };

        var results = incus.Apply(Numbered(("home", 2), ("lab", 3)));

        results.Single(r => r.Id == Home).Status.ShouldBe(ActionStatus.Blocked);
        incus.Changes.ShouldBe(["update acl 'net-home'", "update acl 'net-lab'"]);
    }

    [Test]
    public void Machines_of_a_network_that_is_refused_are_left_alone()
    {
        var incus = new MemoryIncus().With(Numbered(("home", 1), ("lab", 2)));
        incus.BeforeChange = (_, id) =>
        {
            if (id == Home)
            {
                throw new IncusErrorException(400, "bad luck");
            }
        };

        var results = incus.Apply(Numbered(("home", 3), ("lab", 2)));

        results.Select(r => r.Status).ShouldBe([ActionStatus.Done, ActionStatus.Failed, ActionStatus.Blocked]);
        incus.Changes.ShouldBe(["update acl 'net-home'"]);
    }

    [Test]
    public void Machines_swap_addresses_on_one_bridge_and_give_none_up_for_those_on_another()
    {
        var incus = new MemoryIncus().With(Request(Domain("home", 1, Machine("a", "10.77.1.1"), Machine("b", "10.77.1.2"))));

        var swapped = Request(Domain("home", 1, Machine("a", "10.77.1.2"), Machine("b", "10.77.1.1")));
        incus.Apply(swapped).Select(r => (r.Action, r.Status)).ShouldBe(
        [
            (ActionKind.Update, ActionStatus.Done),
            (ActionKind.Update, ActionStatus.Done),
            (ActionKind.Restart, ActionStatus.Done),
            (ActionKind.Restart, ActionStatus.Done),
        ]);
        incus.Plan(swapped).ShouldBeEmpty();
    }

    private static EngineRequest Numbered(params (string Name, int Number)[] domains) => Request(
        [.. domains.Select(d => Domain(d.Name, d.Number, Machine("web", $"10.77.{d.Number}.5")))]);
}
