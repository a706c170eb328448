using System.Diagnostics;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Testing;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>What an infrastructure made is taken away, and nothing else.</summary>
[Category("Incus")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DestroyTests
{
    private readonly Lab _lab = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("infra-destroy-").FullName;

    [TearDown]
    public async Task Remove_everything()
    {
        Directory.Delete(_folder, recursive: true);
        await _lab.RemoveAsync();
    }

    [Test]
    [Category("EachRelease")]
    public async Task What_is_protected_stays_until_that_is_said_and_what_others_have_for_good()
    {
        var home = _lab.Domain('a', Protected("db"), WithVolume("web", _lab.Address('a', 5)));
        var lab = _lab.Domain('b', Machine("box"));
        await _lab.ConvergeAsync(home, lab);
        var (db, web) = (ObjectId.Instance(home.IncusProject, "db"), ObjectId.Instance(home.IncusProject, "web"));
        string[] beside = SharedIncus.Daemon.MemberOf(home.IncusProject, "web") is { } member ? ["--target", member] : [];
        Lab.Client(home.IncusProject, ["copy", "web", "theirs", "--device", "eth0,ipv4.address=none", .. beside]);
        Lab.Client(home.IncusProject, "snapshot", "create", "db", "before");
        Lab.Client(lab.IncusProject, "publish", "box", "--force", "--alias", "golden");

        await _lab.DestroyAsync(_lab.Removal(), confirmed: false);
        _lab.Requests.Keys.ShouldBe(["GET"]);

        var results = await _lab.DestroyAsync(_lab.Removal());
        Lab.Errors(results).ShouldBeEmpty();
        results.Where(r => r.Status == ActionStatus.Done).Select(r => r.Id)
            .ShouldBe([web, ObjectId.Instance(lab.IncusProject, "box")], ignoreOrder: true);
        results.Single(r => r.Id.Kind == ObjectKind.Volume).Reason.ShouldContain("'theirs'");
        results.Single(r => r.Id == ObjectId.OfProject(lab.IncusProject)).Reason.ShouldContain("image 'golden'");
        (await _lab.GetAsync(db)).Status.ShouldBe("Running");
        (await _lab.FindAsync(web)).ShouldBeNull();

        Lab.Client(lab.IncusProject, "image", "delete", "golden");
        var all = await _lab.DestroyAsync(_lab.Removal() with { IncludeProtected = true });
        Lab.Errors(all).ShouldBeEmpty();
        all.Single(r => r.Id == db).Reason.ShouldBe("protected, with 1 snapshot");
        (await _lab.FindAsync(db)).ShouldBeNull();
        (await _lab.FindAsync(ObjectId.Network(lab.IncusNetwork.Name))).ShouldBeNull();

        Lab.Client(home.IncusProject, "delete", "theirs");
        Lab.Errors(await _lab.DestroyAsync(_lab.Removal())).ShouldBeEmpty();
        Left().ShouldBeEmpty();
    }

    [Test]
    [Category("EachRelease")]
    [Category("OnCluster")]
    public async Task What_is_exported_can_be_imported_and_what_cannot_be_stays()
    {
        var domain = _lab.Domain('a', WithVolume("box"));
        await _lab.ConvergeAsync(domain);
        SharedIncus.Daemon.InInstance(domain.IncusProject, "box", "/bin/busybox", "touch", "/mine", "/data/mine");
        Lab.Client(domain.IncusProject, "snapshot", "create", "box", "before");
        var occupied = Path.Join(_folder, "occupied");
        await File.WriteAllTextAsync(occupied, "");

        var failed = await _lab.DestroyAsync(_lab.Removal() with { ExportFolder = occupied });
        failed.Single(r => r.Status == ActionStatus.Failed).Error!.Code.ShouldBe("INFRA4083");
        (await _lab.GetAsync(ObjectId.Instance(domain.IncusProject, "box"))).Status.ShouldBe("Running");

        Lab.Errors(await _lab.DestroyAsync(_lab.Removal() with { ExportFolder = _folder })).ShouldBeEmpty();
        var files = new[] { $"{domain.Name}-box.tar.gz", $"{domain.Name}-box-data.volume.tar.gz" }
            .Select(name => Path.Join(_folder, name)).ToList();
        Directory.GetFiles(_folder).ShouldBe([.. files, occupied], ignoreOrder: true);
        File.GetUnixFileMode(files[0]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await _lab.ConvergeAsync(_lab.Domain('a'));
        Lab.Client(domain.IncusProject, "storage", "volume", "import", "default", files[1], "box-data");
        Lab.Client(domain.IncusProject, "import", files[0]);
        await _lab.ConvergeAsync(domain);
        SharedIncus.Daemon.InInstance(domain.IncusProject, "box", "/bin/busybox", "ls", "/mine", "/data/mine");
        Lab.Client(domain.IncusProject, "snapshot", "show", "box", "before");
    }

    [Test]
    public async Task Killed_at_points_all_over_a_run_the_next_one_ends_well()
    {
        var domain = _lab.Domain('a', WithVolume("web", _lab.Address('a', 1)), Protected("db"));
        var request = _lab.Removal() with { IncludeProtected = true };
        await _lab.ConvergeAsync(domain);
        var clock = Stopwatch.StartNew();
        Lab.Errors(await _lab.DestroyAsync(request)).ShouldBeEmpty();
        var span = clock.Elapsed;
        var kills = Kills.Or(3);
        for (var kill = 0; kill < kills; kill++)
        {
            Lab.Errors(await _lab.ApplyAsync(_lab.Request(domain))).ShouldBeEmpty(customMessage: $"before kill {kill}");
            // To Incus a client that is killed and one whose connections break are the same.
            using (var proxy = new RequestProxy(SharedIncus.Daemon.SocketPath))
            {
                var run = _lab.Through(proxy.SocketPath).DestroyAsync(request);
                await Task.WhenAny(run, Task.Delay(span * (kill + 1) / (kills + 1)));
                proxy.Dispose();
                await EndAsync(run);
            }

            Lab.Errors(await _lab.DestroyAsync(request)).ShouldBeEmpty(customMessage: $"after kill {kill}");
            Left().ShouldBeEmpty(customMessage: $"after kill {kill}");
        }
    }

    private static async Task EndAsync(Task run)
    {
        try
        {
            await run;
        }
        catch (ToolFaultException)
        {
            // It was still reading.
        }
    }

    // All that has the name of one of the lab's domains, interfaces of the host among it.
    private List<string> Left() =>
    [
        .. new[] { "projects", "networks", "network-acls" }
            .SelectMany(kind => SharedIncus.Daemon.Client("query", $"/1.0/{kind}").Split('"'))
            .Where(url => url.EndsWith($"{_lab.Project}a", StringComparison.Ordinal)
                || url.EndsWith($"{_lab.Project}b", StringComparison.Ordinal)),
    ];

    private static MachineSpec Protected(string name)
    {
        var machine = Machine(name);
        machine.InstanceEphemeral = false;
        return machine;
    }

    private static MachineSpec WithVolume(string name, string? ip = null)
    {
        var machine = Machine(name, ip);
        machine.InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } };
        return machine;
    }
}
