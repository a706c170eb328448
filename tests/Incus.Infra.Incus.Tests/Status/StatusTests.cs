using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using Incus.Infra.Incus.Status;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Status;

/// <summary>What Status says of an Incus that others have their hands in, too.</summary>
internal sealed class StatusTests
{
    private static readonly ObjectId Web = ObjectId.Instance("lab", "web");
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void After_an_Apply_all_is_as_applied_whatever_Incus_itself_keeps_in_its_objects()
    {
        var incus = new MemoryIncus().With(Request(Lab()));
        foreach (var id in incus.Objects.Keys.ToList())
        {
            incus.Edit(id, o => o with { Config = new(o.Config!) { ["volatile.uuid.generation"] = "x", ["image.os"] = "y" } });
        }

        var report = Report(incus);

        report.Objects.Where(o => o.Mark != StatusMark.Applied).ShouldBeEmpty();
        report.Objects.Select(o => o.Id).ShouldBe(incus.Objects.Keys, ignoreOrder: true);
        report.Differs.ShouldBeFalse();
    }

    [Test]
    public void Each_value_that_somebody_changes_or_unsets_is_found_and_no_other()
    {
        var incus = new MemoryIncus().With(Request(Lab()));
        var tried = 0;
        foreach (var (id, (before, _)) in incus.Objects.ToList())
        {
            foreach (var property in Properties.Of(before).Keys.Where(p => Ownership.Of(id, before)!.Applied.ContainsKey($"{p}")))
            {
                foreach (var value in Others(property))
                {
                    incus.Edit(id, o => Properties.With(o, [KeyValuePair.Create(property, value)]));

                    var changed = Report(incus).Objects.Where(o => o.Mark != StatusMark.Applied).ShouldHaveSingleItem();
                    (changed.Id, changed.Mark).ShouldBe((id, StatusMark.Changed));
                    // A device without its type is none, so its other values go along.
                    changed.Drift.Select(d => d.Key).ShouldContain($"{property}");
                    incus.Put(id, before);
                    tried++;
                }
            }
        }

        tried.ShouldBeGreaterThan(60);
        Report(incus).Differs.ShouldBeFalse();
    }

    [TestCase("stopped", "Stopped", "stopped as wanted")]
    [TestCase("stopped", "Running", "running, wanted stopped")]
    [TestCase("any", "Stopped", "stopped (any)")]
    [TestCase("running", "Stopped", "stopped ")]
    public void Whether_a_machine_runs_is_shown_with_what_infra_yml_wants(string wanted, string status, string shown)
    {
        var incus = new MemoryIncus().With(Request(Domain("lab", 1, Machine("web"))));
        incus.Edit(Web, o => o with { Status = status });
        var request = Request(Domain("lab", 1, Machine("web") with { InstanceState = wanted }));

        var report = new StatusReader(request, incus).ReadAsync(CancellationToken.None).GetAwaiter().GetResult();

        new StatusTable(report, Now, inDetail: false).ToString().ShouldContain($"lab/web  {shown} ");
        StatusDocument.Of(report).Machines.ShouldHaveSingleItem().Wanted.ShouldBe(wanted, StringCompareShould.IgnoreCase);
    }

    [Test]
    public void A_machine_on_a_member_that_does_not_answer_is_unreachable_and_not_one_to_take_over()
    {
        var incus = new MemoryIncus().With(Request(Lab()));
        incus.Put(Web, new IncusObject { Status = "Error", Location = "m2" });

        var report = Report(incus);

        report.Objects.Single(o => o.Id == Web).ShouldSatisfyAllConditions(
            web => web.Mark.ShouldBe(StatusMark.Unreachable),
            web => web.Member.ShouldBe("m2"));
        report.Differs.ShouldBeTrue();
        new StatusTable(report, Now, inDetail: false).ToString().ShouldContain("error on m2");
    }

    [Test]
    public void What_is_not_there_yet_not_applied_yet_and_no_longer_declared_are_told_apart()
    {
        var incus = new MemoryIncus().With(Request(Lab()));
        incus.Objects.Remove(ObjectId.Profile("lab", "small"));
        incus.Edit(Web, o => o with
        {
            Config = o.Config!.Where(c => !c.Key.StartsWith(Ownership.Prefix, StringComparison.Ordinal)).ToDictionary(),
        });

        var report = Report(incus, Request(Lab() with { Machines = [Lab().Machines[0], Machine("new")] }));

        Marks(report).ShouldBe(
        [
            "instance 'web' in project 'lab': NotApplied",
            "instance 'new' in project 'lab': Missing",
            "instance 'db' in project 'lab': Orphan",
            "profile 'small' in project 'lab': Missing",
        ]);
        report.Differs.ShouldBeTrue();
    }

    [Test]
    public void A_copy_by_hand_and_a_machine_of_somebody_else_are_not_ours()
    {
        var incus = new MemoryIncus().With(Request(Lab()));
        incus.Copy(Web, ObjectId.Instance("lab", "copy"));
        incus.Put(ObjectId.Instance("default", "theirs"), new IncusObject { Config = [], Status = "Running" });

        Marks(Report(incus)).ShouldBeEmpty();
    }

    [Test]
    public void An_orphan_alone_is_no_difference()
    {
        var incus = new MemoryIncus().With(Request(Lab()));

        Report(incus, Request(Lab() with { Machines = [Lab().Machines[0]] })).Differs.ShouldBeFalse();
    }

    [Test]
    public void A_table_has_a_line_for_each_machine_and_for_each_other_object_that_differs()
    {
        var incus = Troubled();

        new StatusTable(Report(incus), Now, inDetail: false).ToString().ShouldBe(
            """
            MACHINE          STATE   ADDRESS    IMAGE    SNAPSHOT  STATUS
            lab/web          frozen  10.77.1.7  busybox  3 h       changed by hand: config.environment.KEY, config.limits.cpu
            lab/db           error   -          busybox  -         as applied
            network net-lab                                        changed by hand: config.ipv4.nat
            2 machines: 1 as applied, 1 changed by hand; 1 other object: 1 changed by hand
            """);
    }

    [Test]
    public void Ports_that_Incus_has_for_a_machine_are_a_column_where_there_are_any()
    {
        var lab = Lab();
        var ports = new Dictionary<string, PortSpec>
        {
            ["ssh"] = new() { HostPort = 30000, Port = 22 },
            ["dns"] = new() { Address = "127.0.0.1", HostPort = 53, Port = 53, Protocol = "udp" },
        };
        var request = Request(lab with { Machines = [lab.Machines[0] with { InstancePorts = ports }, lab.Machines[1]] });
        var report = Report(new MemoryIncus().With(request), request);

        new StatusTable(report, Now, inDetail: false).ToString().ShouldBe(
            """
            MACHINE  STATE    ADDRESS    PORTS                            IMAGE    SNAPSHOT  STATUS
            lab/web  running  10.77.1.7  dns 127.0.0.1:53/udp, ssh 30000  busybox  -         as applied
            lab/db   running  -          -                                busybox  -         as applied
            2 machines: 2 as applied
            """);
        StatusDocument.Of(report).ToJson().ShouldContain("\"ssh\": \"tcp:0.0.0.0:30000\"");
    }

    [Test]
    public void In_detail_each_changed_value_is_a_line_and_what_may_be_secret_is_hidden()
    {
        var lines = new StatusTable(Report(Troubled()), Now, inDetail: true).ToString().Split('\n');

        lines[1].ShouldEndWith("  changed by hand");
        lines[2..4].ShouldBe(["    config.environment.KEY: (hidden)", "    config.limits.cpu: (unset)"]);
    }

    [Test]
    public void Programs_get_the_same()
    {
        var json = StatusDocument.Of(Report(Troubled())).ToJson();

        json.ShouldContain("\"differs\": true");
        json.ShouldContain("\"status\": \"changed by hand\"");
        json.ShouldContain("\"key\": \"config.limits.cpu\"");
        json.ShouldNotContain("letmein");
    }

    [Test]
    public void A_limit_shows_a_machine_or_a_whole_domain()
    {
        var incus = new MemoryIncus().With(Request(Lab(), Domain("other", 2, Machine("far"))));
        var report = Report(incus, Request(Lab(), Domain("other", 2, Machine("far"))));

        report.Within(new HashSet<string> { "db" }).Objects.ShouldHaveSingleItem().Id.Name.ShouldBe("db");
        report.Within(new HashSet<string> { "other" }).Objects.Select(o => o.Domain).Distinct().ShouldBe(["other"]);
    }

    private static MemoryIncus Troubled()
    {
        var incus = new MemoryIncus().With(Request(Lab()));
        incus.Edit(Web, o =>
        {
            var config = new Dictionary<string, string>(o.Config!) { ["environment.KEY"] = "letmein" };
            config.Remove("limits.cpu");
            return o with { Config = config, Status = "Frozen" };
        });
        incus.Edit(ObjectId.Instance("lab", "db"), o => o with { Status = "Error" });
        incus.Edit(ObjectId.Network("net-lab"), o => o with { Config = new(o.Config!) { ["ipv4.nat"] = "false" } });
        incus.Snapshots.Add((Web, new SnapshotView { Name = "old", CreatedAt = Now.AddDays(-9) }));
        incus.Snapshots.Add((Web, new SnapshotView { Name = "new", CreatedAt = Now.AddHours(-3.5) }));
        return incus;
    }

    private static IEnumerable<string?> Others(Property property) =>
        property.Section is Section.Ingress or Section.Egress ? [AclRules.Format([])] : ["something else", null];

    private static DomainSpec Lab()
    {
        var web = Machine("web", "10.77.1.7");
        web.InstanceConfig = Map(("limits.cpu", "2"), ("environment.KEY", "secret"));
        web.InstanceProfiles = ["default", "small"];
        web.InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data", Size = "1GiB" } };
        var lab = Domain("lab", 1, web, Machine("db"));
        lab.IncusProfiles = new Dictionary<string, ProfileSpec> { ["small"] = new() { Config = Map(("limits.memory", "1GiB")) } };
        return lab;
    }

    private static IEnumerable<string> Marks(StatusReport report) =>
        report.Objects.Where(o => o.Mark != StatusMark.Applied).Select(o => $"{o.Id}: {o.Mark}");

    private static StatusReport Report(MemoryIncus incus, EngineRequest? request = null) =>
        new StatusReader(request ?? Request(Lab()), incus).ReadAsync(CancellationToken.None).GetAwaiter().GetResult();
}
