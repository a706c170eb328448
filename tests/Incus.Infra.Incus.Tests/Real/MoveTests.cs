using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>Machines come to another domain, and domains get another name, with all that they have.</summary>
[Category("Incus")]
[Category("EachRelease")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MoveTests
{
    private readonly Lab _lab = new();

    [TearDown]
    public async Task Remove_everything()
    {
        SharedIncus.KeepEvidenceOfFailure(SharedIncus.Daemon);
        Lab.Errors(await _lab.DestroyAsync(_lab.Removal() with { IncludeProtected = true })).ShouldBeEmpty();
    }

    [Test]
    public async Task A_machine_comes_to_another_domain_and_that_gets_another_name_with_data_volumes_and_snapshots()
    {
        var home = _lab.Domain('a', Box("box", 'a', null));
        await _lab.ConvergeAsync(home, Protected(Machine("other", _lab.Address('b', 6))));
        var before = await _lab.GetAsync(ObjectId.Instance(home.IncusProject, "box"));
        SharedIncus.Daemon.InInstance(home.IncusProject, "box", "sh", "-c", "echo mine >/data/file; echo own >/file");
        Lab.Client(home.IncusProject, "snapshot", "create", "box", "theirs");
        Lab.Client(home.IncusProject, "storage", "volume", "snapshot", "create", "default", "box-data", "its");

        var moved = Protected(Box("shop", 'b', $"{home.IncusProject}/box"), Machine("other", _lab.Address('b', 6)));
        await MoveAsync(_lab.Domain('a'), moved);

        await ShouldHaveAllAsync("b", before);
        Lab.Client(home.IncusProject, "list", "--format", "csv").ShouldBeEmpty();

        var renamed = moved with
        {
            Name = $"{_lab.Project}c",
            Was = moved.Name,
            IncusProject = $"{_lab.Project}c",
            IncusNetwork = moved.IncusNetwork with { Name = $"net-{_lab.Project}c" },
            IncusNetworkAcl = moved.IncusNetworkAcl with { Name = $"net-{_lab.Project}c" },
            Machines = [.. moved.Machines.Select(m => m with { InstanceWas = $"{moved.IncusProject}/{m.InstanceName}" })],
        };
        await MoveAsync(_lab.Domain('a'), renamed);

        await ShouldHaveAllAsync("c", before);
        foreach (var kind in new[] { "project", "network" })
        {
            SharedIncus.Daemon.Client(kind, "list", "--format", "csv").ShouldNotContain($"{_lab.Project}b");
        }

        SharedIncus.Daemon.Client("network", "acl", "list", "--format", "csv").ShouldNotContain($"{_lab.Project}b");
    }

    private DomainSpec Protected(params MachineSpec[] machines) => _lab.Domain('b', machines) with { Ephemeral = false };

    private async Task MoveAsync(params DomainSpec[] domains)
    {
        (await _lab.ApplyAsync(_lab.Request(domains))).ShouldContain(r => r.Error != null && r.Error.Code == "INFRA4202");
        Lab.Errors(await _lab.ApplyAsync(_lab.Request(domains) with { AllowMove = true })).ShouldBeEmpty();
        (await _lab.ConvergeAsync(domains)).ShouldBeEmpty();
    }

    private async Task ShouldHaveAllAsync(string letter, IncusObject before)
    {
        var project = $"{_lab.Project}{letter}";
        var after = await _lab.GetAsync(ObjectId.Instance(project, "shop"));
        (after.Status, after.Devices!["eth0"]["network"], after.Devices["eth0"]["ipv4.address"])
            .ShouldBe(("Running", $"net-{project}", _lab.Address('b', 5)));
        (after.Config!["volatile.uuid"], after.Config["volatile.eth0.hwaddr"])
            .ShouldBe((before.Config!["volatile.uuid"], before.Config["volatile.eth0.hwaddr"]));
        SharedIncus.Daemon.InInstance(project, "shop", "sh", "-c", "read a </data/file; read b </file; echo $a $b")
            .ShouldBe("mine own");
        Lab.Client(project, "list", "shop", "--format", "csv", "--columns", "nS").ShouldBe("shop,1");
        Lab.Client(project, "storage", "volume", "snapshot", "list", "default", "shop-data", "--format", "csv")
            .ShouldStartWith("its,");
    }

    private MachineSpec Box(string name, char letter, string? was) => Machine(name, _lab.Address(letter, 5)) with
    {
        InstanceWas = was,
        InstanceEphemeral = false,
        InstanceConfig = Map(("boot.host_shutdown_timeout", "1")),
        InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } },
    };
}
