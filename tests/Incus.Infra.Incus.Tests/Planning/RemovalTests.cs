using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>What Destroy takes, what it leaves, and why.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RemovalTests
{
    private static readonly ObjectId Web = ObjectId.Instance("home", "web");
    private static readonly ObjectId Data = ObjectId.Volume("home", "default", "web-data");

    private static readonly RemovalRequest All = new() { Id = Project, Project = Project };

    private readonly MemoryIncus _incus = new MemoryIncus().With(Request(Home(), Lab()));

    [Test]
    public void All_that_was_made_goes_users_before_what_they_use()
    {
        _incus.Destroy(All).ShouldAllBe(r => r.Status == ActionStatus.Done);

        _incus.Objects.ShouldBeEmpty();
        _incus.Changes.Where(c => c.Contains("home", StringComparison.Ordinal)).ShouldBe(
        [
            $"stop {Web}",
            $"delete {Web}",
            $"delete {Data}",
            "delete profile 'extra' in project 'home'",
            "delete project 'home'",
            "delete network 'net-home'",
            "delete acl 'net-home'",
        ]);
    }

    [Test]
    public void Of_one_domain_only_its_own_goes()
    {
        _incus.Destroy(All with { Domains = Names("lab") }).ShouldAllBe(r => r.Status == ActionStatus.Done);

        _incus.Objects.Keys.ShouldNotContain(ObjectId.OfProject("lab"));
        _incus.With(Request(Home()));
        _incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void Until_it_is_confirmed_nothing_changes_and_the_plan_is_what_would_happen()
    {
        IReadOnlyList<ActionResult> shown = [];

        new Engine(_incus).DestroyAsync(All, Refuses, _ => { }, _ => { }, CancellationToken.None).GetAwaiter().GetResult()
            .ShouldBeSameAs(shown);

        _incus.Changes.ShouldBeEmpty();
        _incus.Destroy(All).Select(r => (r.Id, r.Action)).ShouldBe(shown.Select(r => (r.Id, r.Action)));

        bool Refuses(string name, IReadOnlyList<ActionResult> plan)
        {
            name.ShouldBe(Project);
            shown = plan;
            return false;
        }
    }

    [Test]
    public void A_protected_machine_stays_with_what_it_uses_and_the_rest_goes()
    {
        _incus.Edit(Web, o => o with { Config = new(o.Config!) { ["user.infra.protected"] = "true" } });

        var results = _incus.Destroy(All);

        Reasons(results).ShouldBe(new Dictionary<ObjectId, string>
        {
            [Web] = "delete it with IncludeProtected=true",
            [Data] = $"still used by {Web}",
            [ObjectId.Profile("home", "extra")] = $"still used by {Web}",
            [ObjectId.OfProject("home")] = $"still used by {Web}",
            [ObjectId.Network("net-home")] = $"still used by {Web}",
            [ObjectId.Acl("net-home")] = "still used by network 'net-home'",
        }, ignoreOrder: true);
        results.Where(r => r.Action == ActionKind.Protected).Select(r => r.Id).ShouldBe([Web]);
        _incus[Web].Status.ShouldBe("Running");
        _incus.Objects.Keys.ShouldNotContain(ObjectId.OfProject("lab"));
    }

    [TestCase("volatile.x")]
    [TestCase("security.protection.delete")]
    public void What_is_protected_goes_when_that_is_said(string alsoProtectedBy)
    {
        _incus.Edit(Web, o => o with
        {
            Config = new(o.Config!) { ["user.infra.protected"] = "true", [alsoProtectedBy] = "true" },
        });

        _incus.Destroy(All with { IncludeProtected = true }).ShouldAllBe(r => r.Status == ActionStatus.Done);

        _incus.Objects.ShouldBeEmpty();
    }

    [Test]
    public void A_machine_that_cannot_be_deleted_is_protected_as_before()
    {
        _incus.Edit(Web, o => o with { Config = new(o.Config!) { ["security.protection.delete"] = "true" } });
        _incus.BeforeChange = (verb, id) => Refuse(verb == "delete" && id == Web, "Failed to delete storage");

        var results = _incus.Destroy(All with { IncludeProtected = true });

        results.Single(r => r.Id == Web).Error!.Code.ShouldBe("INFRA4020");
        _incus[Web].Config!["security.protection.delete"].ShouldBe("true");
    }

    [Test]
    public void What_uses_something_that_could_not_be_deleted_is_left_and_says_so()
    {
        _incus.BeforeChange = (verb, id) => Refuse(verb == "delete" && id == Web, "Failed to delete storage");

        var results = _incus.Destroy(All);

        results.Where(r => r.Status == ActionStatus.Blocked).Select(r => r.Id.Kind).ShouldBe(
            [ObjectKind.Volume, ObjectKind.Profile, ObjectKind.Project, ObjectKind.Network, ObjectKind.Acl]);
        _incus.Objects.Keys.ShouldNotContain(ObjectId.OfProject("lab"));
        _incus.BeforeChange = (_, _) => { };
        _incus.Destroy(All).ShouldAllBe(r => r.Status == ActionStatus.Done);
        _incus.Objects.ShouldBeEmpty();
    }

    [Test]
    public void A_deletion_that_Incus_only_pretends_is_a_failure()
    {
        _incus.Lies = (verb, id) => verb == "delete" && id == ObjectId.Acl("net-home");

        var (id, code) = _incus.Destroy(All).Where(r => r.Error is not null).Select(r => (r.Id, r.Error!.Code)).Single();

        (id, code).ShouldBe((ObjectId.Acl("net-home"), "INFRA4035"));
    }

    [Test]
    public void An_image_that_somebody_made_in_a_project_keeps_it()
    {
        _incus.OwnImages.Add(("home", "golden"));

        Reasons(_incus.Destroy(All))[ObjectId.OfProject("home")]
            .ShouldBe("still has image 'golden', which was imported or published there");
        _incus.OwnImages.ShouldNotBeEmpty();
    }

    [Test]
    public void What_version_0_1_0_marked_may_be_a_copy_and_is_left_with_the_command_that_deletes_it()
    {
        _incus.Age();

        var results = _incus.Destroy(All with { Domains = Names("home") });

        results.ShouldAllBe(r => r.Action == ActionKind.Keep);
        results.Select(r => r.Reason.Split('\'')[1]).ShouldBe(
        [
            "incus delete --force web --project home",
            "incus storage volume delete default web-data --project home",
            "incus profile delete extra --project home",
            "incus project delete home",
            "incus network delete net-home",
            "incus network acl delete net-home",
        ]);
        _incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void What_an_interrupted_replacement_set_aside_goes_too()
    {
        var prepared = SetAside.Prepare(_incus[Web]);
        _incus.Put(Web with { Name = SetAside.NameOf(prepared, Web.Name) }, prepared with { Status = "Stopped" });
        _incus.Objects.Remove(Web);

        _incus.Destroy(All).ShouldAllBe(r => r.Status == ActionStatus.Done);

        _incus.Objects.ShouldBeEmpty();
    }

    [Test]
    public void Snapshots_that_go_along_are_counted()
    {
        _incus.Snapshots.Add((Web, new() { Name = "one" }));
        _incus.Snapshots.Add((Web, new() { Name = "two" }));

        _incus.Destroy(All).Single(r => r.Id == Web).Reason.ShouldBe("with 2 snapshots");
    }

    [Test]
    public void Without_its_id_an_infrastructure_is_found_by_its_name()
    {
        _incus.Destroy(All with { Id = null }).ShouldAllBe(r => r.Status == ActionStatus.Done);

        _incus.Objects.ShouldBeEmpty();
    }

    [Test]
    public void Where_several_have_the_name_nothing_goes_and_the_ids_are_told()
    {
        _incus.With(Request(Domain("office", 3)) with { Id = "other" });

        Fault(All with { Id = null }).Message.ShouldContain("it: other, test.");
        _incus.Changes.ShouldBeEmpty();
        _incus.Destroy(All).ShouldAllBe(r => r.Status == ActionStatus.Done);
        _incus.Objects.Keys.ShouldContain(ObjectId.OfProject("office"));
    }

    [Test]
    public void The_name_to_confirm_is_the_one_in_Incus()
    {
        var names = new List<string>();

        new Engine(_incus).DestroyAsync(
            All with { Project = "copied" }, (name, _) => Seen(name), _ => { }, _ => { }, CancellationToken.None)
            .GetAwaiter().GetResult();

        names.ShouldBe([Project]);

        bool Seen(string name)
        {
            names.Add(name);
            return false;
        }
    }

    [Test]
    public void A_domain_that_nobody_knows_is_an_error_and_one_that_is_gone_already_is_not()
    {
        var request = All with { Domains = Names("home", "lub"), KnownDomains = Names("gone") };

        Fault(request).ShouldSatisfyAllConditions(
            fault => fault.Code.ShouldBe("INFRA4080"),
            fault => fault.Message.ShouldContain("Did you mean 'lab'?"));
        _incus.Changes.ShouldBeEmpty();
        _incus.Destroy(request with { Domains = Names("gone") }).ShouldBeEmpty();
    }

    [Test]
    public void A_machine_is_shut_down_exported_and_then_deleted_and_so_is_a_volume()
    {
        _incus.Destroy(All with { Domains = Names("home"), ExportFolder = "/nowhere" })
            .ShouldAllBe(r => r.Status == ActionStatus.Done);

        _incus.Changes.Take(5).ShouldBe([$"stop {Web}", $"export {Web}", $"delete {Web}", $"export {Data}", $"delete {Data}"]);
    }

    [Test]
    public void A_machine_whose_export_fails_runs_on_and_the_rest_goes()
    {
        _incus.BeforeChange = (verb, id) =>
        {
            if (verb == "export" && id == Web)
            {
                throw new ToolFaultException(ToolDiagnostics.ExportFailed(Web, "/nowhere", "no space left"));
            }
        };

        var results = _incus.Destroy(All with { ExportFolder = "/nowhere" });

        results.Single(r => r.Status == ActionStatus.Failed).Error!.Code.ShouldBe("INFRA4083");
        _incus[Web].Status.ShouldBe("Running");
        _incus.Objects.Keys.ShouldContain(Data);
        _incus.Objects.Keys.ShouldNotContain(ObjectId.OfProject("lab"));
    }

    [Test]
    public void A_file_that_is_there_stops_it_before_anything_goes()
    {
        var folder = Directory.CreateTempSubdirectory("infra-export-").FullName;
        File.WriteAllText(Path.Join(folder, "home-web.tar.gz"), "");

        Fault(All with { ExportFolder = folder }).Code.ShouldBe("INFRA4084");

        Directory.Delete(folder, recursive: true);
        _incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void A_mark_cannot_lead_an_export_out_of_its_folder()
    {
        _incus.Edit(Web, o => o with { Config = new(o.Config!) { ["user.infra.domain"] = "../../etc" } });

        _incus.Destroy(All with { ExportFolder = "/nowhere" });

        _incus.Exported.ShouldContain("/nowhere/..%2F..%2Fetc-web.tar.gz");
    }

    private Diagnostic Fault(RemovalRequest request) =>
        Should.Throw<ToolFaultException>(() => _incus.Destroy(request)).Diagnostic;

    private static void Refuse(bool condition, string reason)
    {
        if (condition)
        {
            throw new IncusErrorException(400, reason);
        }
    }

    private static Dictionary<ObjectId, string> Reasons(IEnumerable<ActionResult> results) =>
        results.Where(r => r.Status == ActionStatus.Skipped).ToDictionary(r => r.Id, r => r.Reason);

    private static HashSet<string> Names(params string[] names) => [.. names];

    private static DomainSpec Home()
    {
        var machine = Machine("web");
        machine.InstanceProfiles = ["default", "extra"];
        machine.InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } };
        var domain = Domain("home", 1, machine);
        domain.Ephemeral = true;
        domain.IncusProfiles = new Dictionary<string, ProfileSpec> { ["extra"] = new() };
        return domain;
    }

    private static DomainSpec Lab()
    {
        var domain = Domain("lab", 2, Machine("a"), Machine("b"));
        domain.Ephemeral = true;
        return domain;
    }
}
