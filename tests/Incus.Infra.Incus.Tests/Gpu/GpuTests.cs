using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using Incus.Infra.Incus.Tests.Real;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Gpu;

/// <summary>Real containers on a real Incus get FAKE cards; see <see cref="FakeCards"/>.</summary>
[Category("Incus")]
[Category("EachRelease")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class GpuTests
{
    private readonly Lab _lab = new(FakeCards.Daemon);

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    [Test]
    public async Task A_machine_that_asks_for_a_GPU_has_it_and_loses_it_without_a_restart()
    {
        var domain = _lab.Domain('a', Machine("llm"));
        await _lab.ConvergeAsync(domain);
        CardsIn(domain).ShouldBe("/dev/dri/*");

        domain.Machines[0].InstanceGpu = true;
        (await _lab.ConvergeAsync(domain)).Single().Action.ShouldBe(ActionKind.Update);
        CardsIn(domain).ShouldBe("/dev/dri/card0 /dev/dri/card1 /dev/dri/renderD128 /dev/dri/renderD129");

        domain.Machines[0].InstanceGpu = false;
        (await _lab.ConvergeAsync(domain)).Single().Action.ShouldBe(ActionKind.Update);
        CardsIn(domain).ShouldBe("/dev/dri/*");
    }

    [TestCase("pci", "9A:00.0")]
    [TestCase("id", "1")]
    [TestCase("vendorid", "1002")]
    public async Task A_new_machine_has_the_card_that_its_profile_chooses_and_no_other(string option, string value)
    {
        var machine = Machine("llm");
        machine.InstanceGpu = true;
        machine.InstanceProfiles = ["default", "gpu"];
        var domain = _lab.Domain('a', machine);
        domain.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["gpu"] = new() { Devices = Device("card", ("type", "gpu"), (option, value), ("gid", "105"), ("mode", "0660")) },
        };

        await _lab.ConvergeAsync(domain);

        CardsIn(domain).ShouldBe("/dev/dri/card1 /dev/dri/renderD129");
        In(domain, "stat -c '%g %a' /dev/dri/renderD129").ShouldBe("105 660");
        (await _lab.GetAsync(ObjectId.Instance(domain.IncusProject, "llm"))).Devices!.ShouldNotContainKey("gpu");
    }

    [Test]
    public async Task A_card_that_is_not_there_is_told_with_those_that_are_before_anything_is_changed()
    {
        var machine = Machine("llm");
        machine.InstanceDevices = Device("card", ("type", "gpu"), ("pci", "0000:9b:00.0"));
        var domain = _lab.Domain('a', machine);

        var results = await _lab.ApplyAsync(_lab.Request(domain, _lab.Domain('b', Machine("other"))));

        _lab.Requests.Keys.ShouldBe(["GET"]);
        var fault = results.Single(r => r.Status == ActionStatus.Failed).Error!;
        fault.Code.ShouldBe("INFRA4030");
        fault.Message.ShouldContain("with pci 0000:9b:00.0. It has: pci 0000:99:00.0 id 0 vendorid 10de productid 2684");
        (await _lab.PlanAsync(_lab.Request(domain))).ShouldContain(r => r.Error != null && r.Error.Code == "INFRA4030");

        machine.InstanceDevices = Device("card", ("type", "gpu"), ("pci", "0000:99:00.0"));
        await _lab.ConvergeAsync(domain);
        CardsIn(domain).ShouldBe("/dev/dri/card0 /dev/dri/renderD128");
    }

    [Test]
    public async Task The_runtime_of_NVIDIA_is_refused_where_the_host_lacks_its_tools()
    {
        var machine = Machine("llm");
        machine.InstanceGpu = true;
        machine.InstanceConfig = Map(("nvidia.runtime", "true"));

        var results = await _lab.ApplyAsync(_lab.Request(_lab.Domain('a', machine)));

        _lab.Requests.Keys.ShouldBe(["GET"]);
        results.Single(r => r.Status == ActionStatus.Failed).Error!.Code.ShouldBe("INFRA4033");
    }

    private static string CardsIn(DomainSpec domain) => In(domain, "echo /dev/dri/*");

    private static string In(DomainSpec domain, string command) =>
        FakeCards.Daemon.InInstance(domain.IncusProject, "llm", "sh", "-c", command);
}
