using System.Net;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>A bridge must not cut the host off from a network it is in.</summary>
internal sealed class SubnetGuardTests
{
    [TestCase("10.77.1.0/24")]
    [TestCase("10.0.0.0/8")]
    [TestCase("10.77.1.128/25")]
    public void A_subnet_that_overlaps_one_of_the_hosts_is_refused_before_anything_of_the_domain_is_made(string hosts)
    {
        var incus = new MemoryIncus { HostInterfaces = { ["lan0"] = [IPNetwork.Parse(hosts)] } };

        var request = Request(Domain("home", 1, Machine("web")), Domain("lab", 200));
        var planned = incus.Plan(request);
        var results = incus.Apply(request);

        results.Select(r => r.Error?.Message).ShouldBe(planned.Select(r => r.Error?.Message));

        var refused = results.Single(r => r.Id == ObjectId.Network("net-home")).Error!;
        refused.Code.ShouldBe("INFRA4022");
        refused.Message.ShouldContain($"overlaps {hosts} of interface 'lan0'");
        results.Single(r => r.Id == ObjectId.Acl("net-home")).Error!.Message.ShouldBe(
            "acl 'net-home' was left unchanged because network 'net-home' failed. Fix that and run it again.");
        results.Where(r => r.Id.Project == "home").ShouldAllBe(r => r.Status == ActionStatus.Blocked);
        incus.Objects.Keys.ShouldNotContain(id => id.Project == "home");
    }

    [Test]
    public void An_interface_of_the_host_with_the_name_of_the_bridge_is_refused_by_Plan_and_Apply_alike()
    {
        var incus = new MemoryIncus { HostInterfaces = { ["net-home"] = [] } };

        incus.Plan(Request(Domain("home", 1)))[1].Error!.Code.ShouldBe("INFRA4053");
        incus.Apply(Request(Domain("home", 1)))[1].Error!.Code.ShouldBe("INFRA4053");

        incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void Another_domain_does_not_wait_for_the_refused_one()
    {
        var incus = new MemoryIncus { HostInterfaces = { ["lan0"] = [IPNetwork.Parse("10.77.1.0/24")] } };

        incus.Apply(Request(Domain("home", 1), Domain("lab", 2)));

        incus.Objects.Keys.ShouldContain(ObjectId.OfProject("lab"));
    }

    [Test]
    public void A_network_of_somebody_else_in_Incus_counts_too()
    {
        var incus = new MemoryIncus();
        incus.Put(ObjectId.Network("incusbr0"), new() { Config = Map(("ipv4.address", "10.77.1.1/16")) });

        incus.Plan(Request(Domain("home", 1)))[1].Error!.Message.ShouldContain("network 'incusbr0'");
    }

    [Test]
    public void A_subnet_that_this_run_frees_can_be_had_by_the_next()
    {
        var home = Domain("home", 1);
        home.Ephemeral = true;
        var incus = new MemoryIncus().With(Request(home));
        var moved = Request(Domain("lab", 1)) with { AutoCleanup = true };

        incus.Apply(moved).Single(r => r.Error?.Code == "INFRA4022").Error!
            .Message.ShouldEndWith("This run deletes that one: apply again.");

        incus.With(moved).Plan(moved).ShouldBeEmpty();
    }

    [Test]
    public void A_bridge_that_is_there_already_is_not_asked_about_again()
    {
        var incus = new MemoryIncus().With(Request(Domain("home", 1)));
        incus.HostInterfaces["lan0"] = [IPNetwork.Parse("10.77.1.0/24")];

        incus.Plan(Request(Domain("home", 1))).ShouldBeEmpty();
    }

    [TestCase("10.1.2.254/24", "10.1.2.0/24")]
    [TestCase("10.1.2.3/0", "0.0.0.0/0")]
    [TestCase("none", null)]
    [TestCase("fd00::1/64", null)]
    [TestCase(null, null)]
    public void Only_an_IPv4_address_with_prefix_has_a_subnet(string? text, string? expected) =>
        (Subnets.OfAddress(text)?.ToString()).ShouldBe(expected);
}
