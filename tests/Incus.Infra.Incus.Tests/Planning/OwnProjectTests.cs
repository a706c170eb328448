using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>The project of a domain with a certificate: what Incus allows there, when, and who loses access.</summary>
internal sealed class OwnProjectTests
{
    private static readonly ObjectId Seat = ObjectId.OfProject("seat");
    private static readonly Grant Used = new(new(ObjectKind.Certificate, "seat", "3f"), "seat", Token: null);
    private static readonly Grant Waiting = new(new(ObjectKind.Token, "seat", "7c"), "seat", Token: "secret");

    [Test]
    public void A_project_allows_what_its_machines_use_and_as_much_as_they_have()
    {
        var incus = new MemoryIncus().With(Request(Own(
            Machine("a") with
            {
                InstanceConfig = Map(("limits.memory", "1GiB"), ("limits.cpu", "2"), ("security.nesting", "true")),
                InstanceDevices = Device("share", ("type", "disk"), ("source", "/srv/a"), ("path", "/mnt")),
            },
            Machine("b") with { InstanceConfig = Map(("limits.memory", "512MiB"), ("limits.cpu", "0-1")) })));

        incus[Seat].Config!.Where(c => c.Key.StartsWith("restricted") || c.Key.StartsWith("limits.")).ToDictionary().ShouldBe(
            Map(
                ("restricted", "true"), ("restricted.networks.access", "net-seat"), ("restricted.snapshots", "allow"),
                ("restricted.backups", "allow"), ("restricted.containers.nesting", "allow"), ("restricted.devices.disk", "allow"),
                ("restricted.devices.disk.paths", "/srv/a"), ("limits.instances", "2"), ("limits.memory", "1610612736")),
            ignoreOrder: true);
    }

    [Test]
    public void A_project_allows_more_before_its_machines_change_and_less_after()
    {
        var incus = new MemoryIncus().With(Request(Own(Limited("a", "1GiB", ("security.nesting", "true")))));
        var next = Request(Own(Limited("a", "512MiB") with { InstanceDevices = Device("key", ("type", "usb")) }));

        incus.Plan(next).Where(r => r.Id == Seat).SelectMany(r => r.Values()).ShouldBe(
        [
            "config.restricted.devices.usb:  -> allow (Wanted)",
            "config.limits.memory: 1073741824 -> 536870912 (Wanted)",
            "config.restricted.devices.usb:  -> allow (Wanted)",
            "config.restricted.containers.nesting: allow ->  (Removed)",
        ]);
        incus.Apply(next);

        incus.Changes.ShouldBe(["update project 'seat'", "update instance 'a' in project 'seat'", "update project 'seat'"]);
        incus.Plan(next).ShouldBeEmpty();
    }

    [Test]
    public void A_project_is_restricted_once_its_machines_are_as_infra_yml_has_them()
    {
        var incus = new MemoryIncus().With(Request(Domain("seat", 1, Limited("a", "1GiB"))));

        incus.Apply(Request(Own(Limited("a", "2GiB"))));

        incus.Changes[^1].ShouldBe("update project 'seat'");
        incus[Seat].Config!["restricted"].ShouldBe("true");
    }

    [Test]
    public void What_was_handed_out_is_taken_back_before_the_project_is_opened()
    {
        var incus = new MemoryIncus().With(Request(Own(Machine("a"))));
        incus.Grants.AddRange([Used, Waiting, Used with { Domain = "other" }]);

        incus.Apply(Request(Domain("seat", 1, Machine("a"))));

        incus.Changes.ShouldBe(
            ["delete certificate '3f' in project 'seat'", "delete token '7c' in project 'seat'", "update project 'seat'"],
            ignoreOrder: true);
        incus.Changes[^1].ShouldBe("update project 'seat'");
    }

    [Test]
    public void A_project_whose_certificate_cannot_be_taken_back_stays_restricted()
    {
        var incus = new MemoryIncus().With(Request(Own(Machine("a"))));
        incus.Grants.Add(Used);
        incus.BeforeChange = (_, id) =>
        {
            if (id == Used.Id)
            {
                throw new Diagnostics.IncusErrorException(500, "no");
            }
        };

        incus.Apply(Request(Domain("seat", 1, Machine("a")))).Count(r => r.Error is not null).ShouldBe(2);

        incus[Seat].Config!["restricted"].ShouldBe("true");
    }

    [Test]
    public void A_domain_that_is_gone_or_destroyed_leaves_no_certificate()
    {
        var incus = new MemoryIncus().With(Request(Own(Machine("a"))));
        incus.Grants.Add(Used);
        incus.Apply(Request());
        incus.Changes.ShouldBe(["delete certificate '3f' in project 'seat'"]);

        incus.Grants.Add(Waiting);
        incus.Apply(Request() with { Scope = new HashSet<string> { "home" } });
        incus.Grants.ShouldNotBeEmpty();
        incus.Destroy(new RemovalRequest { Project = Project, Id = Project, IncludeProtected = true });
        incus.Grants.ShouldBeEmpty();
    }

    [Test]
    public void Nobody_asks_for_certificates_where_no_project_was_ever_restricted_or_still_is()
    {
        var incus = new MemoryIncus().With(Request(Own(Machine("a")), Domain("home", 2, Machine("b"))));

        incus.Apply(Request(Own(Machine("a")), Domain("home", 2, Machine("b"))));

        incus.GrantReads.ShouldBe(0);
    }

    [Test]
    public void A_replacement_has_room_for_both_instances_and_leaves_the_limits_as_they_were()
    {
        var incus = new MemoryIncus().With(Request(Own(Limited("a", "1GiB"))));
        var request = Request(Own(Limited("a", "1GiB") with { InstanceOsImage = "debian" })) with { AllowReplace = true };

        incus.Plan(request).Where(r => r.Id == Seat).Select(r => r.Reason).ShouldBe(["makes room for replacements first", ""]);
        incus.With(request).Plan(request).ShouldBeEmpty();
        incus[Seat].Config!["limits.instances"].ShouldBe("1");
    }

    private static DomainSpec Own(params MachineSpec[] machines) =>
        Domain("seat", 1, machines) with { IncusAccess = DomainSpec.Own };

    private static MachineSpec Limited(string name, string memory, params (string, string)[] config) =>
        Machine(name) with { InstanceConfig = Map([("limits.memory", memory), .. config]) };
}
