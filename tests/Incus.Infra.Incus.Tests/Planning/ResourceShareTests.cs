using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>What machines get of a server that they share by weight: 8 CPUs and 16 GiB, of which 20% are the host's.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ResourceShareTests
{
    private readonly MemoryIncus _incus = new();

    [Test]
    public void Machines_share_by_weight_what_the_reserve_leaves_and_a_second_apply_changes_nothing()
    {
        var request = Shared(Domain("a", 1, Machine("one"), Weighing("three", 3)));

        _incus.With(request);

        Limits("one").ShouldBe("limits.cpu.allowance=20% limits.memory=3276MiB limits.memory.enforce=soft");
        Limits("three").ShouldBe("limits.cpu.allowance=60% limits.memory=9830MiB limits.memory.enforce=soft");
        _incus.Apply(request).ShouldBeEmpty();
    }

    [Test]
    public void Plan_says_how_it_comes_to_a_share()
    {
        var request = Shared(Domain("a", 1, Machine("one"), Weighing("three", 3)));

        _incus.Plan(request).Single(r => r.Id == Id("one")).Reason.ShouldBe("its share is 1/4 of 6.4 CPUs and 1/4 of 12.8GiB");
    }

    [Test]
    public void A_machine_that_comes_changes_the_shares_of_the_others_while_they_run()
    {
        _incus.With(Shared(Domain("a", 1, Machine("one"))));

        var results = _incus.Apply(Shared(Domain("a", 1, Machine("one"), Machine("two"))));

        var changed = results.Single(r => r.Id == Id("one"));
        changed.Action.ShouldBe(ActionKind.Update);
        changed.Values().ShouldBe(
        [
            "config.limits.cpu.allowance: 80% -> 40% (Wanted)", "config.limits.memory: 13107MiB -> 6553MiB (Wanted)",
        ]);
        changed.Reason.ShouldBe("its share is 1/2 of 6.4 CPUs and 1/2 of 12.8GiB");
        _incus.Changes.ShouldNotContain(c => c.Contains("stop"));
    }

    [Test]
    public void Under_a_limit_the_others_count_and_are_left_as_they_are()
    {
        var all = Shared(Domain("a", 1, Machine("one")), Domain("b", 2, Machine("two")));

        _incus.With(all with { Scope = new HashSet<string> { "a" } });

        Limits("one").ShouldStartWith("limits.cpu.allowance=40%");
        _incus.Objects.Keys.ShouldNotContain(id => id.Name == "two");
        _incus.With(all).Apply(all).ShouldBeEmpty();
    }

    [Test]
    public void Limits_of_machines_own_and_of_their_profiles_are_kept_and_subtracted()
    {
        var own = Machine("own");
        own.InstanceConfig = Map(("limits.cpu", "2"), ("limits.memory", "4GiB"));
        var profiled = Machine("profiled");
        profiled.InstanceProfiles = ["default", "small"];
        var domain = Domain("a", 1, own, profiled, Machine("free"));
        domain.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["small"] = new() { Config = Map(("limits.cpu.allowance", "25ms/100ms")) },
        };

        _incus.With(Shared(domain));

        Limits("own").ShouldBe("limits.cpu=2 limits.memory=4GiB");
        Limits("profiled").ShouldBe("limits.memory=4505MiB limits.memory.enforce=soft");
        Limits("free").ShouldBe("limits.cpu.allowance=51% limits.memory=4505MiB limits.memory.enforce=soft");
    }

    [TestCase("0-2,7", null, 4)]
    [TestCase("sockets=1,cores=2,threads=2", null, 4)]
    [TestCase(null, "50%", 4)]
    [TestCase(null, "50ms/100ms", 0.5)]
    public void Limits_of_CPU_count_in_each_form_that_Incus_has(string? cpu, string? allowance, decimal cpus) =>
        new Claim(Id("web"), IsVirtualMachine: false, 1, HasEnforce: false, cpu, allowance, Memory: null).CpusOf(8)
            .ShouldBe(cpus);

    [TestCase("10%", 100)]
    [TestCase("1KiB", 1024)]
    public void Limits_of_memory_count_in_each_form_that_Incus_has(string memory, decimal bytes) =>
        new Claim(Id("web"), IsVirtualMachine: false, 1, HasEnforce: false, Cpu: null, Allowance: null, memory).MemoryOf(1000)
            .ShouldBe(bytes);

    [Test]
    public void Whole_CPUs_hard_memory_equal_shares_and_a_reserve_in_numbers_are_as_they_are_asked_for()
    {
        var request = Shared(Domain("a", 1, Machine("one"), Weighing("three", 3))) with
        {
            ResourcePolicy = new ResourcePolicySpec
            {
                HostReserve = new HostReserveSpec { Cpu = "1", Memory = "2GiB" },
                Mode = "equal",
                CpuMode = "count",
                MemoryEnforce = "hard",
            },
        };

        _incus.With(request);

        Limits("one").ShouldBe("limits.cpu=3 limits.memory=7168MiB");
        Limits("three").ShouldBe("limits.cpu=3 limits.memory=7168MiB");
    }

    [Test]
    public void More_than_there_is_is_told_before_anything_changes_and_overcommit_allows_it()
    {
        var own = Machine("own");
        own.InstanceConfig = Map(("limits.memory", "13GiB"), ("limits.cpu", "7"));
        var request = Shared(Domain("a", 1, Machine("one"), own));

        var results = _incus.Apply(request);

        results.Single(r => r.Status == ActionStatus.Failed).Error!.Message.ShouldBe(
            "instance 'own' in project 'a': the machines on its server are to get 7.08 CPUs, but host_reserve leaves 6.4 of 8 "
            + "(own 7 of their own); and 13GiB of memory, but host_reserve leaves 12.8GiB of 16GiB (own 13GiB of their own). "
            + "Lower host_reserve or limits of machines' own, or write overcommit: true. Apply changes nothing until then.");
        _incus.Changes.ShouldBeEmpty();
        _incus.With(request with { ResourcePolicy = new ResourcePolicySpec { Overcommit = true } });
        Limits("one").ShouldBe("limits.cpu.allowance=80% limits.memory=13107MiB limits.memory.enforce=soft");
    }

    [Test]
    public void What_is_too_much_leaves_the_shares_that_machines_have()
    {
        _incus.With(Shared(Domain("a", 1, Machine("one"))));
        var own = Machine("own");
        own.InstanceConfig = Map(("limits.memory", "13GiB"));

        _incus.Plan(Shared(Domain("a", 1, Machine("one"), own))).ShouldNotContain(r => r.Id == Id("one"));
    }

    [Test]
    public void A_virtual_machine_whose_part_is_less_than_a_whole_CPU_gets_one_and_the_others_share_the_rest()
    {
        var big = Weighing("big", 1) with { InstanceType = "vm" };
        var request = Shared(Domain("a", 1, big, Weighing("three", 3), Weighing("six", 6)));

        _incus.Plan(request).Select(r => r.Reason).Where(r => r.Contains("share")).Order().ShouldBe(
        [
            "its share is 3/9 of 5.4 CPUs and 3/10 of 12.8GiB",
            "its share is 6/9 of 5.4 CPUs and 6/10 of 12.8GiB",
            "its share is at least 1 CPU and 1/10 of 12.8GiB",
        ]);
        _incus.With(request);
        Limits("big").ShouldStartWith("limits.cpu=1 ");
        Limits("six").ShouldStartWith("limits.cpu.allowance=45% ");
    }

    [Test]
    public void More_machines_than_whole_CPUs_are_too_many()
    {
        var machines = Enumerable.Range(1, 7).Select(i => Machine($"m{i}")).ToArray();
        var request = Shared(Domain("a", 1, machines)) with { ResourcePolicy = new ResourcePolicySpec { CpuMode = "count" } };

        _incus.Plan(request).Select(r => r.Error?.Code).ShouldContain("INFRA4175");
    }

    [Test]
    public void A_reserve_that_leaves_nothing_is_told_even_with_overcommit()
    {
        var policy = new ResourcePolicySpec { HostReserve = new HostReserveSpec { Memory = "16GiB" }, Overcommit = true };

        _incus.Plan(Shared(Domain("a", 1, Machine("one"))) with { ResourcePolicy = policy })
            .Select(r => r.Error?.Message).OfType<string>().ShouldHaveSingleItem().ShouldContain("leaves 0MiB of 16GiB");
    }

    [Test]
    public void A_running_virtual_machine_keeps_what_it_has_and_gets_its_share_when_it_is_started()
    {
        var vm = Machine("vm");
        vm.InstanceType = "vm";
        _incus.With(Shared(Domain("a", 1, vm)));
        Limits("vm").ShouldBe("limits.cpu=6 limits.memory=13107MiB");
        var both = Shared(Domain("a", 1, vm, Machine("one")));

        var told = _incus.With(both).Apply(both).ShouldHaveSingleItem();

        told.Status.ShouldBe(ActionStatus.Skipped);
        told.Reason.ShouldBe("its share is 1/2 of 6.4 CPUs and 1/2 of 12.8GiB: limits.cpu=3 limits.memory=6553MiB; "
            + "a running virtual machine keeps what it has, so stop it, then apply");
        _incus.Changes.ShouldBeEmpty();
        _incus.Edit(Id("vm"), o => o with { Status = "Stopped" });
        _incus.With(both).Apply(both).ShouldBeEmpty();
        Limits("vm").ShouldBe("limits.cpu=3 limits.memory=6553MiB");
    }

    [Test]
    public void A_virtual_machine_that_restarts_anyway_gets_its_share_with_it()
    {
        var vm = Machine("vm");
        vm.InstanceType = "vm";
        _incus.With(Shared(Domain("a", 1, vm)));
        vm.InstanceConfig = Map(("security.secureboot", "false"));

        var results = _incus.Apply(Shared(Domain("a", 1, vm, Machine("one"))));

        results.Single(r => r.Id == Id("vm")).Action.ShouldBe(ActionKind.Restart);
        Limits("vm").ShouldBe("limits.cpu=3 limits.memory=6553MiB");
    }

    [Test]
    public void Of_a_cluster_each_member_is_shared_by_its_own_machines()
    {
        _incus.Cluster = new Cluster(
        [
            new ClusterMember { ServerName = "m1", Status = "Online" },
            new ClusterMember { ServerName = "m2", Status = "Online" },
        ]);
        _incus.BytesOf = member => (member == "m1" ? 16L : 32L) << 30;
        var request = Shared(On("m1", Domain("a", 1, Machine("one"), Machine("two"))), On("m2", Domain("b", 2, Machine("far"))));

        _incus.With(request);

        Limits("one").ShouldBe("limits.cpu.allowance=40% limits.memory=6553MiB limits.memory.enforce=soft");
        Limits("far", "b").ShouldBe("limits.cpu.allowance=80% limits.memory=26214MiB limits.memory.enforce=soft");
        _incus.Apply(request).ShouldBeEmpty();
        _incus.Plan(Shared(On("m1", Domain("c", 3, Machine("new")))))
            .Single(r => r.Id.Name == "new").Reason.ShouldStartWith("on member 'm1'; its share is");
    }

    [Test]
    public void A_server_with_some_pages_more_or_less_changes_no_share()
    {
        var request = Shared(Domain("a", 1, Machine("one")));
        _incus.BytesOf = _ => (16L << 30) + (1L << 20);
        _incus.With(request);

        _incus.BytesOf = _ => (16L << 30) + (200L << 20);

        _incus.Apply(request).ShouldBeEmpty();
    }

    [Test]
    public void Without_a_policy_what_was_shared_is_unset_and_the_server_is_not_asked()
    {
        _incus.With(Shared(Domain("a", 1, Machine("one"))));
        var reads = _incus.ResourceReads;

        var change = _incus.Apply(Request(Domain("a", 1, Machine("one")))).ShouldHaveSingleItem();

        change.Action.ShouldBe(ActionKind.Update);
        Limits("one").ShouldBeEmpty();
        _incus.ResourceReads.ShouldBe(reads);
    }

    [Test]
    public void A_share_that_somebody_changed_is_put_back_and_a_way_to_limit_memory_of_the_machines_own_stays()
    {
        var machine = Machine("one");
        machine.InstanceConfig = Map(("limits.memory.enforce", "hard"));
        var request = Shared(Domain("a", 1, machine));
        _incus.With(request);
        _incus.Edit(Id("one"), o => o with { Config = new(o.Config!) { ["limits.memory"] = "1GiB" } });

        _incus.Apply(request).Single().Values().ShouldBe(["config.limits.memory: 1GiB -> 13107MiB (Drift)"]);
        Limits("one").ShouldBe("limits.cpu.allowance=80% limits.memory=13107MiB limits.memory.enforce=hard");
    }

    [Test]
    public void A_policy_below_a_managed_section_that_cannot_be_is_told()
    {
        var policy = new ResourcePolicySpec
        {
            Mode = "fair",
            HostReserve = new HostReserveSpec { Cpu = "some", Memory = "5 apples" },
        };

        policy.Faults().ShouldBe(
        [
            "resource_policy.mode is 'fair', and only proportional and equal are known.",
            "resource_policy.host_reserve.cpu: 'some' can be taken from no server.",
            "resource_policy.host_reserve.memory: '5 apples' can be taken from no server.",
        ]);
    }

    private static EngineRequest Shared(params DomainSpec[] domains) =>
        Request(domains) with { ResourcePolicy = new ResourcePolicySpec() };

    private static MachineSpec Weighing(string name, int weight)
    {
        var machine = Machine(name);
        machine.InstanceWeight = weight;
        return machine;
    }

    private static DomainSpec On(string member, DomainSpec domain)
    {
        foreach (var machine in domain.Machines)
        {
            machine.InstanceTarget = member;
        }

        return domain;
    }

    private static ObjectId Id(string machine) => ObjectId.Instance("a", machine);

    private string Limits(string machine, string project = "a") => string.Join(' ', _incus[ObjectId.Instance(project, machine)]
        .Config!.Where(c => c.Key.StartsWith("limits.")).OrderBy(c => c.Key, StringComparer.Ordinal)
        .Select(c => $"{c.Key}={c.Value}"));
}
