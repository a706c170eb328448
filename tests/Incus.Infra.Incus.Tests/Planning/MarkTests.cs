using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>Whose an object is: a mark holds for one object of one infrastructure.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MarkTests
{
    private static readonly ObjectId Web = ObjectId.Instance("home", "web");

    private readonly MemoryIncus _incus = new MemoryIncus().With(Home(Web.Name));

    [TestCase("home", "web-backup")]
    [TestCase("default", "web")]
    [TestCase("other", "web")]
    public void A_copy_made_by_hand_is_nobodys_and_stays(string project, string name)
    {
        var copy = ObjectId.Instance(project, name);
        _incus.Copy(Web, copy);

        _incus.Apply(Home() with { AutoCleanup = true }).ShouldNotContain(r => r.Id == copy);

        _incus.Objects.Keys.ShouldContain(copy);
        _incus.Objects.Keys.ShouldNotContain(Web);
    }

    [Test]
    public void A_copy_that_took_the_place_of_its_original_stays_when_the_machine_leaves_infra_yml()
    {
        var aside = ObjectId.Instance("home", "web-old");
        _incus.Copy(Web, aside);
        _incus.Objects.Remove(Web);
        _incus.Copy(aside, Web);

        _incus.Apply(Home() with { AutoCleanup = true }).ShouldBeEmpty();

        _incus.Objects.Keys.ShouldContain(Web);
    }

    [Test]
    public void A_machine_that_was_renamed_by_hand_stays()
    {
        var renamed = ObjectId.Instance("home", "mine");
        _incus.Put(renamed, _incus[Web]);
        _incus.Objects.Remove(Web);

        _incus.Apply(Home() with { AutoCleanup = true }).ShouldBeEmpty();

        _incus.Objects.Keys.ShouldContain(renamed);
    }

    [Test]
    public void Copies_of_profiles_and_volumes_stay()
    {
        var machine = Machine("web");
        machine.InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } };
        var domain = Domain("home", 1, machine);
        domain.IncusProfiles = new Dictionary<string, ProfileSpec> { ["extra"] = new() };
        domain.Ephemeral = true;
        _incus.With(Request(domain));
        ObjectId[] copies =
        [
            ObjectId.Profile("home", "copy"),
            ObjectId.Volume("home", "default", "copy"),
            ObjectId.Volume("home", "other", "web-data"),
        ];
        _incus.Copy(ObjectId.Profile("home", "extra"), copies[0]);
        _incus.Copy(ObjectId.Volume("home", "default", "web-data"), copies[1]);
        _incus.Copy(ObjectId.Volume("home", "default", "web-data"), copies[2]);

        _incus.Apply(Request() with { AutoCleanup = true });

        _incus.Objects.Keys.Intersect(copies).ShouldBe(copies, ignoreOrder: true);
    }

    [Test]
    public void A_second_infrastructure_of_the_same_name_takes_nothing_away()
    {
        var before = _incus.Objects.Keys.ToList();

        _incus.Apply(Request(Domain("lab", 2)) with { Id = "second", AutoCleanup = true })
            .ShouldAllBe(r => r.Action == ActionKind.Create);

        _incus.Objects.Keys.Intersect(before).ShouldBe(before);
    }

    [Test]
    public void A_second_infrastructure_that_wants_the_same_object_is_told_whose_it_is()
    {
        var result = _incus.Plan(Home(Web.Name) with { Id = "second" })[0];

        result.Error!.Code.ShouldBe("INFRA4023");
        result.Error.Message.ShouldContain($"belongs to another infrastructure, '{Project}' with the id {Project}");
    }

    [Test]
    public void An_infrastructure_may_be_renamed()
    {
        var renamed = Home(Web.Name) with { Project = "renamed" };

        _incus.Apply(renamed).ShouldAllBe(r => r.Action == ActionKind.Update && r.Error == null);

        _incus.Plan(renamed).ShouldBeEmpty();
    }

    [Test]
    public void What_an_old_mark_is_for_is_kept_up_and_marked_anew()
    {
        _incus.Age();
        _incus.Edit(Web, o => o with { Config = new(o.Config!) { ["limits.cpu"] = "2" } });

        _incus.Apply(Home(Web.Name)).ShouldContain(r => r.Id == Web && r.Action == ActionKind.Update && r.Error == null);

        _incus.Plan(Home(Web.Name)).ShouldBeEmpty();
        _incus[Web].Config!["user.infra.object"].ShouldStartWith("instance home/web ");
    }

    [Test]
    public void What_has_an_old_mark_and_left_infra_yml_is_reported_and_kept()
    {
        _incus.Age();

        var results = _incus.Apply(Home() with { AutoCleanup = true });

        results.Single(r => r.Id == Web).Reason.ShouldContain("0.1.0");
        _incus.Objects.Keys.ShouldContain(Web);
    }

    [Test]
    public void A_plan_says_that_a_whole_domain_goes()
    {
        _incus.Plan(Request() with { AutoCleanup = true }).Single(r => r.Id == Web)
            .Reason.ShouldBe("its domain 'home' is no longer in infra.yml");
        _incus.Plan(Home() with { AutoCleanup = true }).Single(r => r.Id == Web).Reason.ShouldBe("no longer in infra.yml");
    }

    private static EngineRequest Home(params string[] machines)
    {
        var domain = Domain("home", 1, [.. machines.Select(name => Machine(name))]);
        domain.Ephemeral = true;
        return Request(domain);
    }
}
