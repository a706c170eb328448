using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>A machine whose graphics card is not there is told of before anything is changed.</summary>
internal sealed class GpuGuardTests
{
    private static readonly GpuCard Nvidia = new()
    {
        PciAddress = "0000:0a:00.0",
        VendorId = "10de",
        ProductId = "2684",
        Vendor = "NVIDIA Corporation",
        Product = "AD102",
        Drm = new GpuDrm(0),
        Nvidia = new GpuNvidia { CardName = "nvidia0", CudaVersion = "12.4" },
    };

    private static readonly GpuCard Amd = new()
    {
        PciAddress = "0000:0b:00.0",
        VendorId = "1002",
        ProductId = "744c",
        Drm = new GpuDrm(1),
    };

    [Test]
    public void Without_a_card_nothing_is_changed_in_any_domain_and_plan_says_it_too()
    {
        var incus = new MemoryIncus();
        var request = Request(Domain("ai", 1, WithGpu("llm")), Domain("home", 2, Machine("web")));

        var results = incus.Apply(request);

        results.Single(r => r.Status == ActionStatus.Failed).Error!.Message.ShouldBe(
            "instance 'llm' in project 'ai': the Incus host has no GPU. It has none at all. "
            + "Choose a card that exists, or remove gpu. Apply changes nothing until then.");
        results.Where(r => r.Error is null).ShouldAllBe(r => r.Status == ActionStatus.Blocked);
        incus.Changes.ShouldBeEmpty();
        incus.Plan(request).Select(r => (r.Id, r.Status, r.Error?.Code))
            .ShouldBe(results.Select(r => (r.Id, r.Status, r.Error?.Code)));
    }

    [Test]
    public void Every_machine_without_its_card_is_told_at_once_even_one_that_has_no_other_work()
    {
        var incus = new MemoryIncus { GpuCards = { Nvidia } }.With(Request(Domain("ai", 1, WithGpu("llm"))));
        incus.GpuCards.Clear();

        var results = incus.Apply(Request(Domain("ai", 1, WithGpu("llm"), WithGpu("new"))));

        results.Where(r => r.Error?.Code == "INFRA4030").Select(r => r.Id.Name).ShouldBe(["llm", "new"], ignoreOrder: true);
        incus.Changes.ShouldBeEmpty();
    }

    [TestCase("pci", "0A:00.0", true)]
    [TestCase("pci", "0000:0c:00.0", false)]
    [TestCase("id", "1", true)]
    [TestCase("id", "2", false)]
    [TestCase("vendorid", "1002", true)]
    [TestCase("productid", "2685", false)]
    public void A_card_is_chosen_as_Incus_chooses_it(string option, string value, bool there)
    {
        var machine = Machine("llm");
        machine.InstanceDevices = Device("card", ("type", "gpu"), (option, value));

        var faults = new MemoryIncus { GpuCards = { Nvidia, Amd } }.Plan(Request(Domain("ai", 1, machine)))
            .Select(r => r.Error?.Message).OfType<string>();

        if (there)
        {
            faults.ShouldBeEmpty();
        }
        else
        {
            faults.ShouldHaveSingleItem().ShouldContain(
                $"no GPU with {option} {value}. "
                + "It has: pci 0000:0a:00.0 id 0 vendorid 10de productid 2684 (NVIDIA Corporation AD102), "
                + "pci 0000:0b:00.0 id 1 vendorid 1002 productid 744c.");
        }
    }

    [Test]
    public void A_card_of_a_profile_counts_unless_the_machine_takes_it_away()
    {
        var machine = Machine("llm");
        machine.InstanceProfiles = ["default", "gpu"];
        var domain = Domain("ai", 1, machine);
        domain.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["gpu"] = new() { Devices = Device("card", ("type", "gpu")), Config = Map(("nvidia.runtime", "true")) },
        };
        Codes(new MemoryIncus(), domain).ShouldBe(["INFRA4030"]);
        Codes(new MemoryIncus { GpuCards = { Amd } }, domain).ShouldBe(["INFRA4033"]);
        Codes(new MemoryIncus { GpuCards = { Nvidia } }, domain).ShouldBeEmpty();

        machine.InstanceDevices = Device("card", ("type", "none"));
        machine.InstanceConfig = Map(("nvidia.runtime", "false"));
        Codes(new MemoryIncus(), domain).ShouldBeEmpty();
    }

    [Test]
    public void A_virtual_machine_and_a_part_of_a_card_are_of_one_card()
    {
        var vm = WithGpu("vm");
        vm.InstanceType = "vm";
        var mig = Machine("mig");
        mig.InstanceDevices = Device("card", ("type", "gpu"), ("gputype", "mig"), ("mig.gi", "1"), ("mig.ci", "0"));

        Codes(new MemoryIncus { GpuCards = { Nvidia, Amd } }, Domain("ai", 1, vm, mig)).ShouldBe(["INFRA4032", "INFRA4032"]);
        Codes(new MemoryIncus { GpuCards = { Nvidia } }, Domain("ai", 1, vm, mig)).ShouldBeEmpty();
    }

    [Test]
    public void A_container_gets_nothing_of_a_card_without_driver_and_a_virtual_machine_gets_it_whole()
    {
        var vm = WithGpu("vm");
        vm.InstanceType = "vm";
        var bare = new MemoryIncus { GpuCards = { Nvidia with { Drm = null, Nvidia = null } } };

        Codes(bare, Domain("ai", 1, WithGpu("llm"))).ShouldBe(["INFRA4031"]);
        Codes(bare, Domain("ai", 1, vm)).ShouldBeEmpty();
    }

    [Test]
    public void Who_wants_no_card_asks_for_none_and_nobody_asks_twice()
    {
        var incus = new MemoryIncus { GpuCards = { Nvidia } };
        incus.Plan(Request(Domain("home", 1, Machine("web"))));
        incus.ResourceReads.ShouldBe(0);

        incus.Plan(Request(Domain("ai", 1, WithGpu("one"), WithGpu("two"))));
        incus.ResourceReads.ShouldBe(1);
    }

    private static MachineSpec WithGpu(string name)
    {
        var machine = Machine(name);
        machine.InstanceGpu = true;
        return machine;
    }

    private static IEnumerable<string> Codes(MemoryIncus incus, DomainSpec domain) =>
        incus.Plan(Request(domain)).Select(r => r.Error?.Code).OfType<string>();
}
