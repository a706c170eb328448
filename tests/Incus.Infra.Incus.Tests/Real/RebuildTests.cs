using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>What Incus makes of a machine that follows its image.</summary>
[Category("Incus")]
[Category("EachRelease")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RebuildTests
{
    private readonly Lab _lab = new();
    private readonly NewerImage _image = new();

    [TearDown]
    public async Task Remove_everything()
    {
        await _lab.RemoveAsync();
        _image.Dispose();
    }

    [Test]
    public async Task A_follower_gets_the_new_disk_keeps_all_else_and_finds_its_way_back()
    {
        var domain = Domain(Follower(), Machine("still", image: _image.Alias));
        var box = ObjectId.Instance(domain.IncusProject, "box");
        await _lab.ConvergeAsync(domain);
        var before = await _lab.GetAsync(box);
        In("box", "echo mine >/data/file; echo lost >/file");
        Lab.Client(domain.IncusProject, "snapshot", "create", "box", "theirs");
        Lab.Client(domain.IncusProject, "config", "set", "box", "user.theirs=1");
        _image.Is(1);

        var planned = await _lab.PlanAsync(_lab.Request(domain));
        (await _lab.ConvergeAsync(domain)).ShouldHaveSingleItem().Action.ShouldBe(ActionKind.Rebuild);

        planned.Select(r => (r.Id.Name, r.Action)).ShouldBe(
            [("box", ActionKind.Rebuild), ("still", ActionKind.Outdated)]);
        var after = await _lab.GetAsync(box);
        (after.Status, after.Config!["volatile.uuid"], after.Config["volatile.eth0.hwaddr"], after.Config["user.theirs"])
            .ShouldBe(("Running", before.Config!["volatile.uuid"], before.Config["volatile.eth0.hwaddr"], "1"));
        after.Devices!["eth0"]["ipv4.address"].ShouldBe(_lab.Address('a', 5));
        In("box", "read -r v </version; read -r d </data/file; echo $v $d; test ! -e /file").ShouldBe("1 mine");
        In("still", "read -r v </version; echo $v").ShouldBe("0");
        var copy = Names(domain).Single(n => n.StartsWith("box-before-", StringComparison.Ordinal));
        Lab.Client(domain.IncusProject, "list", copy, "--format", "csv", "--columns", "sS").ShouldBe("STOPPED,1");

        // As docs/images.md says it.
        Lab.Client(domain.IncusProject, "stop", "box", "--force");
        Lab.Client(domain.IncusProject, "delete", "box");
        Lab.Client(domain.IncusProject, "rename", copy, "box");
        await _lab.ConvergeAsync(Domain(Follower() with { InstanceImagePolicy = MachineSpec.Pin }, domain.Machines[1]));
        In("box", "read -r v </version; read -r d </data/file; read -r l </file; echo $v $d $l").ShouldBe("0 mine lost");
        Lab.Client(domain.IncusProject, "list", "box", "--format", "csv", "--columns", "S").ShouldBe("1");
    }

    private MachineSpec Follower() => Machine("box", _lab.Address('a', 5), _image.Alias) with
    {
        InstanceImagePolicy = MachineSpec.Follow,
        InstanceConfig = Map(("boot.host_shutdown_timeout", "1")),
        InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } },
    };

    private DomainSpec Domain(params MachineSpec[] machines) => _lab.Domain('a', machines);

    private string In(string name, string script) =>
        SharedIncus.Daemon.InInstance(_lab.Domain('a').IncusProject, name, "sh", "-c", script);

    private static string[] Names(DomainSpec domain) =>
        Lab.Client(domain.IncusProject, "list", "--format", "csv", "--columns", "n").Split('\n');
}
