using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>A client that Incus restricts to some projects: networks and projects are given to it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RestrictedTests
{
    private static readonly ObjectKind[] Given = [ObjectKind.Acl, ObjectKind.Network, ObjectKind.Project];
    private static readonly ObjectId Network = ObjectId.Network("net-home");
    private static readonly ObjectId Project = ObjectId.OfProject("home");

    // As Incus's API has them.
    private static readonly string Rules = """
        {"name":"net-home","config":{},
        "ingress":[{"description":"host","action":"allow","state":"enabled","source":"10.77.1.254"}],
        "egress":[{"description":"machines of the domain","action":"allow","state":"enabled",
        "source":"10.77.1.0/24","destination":"10.77.1.0-10.77.1.253,10.77.1.255"},
        {"description":"ping of the gateway","action":"allow","state":"enabled",
        "source":"10.77.1.0/24","destination":"10.77.1.254","protocol":"icmp4","icmp_type":"8"}]}
        """.ReplaceLineEndings("");

    private readonly MemoryIncus _incus = new();

    [Test]
    public void What_is_in_projects_is_made_and_the_rest_taken_as_it_is()
    {
        Give(Home());

        _incus.Apply(Request(Home())).Lines().ShouldBe(
        [
            "create volume 'web-data' in project 'home', pool 'default': done",
            "create instance 'web' in project 'home': done",
        ]);
        _incus.Apply(Request(Home())).ShouldBeEmpty();
    }

    [Test]
    public void What_is_missing_is_told_with_the_commands_of_an_administrator()
    {
        _incus.Restriction = new Restriction("c0ffee", ["other"]);

        var results = _incus.Apply(Request(Home() with { Description = "it's" }));

        _incus.Changes.ShouldBeEmpty();
        results.Where(r => r.Status == ActionStatus.Failed).Select(r => r.Error!.Message).ShouldBe(
        [
            "network 'net-home' is not there, and Incus restricts this client to project 'other'. "
                + "Have an administrator run on the server: "
                + $"incus query --request POST --data '{Rules}' /1.0/network-acls; "
                + "incus network create net-home ipv4.address=10.77.1.254/24 ipv4.dhcp.ranges=10.77.1.100-10.77.1.199 "
                + "ipv4.nat=true ipv6.address=none security.acls=net-home security.acls.default.egress.action=reject "
                + "security.acls.default.ingress.action=reject # Then apply again.",
            "project 'home' is not there, or is not one of them, and Incus restricts this client to project 'other'. "
                + "Have an administrator run on the server: incus project create home --config features.images=true "
                + "--config features.networks=false --config features.profiles=true --config features.storage.volumes=true; "
                + """incus query --request PATCH --data '{"restricted":true,"projects":["other","home"]}' """
                + "/1.0/certificates/c0ffee # Then apply again.",
        ]);
        results.Where(r => r.Id.Kind > ObjectKind.Project).ShouldAllBe(r => r.Status == ActionStatus.Blocked);
    }

    [Test]
    public void In_a_cluster_the_commands_define_a_network_on_each_member_before_they_make_it_with_its_link()
    {
        _incus.Restriction = new Restriction("c0ffee", ["home"]);
        string[] members = ["m1", "m2"];
        _incus.Cluster = new Cluster([.. members.Select(m => new ClusterMember { ServerName = m, Status = "Online" })]);
        _incus.MemberInterfaces.UnionWith([("m1", "eth1"), ("m2", "eth1")]);

        _incus.Plan(Request(Home().Linked("eth1"))).First(r => r.Status == ActionStatus.Failed).Error!.Message.ShouldContain(
            "/1.0/network-acls; incus network create net-home --target m1; incus network create net-home --target m2; "
            + "incus network create net-home ipv4.address=10.77.1.254/24 ipv4.dhcp.ranges=10.77.1.100-10.77.1.199 ipv4.nat=true "
            + "ipv6.address=none 'raw.dnsmasq=dhcp-ignore=tag:!known' security.acls=net-home "
            + "security.acls.default.egress.action=reject security.acls.default.ingress.action=reject tunnel.v.group=239.192.1.2 "
            + "tunnel.v.id=675073 tunnel.v.interface=eth1 tunnel.v.port=14789 tunnel.v.protocol=vxlan # Then apply again.");
    }

    [Test]
    public void What_differs_is_told_as_far_as_Incus_shows_it()
    {
        Give(Home());
        _incus.Edit(Network, o => Set(o, "ipv4.address", "10.9.9.1/24"));
        _incus.Edit(Project, o => Set(Set(o, "features.images", "false"), "restricted", "true"));
        _incus.Edit(Project, o => Set(o, "restricted.networks.access", "incusbr-1000"));

        _incus.Plan(Request(Home())).Where(r => r.Status == ActionStatus.Failed).Select(r => r.Error!.Message).ShouldBe(
        [
            "network 'net-home' has the addresses 10.9.9.1/24 instead of 10.77.1.254/24, and Incus restricts this client to "
                + "project 'home'. Have an administrator run on the server: incus network set net-home "
                + "ipv4.address=10.77.1.254/24 ipv4.dhcp.ranges=10.77.1.100-10.77.1.199 ipv4.nat=true # Then apply again.",
            "project 'home' has other values of features.images, restricted.networks.access, and Incus restricts this client to "
                + "project 'home'. Have an administrator run on the server: incus project set home features.images=true "
                + "restricted.networks.access=incusbr-1000,net-home # Then apply again.",
        ]);
    }

    [Test]
    public void A_project_of_another_infrastructure_is_refused()
    {
        Give(Home());
        _incus.Edit(Project, o => Set(o, "user.infra.id", "another"));

        _incus.Plan(Request(Home()))[0].Error!.Code.ShouldBe("INFRA4023");
    }

    [Test]
    public void What_an_administrator_has_to_delete_is_left_and_told()
    {
        Give(Home());
        _incus.Apply(Request(Home()));

        var orphans = _incus.Apply(Request() with { AutoCleanup = true });
        var destroyed = _incus.Destroy(new RemovalRequest { Id = Specs.Project, Project = Specs.Project });

        orphans.Single(r => r.Id == Project).Reason.ShouldBe("its domain 'home' is no longer in infra.yml; Incus restricts this "
            + "client to what is in projects; an administrator may delete it with 'incus project delete home'");
        destroyed.Lines().ShouldBe(["keep project 'home': skipped"]);
        _incus.Objects.Keys.ShouldBe([.. Given.Select(IdOf), ObjectId.Profile("home", "default")], ignoreOrder: true);
    }

    [Test]
    public void In_a_restricted_project_Incus_chooses_what_tells_an_instance_from_its_copies()
    {
        Give(Home());
        var refused = false;
        _incus.BeforeChange = (verb, id) =>
        {
            if (verb == "create" && id.Kind == ObjectKind.Instance && !refused)
            {
                refused = true;
                throw new IncusErrorException(400, "Setting \"volatile.uuid\" on container \"web\" is forbidden");
            }

            if (verb == "boot")
            {
                _incus.Edit(id, o => o with { Config = new(o.Config!) { ["volatile.uuid"] = "5d3c" } });
            }
        };

        _incus.With(Request(Home()));

        _incus[ObjectId.Instance("home", "web")].Config!["user.infra.object"].ShouldBe("instance home/web 5d3c");
        _incus.Apply(Request(Home())).ShouldBeEmpty();
    }

    [Test]
    public void A_text_of_the_user_stays_one_word_of_the_shell()
    {
        var spec = Home();
        _incus.Restriction = new Restriction("c0ffee", []);

        _incus.Plan(Request(spec with { IncusProject = "it's; reboot" })).Single(r => r.Id.Kind == ObjectKind.Project)
            .Error!.Message.ShouldContain(@"incus project create 'it'\''s; reboot' --config features.images=true");
    }

    private static ObjectId IdOf(ObjectKind kind) => kind == ObjectKind.Project ? Project : Network with { Kind = kind };

    // As an administrator does with the tags networks and projects.
    private void Give(params DomainSpec[] domains)
    {
        _incus.With(Request(domains) with { Kinds = Given.ToHashSet() });
        _incus.Restriction = new Restriction("c0ffee", [.. domains.Select(d => d.IncusProject)]);
    }

    private static IncusObject Set(IncusObject source, string key, string value) =>
        Properties.With(source, [KeyValuePair.Create(Property.Config(key), (string?)value)]);

    private static DomainSpec Home()
    {
        var web = Machine("web", "10.77.1.1");
        web.InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } };
        return Domain("home", 1, web) with { Ephemeral = true };
    }
}
