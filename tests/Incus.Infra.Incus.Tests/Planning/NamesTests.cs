using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>The names of machines of other domains, in the machines that policies let reach them.</summary>
internal sealed class NamesTests
{
    private const string Db = "10.78.0.2 db.incus db\n";
    private const string Web = "10.78.0.1 web.incus web\n";
    private const string Key = "user.infra.hosts";

    private static readonly ObjectId Dev = ObjectId.Instance("work", "dev");

    [Test]
    public void A_new_machine_gets_them_once_it_runs_and_a_second_Apply_changes_nothing()
    {
        var incus = new MemoryIncus();

        var results = incus.Apply(Work());

        results.Single(r => r.Id == Dev).Values().ShouldContain("hosts:  -> 10.78.0.1 web.incus web (Wanted)");
        incus.HostsFiles[Dev].ShouldBe(Db + Web);
        incus.Changes.FindIndex(c => c == $"name others in {Dev}").ShouldBe(incus.Changes.Count - 2);
        incus.Plan(Work()).ShouldBeEmpty();
        incus.With(Work()).With(Work()).Changes.ShouldBeEmpty();
    }

    [Test]
    public void A_policy_that_comes_or_goes_changes_the_lines_and_nothing_else_of_the_machine()
    {
        var incus = new MemoryIncus().With(Request(Domain("work", 1, Machine("dev"))));

        incus.Apply(Work()).Single().Values().ShouldBe(
            ["hosts:  -> 10.78.0.2 db.incus db (Wanted)", "hosts:  -> 10.78.0.1 web.incus web (Wanted)"]);
        incus.Changes.ShouldBe([$"name others in {Dev}", $"update {Dev}"]);

        incus.Apply(Request(Domain("work", 1, Machine("dev")))).Single().Values().ShouldBe(
            ["hosts: 10.78.0.2 db.incus db ->  (Removed)", "hosts: 10.78.0.1 web.incus web ->  (Removed)"]);
        incus.HostsFiles[Dev].ShouldBe("");
        incus[Dev].Config!.ShouldNotContainKey(Key);
    }

    [Test]
    public void Of_lines_that_stay_nothing_is_said()
    {
        var incus = new MemoryIncus().With(Work());
        var request = Request(Domain(
            "work", 1, Machine("dev") with { InstanceHosts = Map(("web", "10.78.0.9"), ("db", "10.78.0.2")) }));

        incus.Plan(request).Single().Values().ShouldBe(
            ["hosts: 10.78.0.1 web.incus web ->  (Wanted)", "hosts:  -> 10.78.0.9 web.incus web (Wanted)"]);
    }

    [Test]
    public void A_run_that_ends_between_the_file_and_its_record_is_made_up_for()
    {
        var incus = new MemoryIncus().With(Request(Domain("work", 1, Machine("dev"))));
        incus.BeforeChange = (verb, id) =>
        {
            if (verb == "update" && id == Dev)
            {
                throw new IncusErrorException(500, "killed");
            }
        };
        incus.Apply(Work()).Single().Status.ShouldBe(ActionStatus.Failed);
        incus.BeforeChange = (_, _) => { };
        incus.Changes.Clear();

        incus.Apply(Work()).Single().Status.ShouldBe(ActionStatus.Done);

        incus.Changes.ShouldBe([$"update {Dev}"]);
        incus[Dev].Config![Key].ShouldBe(Db + Web);
    }

    [Test]
    public void A_file_that_cannot_be_written_fails_its_machine_and_is_tried_again()
    {
        var incus = new MemoryIncus
        {
            BeforeChange = (verb, id) =>
            {
                if (verb == "name others in")
                {
                    throw new ToolFaultException(ToolDiagnostics.NoNames(id, "it is a symlink"));
                }
            },
        };

        incus.Apply(Work()).Single(r => r.Error is not null).Error!.Code.ShouldBe("INFRA4190");
        incus.BeforeChange = (_, _) => { };

        incus.Apply(Work()).Lines().ShouldBe([$"update {Dev}: done".ToLowerInvariant()]);
        incus.HostsFiles[Dev].ShouldBe(Db + Web);
    }

    [Test]
    public void A_machine_that_is_stopped_is_started_first()
    {
        var incus = new MemoryIncus().With(Request(Domain("work", 1, Machine("dev"))));
        incus.Edit(Dev, o => o with { Status = "Stopped" });

        incus.Apply(Work());

        incus.Changes.ShouldBe([$"start {Dev}", $"name others in {Dev}", $"update {Dev}"]);
    }

    [Test]
    public void One_that_is_to_be_stopped_gets_them_once_it_runs()
    {
        var incus = new MemoryIncus();
        var stopped = Request([.. Work().Domains.Select(d => d with
        {
            Machines = [.. d.Machines.Select(m => m with { InstanceState = "stopped" })],
        })]);

        incus.With(stopped).Plan(stopped).ShouldBeEmpty();
        incus.HostsFiles.ShouldBeEmpty();
        incus.Apply(Work());

        incus.HostsFiles[Dev].ShouldBe(Db + Web);
        incus.Plan(Work()).ShouldBeEmpty();
    }

    [Test]
    public void One_that_is_made_anew_gets_them_anew()
    {
        var incus = new MemoryIncus().With(Work());
        incus.HostsFiles.Clear();

        incus.Apply(Work("other") with { AllowReplace = true });

        incus.HostsFiles[Dev].ShouldBe(Db + Web);
        incus.With(Work("other")).Changes.ShouldBeEmpty();
    }

    [Test]
    public void Repair_looks_into_the_file()
    {
        var incus = new MemoryIncus().With(Work());
        incus.HostsFiles[Dev] = "";

        incus.Plan(Work()).ShouldBeEmpty();
        incus.Apply(Work() with { Repair = true }).Single(r => r.Id == Dev).Reason.ShouldContain("/etc/hosts");

        incus.HostsFiles[Dev].ShouldBe(Db + Web);
        incus.Plan(Work()).ShouldBeEmpty();
    }

    [Test]
    public void What_is_no_name_or_no_address_is_rejected_with_its_place() =>
        SpecCheck.FaultsOf(
        [
            Domain("work", 1, Machine("dev") with { InstanceHosts = Map(("a b", "10.78.0.1"), ("web", "everywhere")) }),
        ]).ShouldBe(
        [
            "Domain 'work': machine 'dev': instance_hosts: 'a b' is no name of a machine.",
            "Domain 'work': machine 'dev': instance_hosts: 'everywhere' is no address.",
        ]);

    private static EngineRequest Work(string image = "busybox") => Request(
        Domain("work", 1, Machine("dev", image: image) with
        {
            InstanceHosts = Map(("web", "10.78.0.1"), ("db", "10.78.0.2")),
        }));
}
