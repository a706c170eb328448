using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>Which member of a cluster machines come to, and what becomes of those whose member is away.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PlacementTests
{
    private readonly MemoryIncus _incus = new() { Cluster = Members(("m1", "Online"), ("m2", "Online"), ("m3", "Online")) };

    [Test]
    public void Domains_go_to_the_least_loaded_member_each_as_a_whole_and_count_what_is_about_to_be_made()
    {
        _incus.Put(ObjectId.Instance("other", "busy"), new IncusObject { Config = [], Location = "m1", Status = "Running" });

        _incus.With(Request(Home("a", 1, "a1", "a2"), Home("b", 2, "b1"), Home("c", 3, "c1")));

        Places("a1", "a2", "b1", "c1").ShouldBe(["m2", "m2", "m3", "m1"]);
        _incus.With(Request(Home("a", 1, "a1", "a2", "a3")));
        Places("a3").ShouldBe(["m2"], "where its domain lives");
    }

    [Test]
    public void A_target_is_a_member_or_a_group_and_another_one_is_refused_before_anything_is_made()
    {
        _incus.With(Request(Home("a", 1, "a1").On("m3"), Home("b", 2, "b1").On("@pair")));

        Places("a1", "b1").ShouldBe(["m3", "m2"]);
        Codes(_incus.Plan(Request(Home("c", 3, "c1").On("m4")))).ShouldContain("INFRA4103");
        Codes(_incus.Plan(Request(Home("d", 4, "d1").On("@none")))).ShouldContain("INFRA4103");
    }

    [Test]
    public void Machines_of_a_domain_with_several_targets_below_managed_sections_are_refused()
    {
        var domain = Home("a", 1, "a1", "a2").On("m1");
        domain.Machines[1].InstanceTarget = "m2";

        Codes(_incus.Plan(Request(domain))).ShouldContain("INFRA4104");
    }

    [Test]
    public void A_network_that_is_not_on_all_members_yet_is_completed_and_not_deleted()
    {
        var request = Request(Home("a", 1, "a1"));
        var network = ObjectId.Network("net-a");
        _incus.Put(network, new IncusObject { Status = "Pending", Locations = ["m1", "m2"], Config = [] });

        _incus.Plan(request).Single(r => r.Id == network).Action.ShouldBe(ActionKind.Create);
        _incus.Edit(network, o => o with { Status = "Errored" });
        Codes(_incus.Plan(request)).ShouldContain("INFRA4054", "somebody else's, who has to finish it");
    }

    [Test]
    public void Members_that_take_no_machines_by_themselves_get_none_unless_they_are_named()
    {
        _incus.Cluster = new Cluster([.. _incus.Cluster!.Members.Select((m, i) => m with
        {
            Config = Map(("scheduler.instance", i == 2 ? "group" : "manual")),
        })]);

        Codes(_incus.Plan(Request(Home("a", 1, "a1")))).ShouldContain("INFRA4105");
        _incus.With(Request(Home("b", 2, "b1").On("@trio"), Home("c", 3, "c1").On("m1")));
        Places("b1", "c1").ShouldBe(["m3", "m1"]);
    }

    [Test]
    public void Domains_with_a_policy_go_to_one_member_and_where_they_cannot_the_policy_is_an_error()
    {
        var (a, b) = (Home("a", 1, "a1"), Home("b", 2, "b1").On("m2"));
        a.IncusNetworkAcl.Partners = ["b"];
        b.IncusNetworkAcl.Partners = ["a"];

        _incus.With(Request(a, b));

        Places("a1", "b1").ShouldBe(["m2", "m2"]);
        _incus.Edit(ObjectId.Instance("a", "a1"), o => o with { Location = "m1" });
        Codes(_incus.Plan(Request(a, b))).ShouldBe(["INFRA4107", "INFRA4107"]);
        b.IncusNetworkAcl.Ingress = [];
        _incus.Apply(Request(a, b)).Lines().ShouldContain("update acl 'net-b': done", "what it closes is closed all the same");
    }

    [Test]
    public void Domains_that_policies_join_by_way_of_others_go_to_one_member_whichever_of_them_is_there_already()
    {
        _incus.With(Request(Home("d", 4, "d1").On("m2")));
        var (a, b, c, d) = (Home("a", 1, "a1"), Home("b", 2, "b1"), Home("c", 3, "c1"), Home("d", 4, "d1"));
        a.IncusNetworkAcl.Partners = ["b"];
        b.IncusNetworkAcl.Partners = ["a", "c"];
        c.IncusNetworkAcl.Partners = ["b", "d"];
        d.IncusNetworkAcl.Partners = ["c"];

        _incus.With(Request(a, b, c, d));

        Places("a1", "b1", "c1", "d1").ShouldBe(["m2", "m2", "m2", "m2"]);
    }

    [Test]
    public void Machines_of_a_label_are_kept_apart_before_load_counts_and_share_a_member_only_where_none_is_left()
    {
        _incus.Put(ObjectId.Instance("other", "busy"), new IncusObject { Config = [], Location = "m3", Status = "Running" });

        var results = _incus.Apply(Request(
            Home("a", 1, "a1").Apart("web"), Home("b", 2, "b1", "b2"), Home("c", 3, "c1").Apart("web"),
            Home("d", 4, "d1").Apart("web"), Home("e", 5, "e1").On("@pair").Apart("web")));

        Places("a1", "b1", "c1", "d1", "e1").ShouldBe(["m1", "m1", "m3", "m2", "m2"]);
        results.Single(r => r.Id == Instance("d1")).Reason.ShouldBe("on member 'm2', beside 1 more of 'web'");
        results.Single(r => r.Id == Instance("c1")).Reason.ShouldBe("on member 'm3'");
    }

    [Test]
    public void A_machine_comes_where_its_volume_is_and_a_volume_that_two_members_have_is_an_error()
    {
        var domain = WithVolume(Home("a", 1, "a1"));
        _incus.With(Request(domain));
        _incus.Objects.Remove(Instance("a1"));
        _incus.Edit(Volume, o => o with { Location = "m3" });

        _incus.With(Request(domain));

        Places("a1").ShouldBe(["m3"]);
        _incus.Objects.Remove(Instance("a1"));
        _incus.With(Request(domain.On("m2")) with { AllowMove = true });
        Places("a1").ShouldBe(["m3"], "the next run moves both");
        _incus.With(Request(domain.On("m2")) with { AllowMove = true });
        (Places("a1").Single(), _incus[Volume].Location).ShouldBe(("m2", "m2"));
        _incus.Edit(Volume, o => o with { AlsoOn = "m1" });
        Codes(_incus.Plan(Request(domain))).ShouldContain("INFRA4106");
    }

    [Test]
    public void A_machine_elsewhere_than_wanted_is_neither_moved_nor_replaced_and_new_ones_join_it()
    {
        _incus.With(Request(Home("a", 1, "a1").On("m1")));

        var results = _incus.Apply(Request(Home("a", 1, "a1", "a2").On("m2")) with { AllowReplace = true });

        var withheld = results.Single(r => r.Action == ActionKind.Move);
        (withheld.Status, withheld.Reason).ShouldBe(
            (ActionStatus.Skipped, "it is on 'm1' and wanted on 'm2'; allow it with AllowMove=true"));
        Places("a1", "a2").ShouldBe(["m1", "m1"]);
        Evacuate("a1", "m2", "m3");
        Evacuate("a2", "m2", "m3");
        _incus.Plan(Request(Home("a", 1, "a1", "a2").On("m2"))).Lines().ShouldBeEmpty("Incus moved it, and will move it back");
        _incus.Plan(Request(Home("a", 1, "a1", "a2").On("m1")) with { AllowMove = true })
            .ShouldAllBe(r => r.Action == ActionKind.Evacuated);
    }

    [Test]
    public void A_move_that_is_allowed_takes_the_whole_domain_along_with_its_volumes_and_what_else_has_changed()
    {
        var partner = Home("b", 2, "b1");
        var domain = WithVolume(Home("a", 1, "a1", "a2").On("m1"));
        domain.IncusNetworkAcl.Partners = ["b"];
        partner.IncusNetworkAcl.Partners = ["a"];
        _incus.With(Request(domain));
        var uuid = _incus[Instance("a1")].Config!["volatile.uuid"];
        domain.Machines[0].InstanceDescription = "new";
        domain.Machines = [.. domain.On("@trio").Machines, Machine("a3")];
        domain.Machines[2].InstanceTarget = "@trio";

        var results = _incus.Apply(Request(domain, partner) with { AllowMove = true });

        results.Where(r => r.Error is not null).ShouldBeEmpty();
        Places("a1", "a2", "a3", "b1").Distinct().ShouldHaveSingleItem().ShouldBeOneOf("m2", "m3");
        _incus[Volume].Location.ShouldBe(_incus[Instance("a1")].Location);
        _incus[Instance("a1")].ShouldSatisfyAllConditions(
            a1 => a1.IsUp.ShouldBeTrue(),
            a1 => a1.Description.ShouldBe("new"),
            a1 => a1.Config!["volatile.uuid"].ShouldBe(uuid));
        results.Single(r => r.Id == Instance("a1")).Values().ShouldBe(["description:  -> new (Wanted)"]);
        _incus.Plan(Request(domain, partner)).ShouldBeEmpty();
    }

    [TestCase("stop instance")]
    [TestCase("move volume")]
    [TestCase("restore volume")]
    [TestCase("move instance")]
    [TestCase("start instance")]
    public void A_move_that_was_killed_is_completed_and_one_that_Incus_refuses_is_undone(string step)
    {
        var domain = WithVolume(Home("a", 1, "a1").On("m1"));
        _incus.With(Request(domain));
        var config = _incus[Volume].Config;
        var request = Request(domain.On("m2")) with { AllowMove = true };
        _incus.BeforeChange = (verb, id) =>
        {
            if ($"{verb} {id.Word}" == step && _incus[Instance("a1")].Location == "m1")
            {
                throw new IncusErrorException(500, "no");
            }
        };
        if (step is not ("start instance" or "restore volume"))
        {
            _incus.Apply(request).Single().Error!.Message.ShouldContain("Incus says: no");
            (_incus[Volume].Location, _incus[Instance("a1")].IsUp).ShouldBe(("m1", true));
        }

        _incus.BeforeChange = (verb, id) =>
        {
            if ($"{verb} {id.Word}" == step)
            {
                throw new InvalidOperationException("killed");
            }
        };
        Should.Throw<InvalidOperationException>(() => _incus.Apply(request));
        _incus.BeforeChange = (_, _) => { };

        // What was begun needs no leave: it stands still already.
        _incus.With(request with { AllowMove = step == "stop instance" });

        (_incus[Volume].Location, _incus[Instance("a1")].Location, _incus[Instance("a1")].IsUp).ShouldBe(("m2", "m2", true));
        _incus[Volume].Config.ShouldBe(config);
        _incus[Instance("a1")].Config!.Keys.ShouldNotContain("user.infra.move");
        _incus.Plan(request).ShouldBeEmpty();
    }

    [Test]
    public void A_move_that_was_begun_and_is_no_longer_wanted_goes_back()
    {
        var domain = WithVolume(Home("a", 1, "a1").On("m1"));
        _incus.With(Request(domain));
        _incus.BeforeChange = (verb, id) =>
        {
            if (verb == "move" && id.Kind == ObjectKind.Instance)
            {
                throw new InvalidOperationException("killed");
            }
        };
        Should.Throw<InvalidOperationException>(() => _incus.Apply(Request(domain.On("m2")) with { AllowMove = true }));
        _incus.BeforeChange = (_, _) => { };

        _incus.With(Request(domain));

        (_incus[Volume].Location, _incus[Instance("a1")].IsUp).ShouldBe(("m1", true));
        _incus.Plan(Request(domain)).ShouldBeEmpty();
    }

    [Test]
    public void A_move_that_cannot_be_is_an_error_and_what_else_has_changed_is_changed()
    {
        var domain = Home("a", 1, "a1", "a2").On("m1");
        _incus.Put(ObjectId.Volume("a", "default", "shared"), new IncusObject { Config = [], Location = "m1" });
        domain.Machines[0].InstanceDevices = Device(
            "more", ("type", "disk"), ("pool", "default"), ("source", "shared"), ("path", "/more"));
        _incus.With(Request(domain));
        domain.Machines[0].InstanceDescription = "new";

        Codes(_incus.Apply(Request(domain.On("m2")) with { AllowMove = true })).ShouldBe(["INFRA4109"]);

        Places("a1", "a2").ShouldBe(["m1", "m2"]);
        _incus[Instance("a1")].Description.ShouldBe("new");
        Codes(_incus.Plan(Request(domain.On("m4")))).ShouldBe(["INFRA4103", "INFRA4103"], "a slip of the pen");
        Silence("m3");
        Codes(_incus.Plan(Request(domain.On("m3")) with { AllowMove = true })).ShouldBe(["INFRA4108", "INFRA4108"]);
        Codes(_incus.Plan(Request(domain.On("m3")))).ShouldBeEmpty("nobody asked for the move");
    }

    [Test]
    public void What_is_on_a_silent_member_is_left_alone_and_what_needs_a_network_that_cannot_change_is_made_all_the_same()
    {
        _incus.With(Request(Home("a", 1, "a1").On("m1"), Home("b", 2, "b1").On("m3")));
        Silence("m3");
        var living = Home("a", 1, "a1", "a2").On("m1") with { Description = "new" };

        var results = _incus.Apply(Request(living, Home("b", 2, "b1", "b2").On("m3"), Home("c", 3, "c1")) with
        {
            AutoCleanup = true,
            AllowReplace = true,
        });

        results.Select(r => $"{r.Id.Word} {r.Id.Name}: {r.Status} {r.Error?.Code}".Trim()).ShouldBe(
        [
            "acl net-a: Failed INFRA4101", "acl net-c: Failed INFRA4021", "network net-a: Failed INFRA4101",
            "network net-c: Failed INFRA4101", "project a: Done", "project c: Blocked INFRA4021",
            "profile default: Blocked INFRA4021", "instance a2: Done", "instance b1: Unreachable INFRA4100",
            "instance b2: Failed INFRA4102",
            "instance c1: Blocked INFRA4021",
        ], ignoreOrder: true);
    }

    [Test]
    public void An_orphan_on_a_silent_member_is_told_and_stays()
    {
        _incus.With(Request(Home("a", 1, "a1").On("m1"), Home("b", 2, "b1").On("m3")));
        Silence("m3");

        var results = _incus.Apply(Request(Home("a", 1, "a1").On("m1")) with { AutoCleanup = true });

        results.ShouldAllBe(r => r.Status == ActionStatus.Skipped && r.Action == ActionKind.Orphan);
        results.Single(r => r.Id == ObjectId.Instance("b", "b1")).Reason.ShouldContain("while m3 of the cluster does not answer");
    }

    [Test]
    public void A_machine_that_gets_another_name_and_target_is_there_after_one_run_and_the_plan_says_so()
    {
        _incus.With(Request(WithVolume(Home("a", 1, "a1").On("m1"))));
        var request = Request(Renamed("m2")) with { AllowMove = true };

        _incus.Plan(request).ShouldHaveSingleItem().Reason.ShouldBe("it was 'a1', then from member 'm1' to 'm2'");
        _incus.Apply(request).Lines().ShouldBe([$"rename {Instance("a2")}: done"]);

        Places("a2").ShouldBe(["m2"]);
        _incus[Instance("a2")].IsUp.ShouldBeTrue();
        _incus[ObjectId.Volume("a", "default", "a2-data")].Location.ShouldBe("m2");
        _incus.Plan(request).ShouldBeEmpty();
    }

    [Test]
    public void A_machine_on_a_silent_member_gets_its_other_name_later_and_meanwhile_its_volume_is_nobody_elses()
    {
        _incus.With(Request(WithVolume(Home("a", 1, "a1").On("m3"))));
        Silence("m3");

        var results = _incus.Apply(Request(Renamed("m3")) with { AllowMove = true, AutoCleanup = true });

        results.Lines().ShouldBe([$"unreachable {Instance("a2")}: unreachable"]);
    }

    [Test]
    public void A_machine_on_an_evacuated_member_gets_its_other_name_when_that_is_restored()
    {
        _incus.With(Request(WithVolume(Home("a", 1, "a1").On("m3"))));
        _incus.Edit(Instance("a1"), o => o with { Status = "Stopped" });
        _incus.Cluster = Members(("m1", "Online"), ("m2", "Online"), ("m3", "Evacuated"));

        _incus.Apply(Request(Renamed("m3")) with { AllowMove = true }).ShouldHaveSingleItem().Action
            .ShouldBe(ActionKind.Evacuated);

        _incus.Objects.ShouldContainKey(Instance("a1"));
    }

    private static DomainSpec Renamed(string target)
    {
        var domain = WithVolume(Home("a", 1, "a2").On(target));
        domain.Machines[0].InstanceWas = "a1";
        return domain;
    }

    private static ObjectId Volume => ObjectId.Volume("a", "default", "a1-data");

    private static ObjectId Instance(string name) => ObjectId.Instance(name[..1], name);

    private static DomainSpec WithVolume(DomainSpec domain)
    {
        domain.Machines[0].InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } };
        return domain;
    }

    private void Evacuate(string name, string from, string to) => _incus.Edit(Instance(name), o => o with
    {
        Location = to,
        Config = new(o.Config!) { ["volatile.evacuate.origin"] = from },
    });

    [Test]
    public void A_Destroy_says_what_it_cannot_reach_and_deletes_the_rest()
    {
        _incus.With(Request(Home("a", 1, "a1").On("m1"), Home("b", 2, "b1").On("m3")));
        Silence("m3");

        var results = _incus.Destroy(new RemovalRequest { Project = Project, Id = Project });

        results.Select(r => $"{r.Id.Word} {r.Id.Name}: {r.Status} {r.Error?.Code}".Trim()).ShouldBe(
        [
            "instance a1: Done", "instance b1: Failed INFRA4112", "project a: Done", "project b: Skipped",
            "network net-a: Failed INFRA4101", "network net-b: Failed INFRA4101", "acl net-a: Failed INFRA4101",
            "acl net-b: Failed INFRA4101",
        ], ignoreOrder: true);
    }

    // What cannot be asked shows as Incus shows it.
    private void Silence(string member)
    {
        _incus.Cluster = new Cluster(
            [.. _incus.Cluster!.Members.Select(m => m.ServerName == member ? m with { Status = "Offline" } : m)]);
        foreach (var id in _incus.Objects.Where(o => o.Key.Kind == ObjectKind.Instance && o.Value.Object.Location == member)
            .Select(o => o.Key).ToList())
        {
            _incus.Put(id, new IncusObject { Status = "Error", Location = member, Type = "container" });
        }
    }

    private IEnumerable<string?> Places(params string[] machines) => machines.Select(name => _incus.Objects
        .Single(o => o.Key.Kind == ObjectKind.Instance && o.Key.Name == name).Value.Object.Location);

    private static IEnumerable<string> Codes(IEnumerable<ActionResult> results) =>
        results.Select(r => r.Error?.Code).OfType<string>();

    private static DomainSpec Home(string name, int number, params string[] machines) =>
        Domain(name, number, [.. machines.Select(m => Machine(m))]) with { Ephemeral = true };

    private static Cluster Members(params (string Name, string Status)[] members) => new(
    [
        .. members.Select((m, i) => new ClusterMember
        {
            ServerName = m.Name,
            Status = m.Status,
            Groups = i == 1 ? ["pair", "trio"] : i == 2 ? ["trio"] : [],
        }),
    ]);
}

/// <summary>A domain for which infra.yml says where its machines go.</summary>
internal static class Targets
{
    public static DomainSpec On(this DomainSpec domain, string target) => domain with
    {
        Machines = [.. domain.Machines.Select(m => m with { InstanceTarget = target })],
    };

    /// <summary>With the tunnel that the build gives it.</summary>
    public static DomainSpec Linked(this DomainSpec domain, string link)
    {
        var octets = domain.IncusNetwork.Subnet.Split('.').Take(3).Select(byte.Parse).ToList();
        return domain with
        {
            IncusNetwork = domain.IncusNetwork with
            {
                Tunnel = new TunnelSpec
                {
                    Interface = link,
                    Id = (octets[0] << 16) | (octets[1] << 8) | octets[2],
                    Group = "239.192.1.2",
                    Port = 14789,
                },
            },
        };
    }

    public static DomainSpec Apart(this DomainSpec domain, string label) => domain with
    {
        Machines = [.. domain.Machines.Select(m => m with { InstanceSpread = label })],
    };
}
