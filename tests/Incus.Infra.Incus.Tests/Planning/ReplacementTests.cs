using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>An instance is made again only when the user allows it.</summary>
internal sealed class ReplacementTests
{
    [Test]
    public void Another_image_is_reported_and_withheld_while_the_rest_is_changed()
    {
        var incus = new MemoryIncus().With(Home(Machine("web")));
        var wanted = Machine("web", image: "debian/12");
        wanted.InstanceConfig = Map(("limits.cpu", "2"));

        var results = incus.Apply(Home(wanted));

        results.Select(r => (r.Action, r.Status)).ShouldBe(
            [(ActionKind.Replace, ActionStatus.Skipped), (ActionKind.Update, ActionStatus.Done)]);
        results[0].Error.ShouldBeNull();
        results[0].Reason.ShouldBe("it was created from busybox, not from debian/12; allow it with AllowReplace=true");
        incus.Changes.ShouldBe(["update instance 'web' in project 'home'"]);
    }

    [Test]
    public void The_same_image_said_to_be_on_the_server_is_no_other()
    {
        var incus = new MemoryIncus().With(Home(Machine("web", image: "debian/12"), Machine("old", image: "local:debian/12")));

        incus.Apply(Home(Machine("web", image: "local:debian/12"), Machine("old", image: "debian/12"))).ShouldBeEmpty();
    }

    [Test]
    public void A_withheld_replacement_is_reported_again_and_again_and_changes_nothing()
    {
        var incus = new MemoryIncus().With(Home(Machine("web")));

        for (var run = 0; run < 2; run++)
        {
            incus.Apply(Home(Machine("web", image: "debian/12"))).Single().Status.ShouldBe(ActionStatus.Skipped);
        }

        incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void An_instance_whose_new_image_cannot_be_had_is_not_deleted()
    {
        var incus = new MemoryIncus().With(Home(Machine("web")));
        incus.BeforeChange = (verb, _) =>
        {
            if (verb == "image")
            {
                throw new Diagnostics.ToolFaultException(Diagnostics.ToolDiagnostics.NoImage("images:debain", "container"));
            }
        };

        incus.Apply(Home(Machine("web", image: "images:debain")) with { AllowReplace = true })
            .Single().Error!.Code.ShouldBe("INFRA4024");

        incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void Plan_says_that_an_image_is_missing_and_the_others_go_on()
    {
        var incus = new MemoryIncus { MissingImages = { "debain" } };
        var request = Home(Machine("web"), Machine("bad", image: "debain"), Machine("none") with { InstanceOsImage = null });

        incus.Plan(request).Select(r => r.Error?.Code).OfType<string>().ShouldBe(["INFRA4024", "INFRA4025"]);
        incus.Apply(request).Where(r => r.Error is null).Select(r => r.Id.Name).ShouldBe(
            ["net-home", "net-home", "home", "default", "web"]);
        incus.Changes.ShouldNotContain(change => change.Contains("bad"));
    }

    [Test]
    public void An_instance_that_Incus_would_not_delete_is_neither_stopped_nor_replaced()
    {
        var web = Model.ObjectId.Instance("home", "web");
        var incus = new MemoryIncus().With(Home(Machine("web")));
        incus.Edit(web, o => o with { Config = new(o.Config!) { ["security.protection.delete"] = "true" } });

        var replaced = incus.Apply(Home(Machine("web", image: "debian/12")) with { AllowReplace = true }).Single();
        var deleted = incus.Apply(Home() with { AutoCleanup = true }).Single();

        replaced.Reason.ShouldEndWith("; unset security.protection.delete before it is replaced");
        deleted.Reason.ShouldBe("no longer in infra.yml; unset security.protection.delete before it is deleted");
        incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void An_instance_of_somebody_else_that_cannot_be_started_is_left_as_it_is()
    {
        var web = Model.ObjectId.Instance("home", "web");
        var incus = new MemoryIncus().With(Home());
        incus.Put(web, new() { Config = [], Devices = [], Type = "container", Status = "Stopped" });
        incus.BeforeChange = (verb, _) =>
        {
            if (verb == "start")
            {
                throw new Diagnostics.IncusErrorException(400, "Missing source path");
            }
        };

        for (var run = 0; run < 2; run++)
        {
            incus.Apply(Home(Machine("web"))).Single().Error!.Message.ShouldEndWith("Missing source path");
        }

        incus.Changes.ShouldBe([$"update {web}"]);
    }

    [Test]
    public void Another_type_needs_a_replacement_too()
    {
        var incus = new MemoryIncus().With(Home(Machine("web")));
        var wanted = Machine("web");
        wanted.InstanceType = "vm";

        incus.Plan(Home(wanted)).Single().Reason.ShouldStartWith("its type is container and cannot become virtual-machine");
    }

    [Test]
    public void A_protected_instance_is_not_replaced_even_with_AllowReplace()
    {
        var machine = Machine("web");
        machine.InstanceEphemeral = false;
        var incus = new MemoryIncus().With(Home(machine));
        var wanted = Machine("web", image: "debian/12");
        wanted.InstanceEphemeral = false;

        incus.Apply(Home(wanted) with { AllowReplace = true }).Single().Action.ShouldBe(ActionKind.Protected);

        incus.Changes.ShouldBeEmpty();
    }

    [Test]
    public void A_bridge_that_was_never_finished_is_made_anew_without_asking()
    {
        var network = Model.ObjectId.Network("net-home");
        var incus = new MemoryIncus().With(Home());
        incus.Edit(network, o => o with { Status = "Pending" });

        incus.Apply(Home()).Single().Status.ShouldBe(ActionStatus.Done);

        incus[network].Status.ShouldBeNull();
    }

    [TestCase("Pending", "INFRA4054")]
    [TestCase("Errored", "INFRA4054")]
    [TestCase("Unavailable", null)]
    public void A_bridge_of_somebody_else_is_never_deleted_whatever_its_state(string status, string? code)
    {
        var network = Model.ObjectId.Network("net-home");
        var incus = new MemoryIncus();
        incus.Put(network, new() { Config = Map(("ipv4.address", "10.77.1.254/24")), Status = status });

        (incus.Apply(Home()).Single(r => r.Id == network).Error?.Code).ShouldBe(code);

        incus.Changes.ShouldNotContain($"delete {network}");
        incus[network].Config.ShouldNotBeNull().ShouldContainKey("ipv4.address");
    }

    [Test]
    public void A_bridge_that_Incus_could_not_start_is_waited_for()
    {
        var network = Model.ObjectId.Network("net-home");
        var incus = new MemoryIncus().With(Home());
        incus.Edit(network, o => o with { Status = "Unavailable" });

        incus.Apply(Home()).Single().Reason.ShouldBe("Incus could not start it and retries every minute");

        incus.Changes.ShouldBe([$"wait for {network}"]);
        incus.Plan(Home()).ShouldBeEmpty();
    }

    private static EngineRequest Home(params Desired.MachineSpec[] machines) => Request(Domain("home", 1, machines));
}
