using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using Incus.Infra.Incus.Status;

using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>Images of the project's own: built when they are missing or made of something else now, and by no half.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class OwnImageTests
{
    private const string Images = "images";

    private static readonly ObjectId Base = ObjectId.Image("base");
    private static readonly ObjectId Web = ObjectId.Instance("home", "web");
    private static readonly ObjectId Builder = ObjectId.Instance(Images, "base");

    private readonly MemoryIncus _incus = new();

    [Test]
    public void A_plan_says_that_one_is_built_and_that_machines_are_made_of_it()
    {
        var plan = _incus.Plan(Home("base"));

        plan.Lines().First().ShouldBe("build image 'base': planned");
        plan[0].Reason.ShouldBe("new");
        plan[^1].Status.ShouldBe(ActionStatus.Planned);
    }

    [Test]
    public void A_machine_of_one_that_nobody_builds_is_not_made()
    {
        var results = _incus.Apply(Home("base"));

        results.Single(r => r.Id == Base).Error!.Code.ShouldBe("INFRA4220");
        results.Single(r => r.Id.Kind == ObjectKind.Instance).Status.ShouldBe(ActionStatus.Blocked);
        _incus.Objects.Keys.ShouldNotContain(id => id.Kind == ObjectKind.Instance);
    }

    [Test]
    public void It_is_made_of_the_machine_that_is_anonymous_and_stopped_then()
    {
        var ran = new List<string>();
        _incus.Executes = (id, command) =>
        {
            ran.Add($"{id} {command[^1]}");
            return new CommandOutcome(0, "", "");
        };

        Build(Image());

        ran.ShouldHaveSingleItem().ShouldBe($"{Builder} base");
        _incus[Base].Config!["user.infra.object"].ShouldBe("image default/base");
        _incus[Base].Versions.ShouldBe(new ImageVersions(IsNamed: true, Count: 1));
        _incus.Objects.Keys.ToList().ShouldBe([Base], "what was made for it is gone");
    }

    [Test]
    public void One_that_is_as_described_is_left_alone_and_machines_are_made_of_it()
    {
        Build(Image());

        _incus.Plan(Home("base")).ShouldNotContain(r => r.Id == Base);
        _incus.With(Home("base")).Apply(Home("base")).ShouldBeEmpty();
    }

    [Test]
    public void What_has_changed_is_named_and_machines_stay_as_they_are()
    {
        Build(Image());
        _incus.With(Home("base"));

        var planned = _incus.Plan(Home("base") with { Images = [Image(("from", "1"), ("role web", "2"), ("file a", "3"))] });

        planned.ShouldHaveSingleItem().Reason.ShouldBe("changed: file a, role web");
        Build(Image(("from", "2")) with { Keep = 2 });
        _incus[Base].Versions!.Count.ShouldBe(2);
        Build(Image(("from", "3")) with { Keep = 2 });
        _incus[Base].Versions!.Count.ShouldBe(2, "older ones go");
        _incus.Plan(Home("base") with { Images = [Image(("from", "3"))] }).ShouldHaveSingleItem().Reason
            .ShouldBe("there are 2 versions, and 1 are kept");
    }

    [Test]
    public void A_plan_that_builds_one_says_that_its_followers_are_rebuilt_then()
    {
        Build(Image());
        _incus.NewestImages["base"] = "one";
        _incus.With(Follower(isProtected: false));
        var changed = Image(("from", "2"));

        var planned = _incus.Plan(Follower(isProtected: false) with { Images = [changed] });

        planned.Lines().ShouldBe(["build image 'base': planned", $"rebuild {Web}: planned"], ignoreOrder: true);
        planned.Single(r => r.Id == Web).Reason.ShouldStartWith("its image 'base' is built first; what it has is kept as ");
        _incus.Plan(Follower(isProtected: true) with { Images = [changed] }).Where(r => r.Id == Web).Select(r => r.Action)
            .ShouldBe([ActionKind.Update, ActionKind.Outdated]);
        _incus.Apply(Follower(isProtected: false) with { Images = [changed] }).Single(r => r.Id == Web).Status
            .ShouldBe(ActionStatus.Blocked, "nobody built it");
    }

    [Test]
    public void Who_does_not_know_what_it_is_made_of_only_wants_it_to_be_there()
    {
        Build(Image());

        _incus.Plan(Request() with { Images = [Image() with { Inputs = null }] }).ShouldBeEmpty();
    }

    [Test]
    public void One_of_another_type_is_built_anew()
    {
        Build(Image());

        _incus.Plan(Request() with { Images = [Image() with { Type = "vm" }] }).ShouldHaveSingleItem().Reason
            .ShouldBe("it is for a container, not for a virtual-machine");
    }

    [Test]
    public void An_alias_of_somebody_elses_image_is_not_taken()
    {
        _incus.Put(Base, new IncusObject { Config = [], Type = "container", Versions = new ImageVersions(true, 0) });
        _incus.Plan(Home("base"))[0].Error!.Code.ShouldBe("INFRA4221");

        _incus.Objects.Clear();
        Build(Image());
        _incus.Plan(Home("base") with { Id = "another" })[0].Error!.Code.ShouldBe("INFRA4023");
    }

    [Test]
    public void What_cannot_be_made_anonymous_or_does_not_run_becomes_no_image()
    {
        Make(Image());
        _incus.Executes = (_, _) => new CommandOutcome(1, "", "find: no such file");
        Publish(Image()).Error!.Message.ShouldContain("find: no such file");
        _incus.StopAsync(Builder, force: true, CancellationToken.None);
        Publish(Image()).Error!.Code.ShouldBe("INFRA4222");
        _incus.Objects.ShouldNotContainKey(Base);
    }

    [Test]
    public void Success_is_what_the_server_shows()
    {
        Make(Image());
        _incus.Lies = (verb, _) => verb == "publish";
        Should.Throw<KeyNotFoundException>(() => Publish(Image()));
        _incus.Lies = (verb, _) => verb == "keep";
        Make(Image());
        Publish(Image()).Error!.Code.ShouldBe("INFRA4035");
    }

    [Test]
    public void However_a_build_ends_the_next_one_completes_it_and_the_one_after_does_nothing()
    {
        Build(Image());
        Build(Image());
        var changes = Count(() => Build(Image(("from", "2"))));
        changes.ShouldBeGreaterThan(10);
        for (var end = 0; end < changes; end++)
        {
            var left = end;
            var wanted = Image(("from", $"end {end}")) with { Keep = 2 };
            _incus.BeforeChange = (_, _) =>
            {
                if (left-- == 0)
                {
                    throw new OperationCanceledException();
                }
            };
            Try(() => Build(wanted));
            _incus.BeforeChange = (_, _) => { };

            Build(wanted);

            _incus.Objects.Keys.ToList().ShouldBe([Base], $"end {end}");
            _incus[Base].Versions.ShouldBe(new ImageVersions(IsNamed: true, Count: 2), $"end {end}");
            Count(() => Build(wanted)).ShouldBe(0, $"end {end}");
        }
    }

    [Test]
    public void One_that_leaves_the_file_is_an_orphan_and_goes_when_that_is_allowed()
    {
        Build(Image());
        Status(Home("base")).ShouldNotContain(o => o.Id == Base);
        Status(Request()).ShouldHaveSingleItem().Mark.ShouldBe(StatusMark.Orphan);
        _incus.Plan(Request()).Lines().ShouldBe(["orphan image 'base': skipped"]);
        _incus.Plan(Request() with { Scope = new HashSet<string> { "home" } }).ShouldBeEmpty();
        _incus.Apply(Request() with { AutoCleanup = true }).Lines().ShouldBe(["delete image 'base': done"]);
        _incus.Objects.ShouldBeEmpty();
    }

    [Test]
    public void One_that_leaves_the_file_stays_while_a_machine_there_names_it()
    {
        Build(Image());
        _incus.With(Home("base"));

        var orphan = _incus.Apply(Home("base") with { Images = [], AutoCleanup = true }).ShouldHaveSingleItem();

        (orphan.Id, orphan.Action, orphan.Reason).ShouldBe(
            (Base, ActionKind.Orphan, $"no longer in infra.yml, but {Web} still names it"));
    }

    [Test]
    public void Destroy_takes_all_of_them_but_not_with_a_domain()
    {
        Build(Image());
        _incus.With(Home("base"));
        var request = new RemovalRequest { Id = Project, Project = Project, Domains = new HashSet<string> { "home" } };
        _incus.Destroy(request with { IncludeProtected = true });
        _incus.Objects.Keys.ToList().ShouldBe([Base]);
        _incus.Destroy(request with { Domains = null }).Lines().ShouldBe(["delete image 'base': done"]);
        _incus.Objects.ShouldBeEmpty();
    }

    private IReadOnlyList<ObjectStatus> Status(EngineRequest request) =>
        new StatusReader(request, _incus).ReadAsync(CancellationToken.None).GetAwaiter().GetResult().Objects;

    private static ImageSpec Image(params (string Name, string Hash)[] inputs) => new()
    {
        Name = "base",
        Inputs = inputs is [] ? Map(("from", "1")) : Map(inputs),
    };

    private static EngineRequest Home(string image) =>
        Request(Domain("home", 1, Machine("web", image: image))) with { Images = [Image()] };

    private static EngineRequest Follower(bool isProtected)
    {
        var machine = Machine("web", image: "base") with
        {
            InstanceImagePolicy = MachineSpec.Follow,
            InstanceEphemeral = !isProtected,
        };
        return Request(Domain("home", 1, machine)) with { Images = [Image()] };
    }

    private static EngineRequest OfBuilders(ImageSpec? image, params ImageSpec[] images) => new()
    {
        Project = Project,
        Id = Project,
        Domains = image is null ? [] : [Domain(Images, 9, Machine(image.Name)) with { Ephemeral = true }],
        Images = images,
        Scope = new HashSet<string> { Images },
    };

    // As the build does it.
    private void Build(ImageSpec image)
    {
        var seen = _incus.Plan(OfBuilders(null, image));
        if (seen.Any(r => r.Id.Kind != ObjectKind.Image))
        {
            Remove();
        }

        if (seen.FirstOrDefault(r => r.Id.Kind == ObjectKind.Image) is { } action)
        {
            if (action.Action == ActionKind.Build)
            {
                Make(image);
                Publish(image).Error.ShouldBeNull();
                Remove();
            }
            else
            {
                Done(OfBuilders(null, image));
            }
        }
    }

    private void Make(ImageSpec image) => Done(OfBuilders(image));

    private void Remove() => Done(OfBuilders(null) with { AutoCleanup = true });

    private ActionResult Publish(ImageSpec image) =>
        _incus.Apply(OfBuilders(null, image with { Builder = Images })).Single(r => r.Id == Base);

    private void Done(EngineRequest request) =>
        _incus.Apply(request).Where(r => r.Status != ActionStatus.Skipped).ShouldAllBe(r => r.Status == ActionStatus.Done);

    private int Count(Action action)
    {
        _incus.Changes.Clear();
        action();
        return _incus.Changes.Count;
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is OperationCanceledException or ShouldAssertException)
        {
            // The end that was asked for.
        }
    }
}
