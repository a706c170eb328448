using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>What is ours and no longer in infra.yml.</summary>
internal sealed class OrphanTests
{
    private static readonly HashSet<ObjectKind> Networks = [ObjectKind.Acl, ObjectKind.Network];

    [Test]
    public void An_orphan_is_reported_and_kept_without_AutoCleanup()
    {
        var incus = Two();

        var orphan = incus.Apply(Request(Lab(Machine("a")))).Single();

        orphan.Action.ShouldBe(ActionKind.Orphan);
        orphan.Id.ShouldBe(ObjectId.Instance("lab", "b"));
        incus.Changes.ShouldBeEmpty();
    }

    [TestCase("Running")]
    [TestCase("Ready")]
    [TestCase("Frozen")]
    public void With_AutoCleanup_exactly_the_orphan_is_deleted(string status)
    {
        var incus = Two();
        incus.Edit(ObjectId.Instance("lab", "b"), o => o with { Status = status });

        incus.Apply(Request(Lab(Machine("a"))) with { AutoCleanup = true });

        incus.Changes.ShouldBe(["stop instance 'b' in project 'lab'", "delete instance 'b' in project 'lab'"]);
    }

    [Test]
    public void A_whole_domain_goes_in_the_order_that_Incus_needs()
    {
        var machine = Machine("a");
        machine.InstanceProfiles = ["default", "extra"];
        machine.InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } };
        var lab = Lab(machine);
        lab.IncusProfiles = new Dictionary<string, ProfileSpec> { ["extra"] = new() };
        var incus = new MemoryIncus().With(Request(lab));

        incus.Apply(Request() with { AutoCleanup = true }).Where(r => r.Error is not null).ShouldBeEmpty();

        incus.Objects.ShouldBeEmpty();
        incus.Changes.ShouldBe(
        [
            "stop instance 'a' in project 'lab'",
            "delete instance 'a' in project 'lab'",
            "delete volume 'a-data' in project 'lab', pool 'default'",
            "delete profile 'extra' in project 'lab'",
            "delete project 'lab'",
            "delete network 'net-lab'",
            "delete acl 'net-lab'",
        ]);
    }

    [Test]
    public void What_is_protected_is_never_deleted()
    {
        var machine = Machine("a");
        machine.InstanceEphemeral = false;
        machine.InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } };
        var incus = new MemoryIncus().With(Request(Domain("lab", 1, machine)));

        var results = incus.Apply(Request() with { AutoCleanup = true });

        results.Select(r => r.Action).Distinct().ShouldBe([ActionKind.Protected]);
        incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void How_to_delete_what_is_protected_is_said_for_a_machine_and_for_a_whole_domain()
    {
        var machine = Machine("a");
        machine.InstanceEphemeral = false;
        var incus = new MemoryIncus().With(Request(Lab(machine)));

        incus.Plan(Request(Lab())).Single().Reason.ShouldBe(
            "no longer in infra.yml; to delete it, bring it back with ephemeral: true, apply, "
            + "and remove it with AutoCleanup=true");
        incus.Plan(Request())[0].Reason.ShouldBe(
            "its domain 'lab' is no longer in infra.yml; delete it with Destroy, Domain=lab and IncludeProtected=true");
    }

    [Test]
    public void A_bridge_is_gone_with_its_domain_although_the_name_of_another_one_begins_with_it()
    {
        var other = Domain("lab-two", 2, Machine("b"));
        var incus = new MemoryIncus().With(Request(Lab(Machine("a")), other));

        incus.Plan(Request(other)).Select(r => r.Reason).Distinct()
            .ShouldBe(["its domain 'lab' is no longer in infra.yml; delete it with AutoCleanup=true"]);
    }

    [TestCase("true")]
    [TestCase("True")]
    [TestCase("1")]
    [TestCase("YES")]
    [TestCase("on")]
    public void A_machine_that_somebody_protects_by_any_of_Incus_words_for_true_stays(string word)
    {
        var incus = new MemoryIncus().With(Request(Lab(Machine("a"))));
        var machine = ObjectId.Instance("lab", "a");
        incus.Edit(machine, o => o with { Config = new(o.Config!) { ["security.protection.delete"] = word } });

        incus.Apply(Request(Lab()) with { AutoCleanup = true }).Single(r => r.Id == machine).Action
            .ShouldBe(ActionKind.Protected);
    }

    [Test]
    public void Foreign_objects_are_no_orphans_and_keep_what_they_use()
    {
        var incus = Two();
        var foreign = ObjectId.Instance("lab", "foreign");
        incus.Put(foreign, new() { Config = [], Devices = [], Profiles = ["default"], Status = "Running" });

        var results = incus.Apply(Request() with { AutoCleanup = true });

        incus.Objects.Keys.ShouldContain(foreign);
        var project = results.Single(r => r.Id == ObjectId.OfProject("lab"));
        project.Action.ShouldBe(ActionKind.Orphan);
        project.Reason.ShouldBe(
            "its domain 'lab' is no longer in infra.yml, but still used by instance 'foreign' in project 'lab'");
        results.Single(r => r.Id == ObjectId.Network("net-lab")).Action.ShouldBe(ActionKind.Orphan);
    }

    [Test]
    public void A_profile_that_infra_yml_no_longer_has_is_let_go_and_deleted_in_one_run()
    {
        var before = Machine("a");
        before.InstanceProfiles = ["default", "extra"];
        var lab = Lab(before);
        lab.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["extra"] = new() { Config = Map(("security.protection.delete", "true")) },
        };
        var incus = new MemoryIncus().With(Request(lab));

        incus.Apply(Request(Lab(Machine("a"))) with { AutoCleanup = true }).Lines().ShouldBe(
        [
            "update instance 'a' in project 'lab': done",
            "delete profile 'extra' in project 'lab': done",
        ]);
    }

    [Test]
    public void Outside_the_scope_nothing_is_an_orphan_and_nothing_changes()
    {
        var incus = new MemoryIncus().With(Request(Lab(Machine("a")), Domain("home", 2, Machine("h"))));
        var edited = Domain("home", 2, Machine("h"));
        edited.Description = "edited";

        var results = incus.Apply(Request(Lab(), edited) with { Scope = new HashSet<string> { "lab" }, AutoCleanup = true });

        results.Lines().ShouldBe(["delete instance 'a' in project 'lab': done"]);
    }

    [Test]
    public void A_domain_that_is_switched_off_is_left_as_it_is()
    {
        var incus = Two();

        incus.Apply(Request() with { Keep = new HashSet<string> { "lab" }, AutoCleanup = true }).ShouldBeEmpty();
    }

    [Test]
    public void Of_the_kinds_that_were_asked_for_only_those_are_touched()
    {
        var incus = new MemoryIncus();

        incus.Apply(Request(Lab(Machine("a"))) with { Kinds = Networks }).Lines()
            .ShouldBe(["create acl 'net-lab': done", "create network 'net-lab': done"]);
        incus.Apply(Request(Lab(Machine("a"))) with { Kinds = new HashSet<ObjectKind> { ObjectKind.Project } }).Lines()
            .ShouldBe(["create project 'lab': done", "create profile 'default' in project 'lab': done"]);
    }

    [Test]
    public void Networks_alone_are_not_deleted_while_their_project_uses_them()
    {
        var incus = Two();

        var results = incus.Apply(
            Request() with { Kinds = Networks, AutoCleanup = true });

        results.Select(r => r.Status).ShouldBe([ActionStatus.Skipped, ActionStatus.Skipped]);
    }

    private static MemoryIncus Two() => new MemoryIncus().With(Request(Lab(Machine("a"), Machine("b"))));

    private static DomainSpec Lab(params MachineSpec[] machines)
    {
        var domain = Domain("lab", 1, machines);
        domain.Ephemeral = true;
        return domain;
    }
}
