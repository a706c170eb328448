using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Execution;

/// <summary>On a server that lies: it answers with success and does nothing. No verb is believed.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ConfirmationTests
{
    private static readonly ObjectId Web = ObjectId.Instance("home", "web");

    private readonly MemoryIncus _incus = new();

    [TestCase(ObjectKind.Network)]
    [TestCase(ObjectKind.Volume)]
    [TestCase(ObjectKind.Instance)]
    [TestCase(ObjectKind.Profile)]
    public void What_was_not_made_is_a_failure(ObjectKind kind)
    {
        _incus.Lies = (verb, id) => verb == "create" && id.Kind == kind;

        var failed = _incus.Apply(Home()).Where(r => r.Error is not null).ToList();

        failed.Single().Id.Kind.ShouldBe(kind);
        failed.Single().Error!.Code.ShouldBe("INFRA4035");
        failed.Single().Error!.Message.ShouldEndWith(
            "Incus reported success, but it does not exist. Run it again; if this persists, check Incus's log.");
    }

    [Test]
    public void What_was_not_changed_is_a_failure_that_names_the_keys_and_no_value()
    {
        _incus.With(Home());
        _incus.Lies = (verb, _) => verb == "update";

        Failure(Home("limits.cpu", "2")).ShouldContain("but it is not as planned: config.limits.cpu.");
    }

    [Test]
    public void What_was_not_started_is_a_failure()
    {
        _incus.With(Home()).Edit(Web, o => o with { Status = "Stopped" });
        _incus.Lies = (verb, _) => verb == "start";

        Failure(Home()).ShouldContain("but it is stopped");
    }

    [TestCase("stop")]
    [TestCase("start")]
    [TestCase("update")]
    [TestCase("snapshot")]
    public void A_restart_of_which_a_step_did_not_happen_is_a_failure(string lie)
    {
        _incus.With(Home());
        _incus.Lies = (verb, _) => verb == lie;

        Failure(Home("raw.lxc", "x"));
    }

    [TestCase("stop")]
    [TestCase("rename")]
    [TestCase("create")]
    [TestCase("delete")]
    public void A_replacement_of_which_a_step_did_not_happen_is_a_failure(string lie)
    {
        _incus.With(Home());
        _incus.Lies = (verb, id) => verb == lie && id.Kind == ObjectKind.Instance;

        Failure(Home(image: "other") with { AllowReplace = true });
    }

    [TestCase("stop")]
    [TestCase("delete")]
    public void What_was_not_deleted_is_a_failure(string lie)
    {
        _incus.With(Home());
        _incus.Lies = (verb, id) => verb == lie && id == Web;

        Failure(Request(Domain("home", 1)) with { AutoCleanup = true });
    }

    [Test]
    public void What_cannot_be_looked_at_afterwards_is_a_failure()
    {
        _incus.BeforeRead = () =>
        {
            if (_incus.Objects.ContainsKey(Web))
            {
                throw new Diagnostics.IncusErrorException(500, "the database is locked");
            }
        };

        _incus.Apply(Home()).ShouldAllBe(r =>
            r.Error!.Code == "INFRA4036" && r.Error.Message.Contains("the database is locked."));
    }

    [Test]
    public void Without_a_change_nothing_is_looked_at_twice()
    {
        _incus.With(Home());
        var reads = 0;
        _incus.BeforeRead = () => reads++;

        _incus.Apply(Home()).ShouldBeEmpty();

        reads.ShouldBe(1);
    }

    [Test]
    public void Rules_that_were_not_changed_and_a_bridge_that_was_not_deleted_are_failures()
    {
        var gone = Domain("work", 2);
        gone.Ephemeral = true;
        _incus.With(Request(Domain("home", 1), gone));
        _incus.Lies = (verb, id) => id.Kind switch
        {
            ObjectKind.Acl => verb == "update",
            ObjectKind.Network => verb == "delete",
            _ => false,
        };
        var opened = Domain("home", 1);
        opened.IncusNetworkAcl = opened.IncusNetworkAcl.Opened(new Desired.AclRuleSpec { Source = "10.77.9.1" });

        var failed = _incus.Apply(Request(opened) with { AutoCleanup = true }).Where(r => r.Error?.Code == "INFRA4035").ToList();

        failed.Select(r => r.Id).ShouldBe([ObjectId.Acl("net-home"), ObjectId.Network("net-work")]);
        failed[0].Error!.Message.ShouldContain("but it is not as planned: ingress.");
        failed[1].Error!.Message.ShouldContain("but it still exists.");
    }

    [Test]
    public void Bridges_and_rules_that_nothing_happened_to_are_not_read_twice()
    {
        _incus.With(Request([.. Enumerable.Range(1, 9).Select(i => Domain($"d{i}", i))]));
        var opened = Domain("d1", 1);
        opened.IncusNetworkAcl = opened.IncusNetworkAcl.Opened(new Desired.AclRuleSpec { Source = "10.77.9.1" });
        _incus.Reads.Clear();

        _incus.Apply(Request([opened, .. Enumerable.Range(2, 8).Select(i => Domain($"d{i}", i))]))
            .Lines().ShouldBe(["update acl 'net-d1': done"]);

        _incus.Reads.Where(r => r is "acl" or "network").ShouldBe(["acl", "network"]);
        _incus.Reads.Where(r => r.Contains('\'')).Distinct().ShouldBe(["acl 'net-d1'"]);
    }

    private string Failure(EngineRequest request) =>
        _incus.Apply(request).Last(r => r.Id == Web).Error.ShouldNotBeNull().Message;

    private static EngineRequest Home(string? key = null, string value = "", string image = "busybox")
    {
        var machine = Machine("web", image: image);
        machine.InstanceConfig = key is null ? Map() : Map((key, value));
        machine.InstanceProfiles = ["default", "extra"];
        machine.InstanceStorageVolumes = new Dictionary<string, Desired.VolumeSpec> { ["data"] = new() { Path = "/data" } };
        var domain = Domain("home", 1, machine);
        domain.IncusProfiles = new Dictionary<string, Desired.ProfileSpec> { ["extra"] = new() };
        return Request(domain);
    }
}
