using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Status;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>What is changed by hand on a real Incus, which has its own way to write values, is found, and nothing else.</summary>
[Category("Incus")]
[Category("EachRelease")]
internal sealed class StatusTests
{
    private readonly Lab _lab = new();

    [TearDown]
    public Task Remove() => _lab.RemoveAsync();

    [Test]
    public async Task Each_kind_of_value_that_somebody_changes_is_found_and_a_restart_or_a_snapshot_is_no_change()
    {
        var web = Machine("web", _lab.Address('a', 7));
        web.InstanceDescription = "A page";
        web.InstanceConfig = Map(("limits.memory", "64MiB"), ("environment.A", "b"), ("user.note", "n"));
        web.InstanceBootAutostart = "true";
        web.InstanceSnapshotsSchedule = "@daily";
        web.InstanceProfiles = ["default", "small"];
        web.InstanceStorageVolumes = new Dictionary<string, VolumeSpec>
        {
            ["data"] = new() { Path = "/data", Size = "16MiB" },
        };
        var domain = _lab.Domain('a', web);
        domain.IncusProfiles = new Dictionary<string, ProfileSpec>
        {
            ["small"] = new() { Config = Map(("limits.processes", "500")) },
        };
        await _lab.ConvergeAsync(domain);
        var (project, network) = (domain.IncusProject, domain.IncusNetwork.Name);

        Lab.Client(project, "restart", "web", "--force");
        Lab.Client(project, "snapshot", "create", "web", "s1");
        var untouched = await StatusAsync();
        untouched.Where(o => o.Mark != StatusMark.Applied).ShouldBeEmpty();
        untouched.Single(o => o.Id.Kind == ObjectKind.Instance).Snapshot.ShouldNotBeNull();

        await FindsAsync("config.limits.memory", "config", "set", "web", "limits.memory=32MiB");
        await FindsAsync("config.environment.A", "config", "unset", "web", "environment.A");
        await FindsAsync("config.boot.autostart", "config", "set", "web", "boot.autostart=false");
        await FindsAsync("config.snapshots.schedule", "config", "set", "web", "snapshots.schedule=@hourly");
        await FindsAsync(
            "devices.eth0.security.mac_filtering", "config", "device", "unset", "web", "eth0", "security.mac_filtering");
        await FindsAsync("devices.data.path", "config", "device", "set", "web", "data", "path=/elsewhere");
        await FindsAsync("profiles", "profile", "remove", "web", "small");
        await FindsAsync("config.limits.processes", "profile", "set", "small", "limits.processes=400");
        await FindsAsync("config.size", "storage", "volume", "set", "default", "web-data", "size=20MiB");
        await FindsAsync("config.ipv4.nat", "network", "set", network, "ipv4.nat=false");
        await FindsAsync("egress", "network", "acl", "rule", "add", network, "egress", "action=allow");
        await FindsAsync("description", "project", "set", "--property", project, "description=Mine");

        Lab.Errors(await _lab.ApplyAsync(_lab.Request(domain))).ShouldBeEmpty();
        (await StatusAsync()).Where(o => o.Mark != StatusMark.Applied).ShouldBeEmpty();

        // What was found before stays so, and is not counted again.
        async Task FindsAsync(string key, params string[] command)
        {
            var before = await DriftAsync();
            Lab.Client(command[0] is "network" or "project" ? "default" : project, command);
            (await DriftAsync()).Except(before).ShouldHaveSingleItem(string.Join(' ', command)).ShouldEndWith(
                key.Split('.')[^1]);
        }

        async Task<List<string>> DriftAsync() =>
            [.. (await StatusAsync()).SelectMany(o => o.Drift.Select(d => $"{o.Id} {d.Key}"))];

        async Task<IReadOnlyList<ObjectStatus>> StatusAsync()
        {
            using var client = new IncusClient(_lab.Target, new RequestCounter(), IncusTimeouts.Default);
            var reader = new StatusReader(_lab.Request(domain), new IncusStore(client, _lab.Server));
            return (await reader.ReadAsync(CancellationToken.None)).Objects;
        }
    }

    [Test]
    public async Task A_port_is_healthy_while_something_in_the_machine_listens_where_others_reach_it()
    {
        var db = Machine("db", _lab.Address('a', 7));
        db.InstanceHealth = new HealthSpec { Tcp = 5432 };
        var domain = _lab.Domain('a', db);
        await _lab.ConvergeAsync(domain);
        In("--install", "-s", "/bin");
        _lab.SetUpCard(domain, "db", db.InstanceIp!);

        (await AnswerAsync()).ShouldBe("tcp 5432: nothing listens there at the machine's address");
        Listen("127.0.0.1");
        (await AnswerAsync()).ShouldNotBeNull();
        In("killall", "httpd");
        Listen(db.InstanceIp!);
        (await AnswerAsync()).ShouldBeNull();

        // It listens before it goes on in the background.
        void Listen(string address) => In("sh", "-c", $"/bin/httpd -p {address}:5432 -h /");

        void In(params string[] command) => SharedIncus.Daemon.InInstance(
            domain.IncusProject, "db", ["/bin/busybox", .. command]);

        async Task<string?> AnswerAsync()
        {
            using var client = new IncusClient(_lab.Target, new RequestCounter(), IncusTimeouts.Default);
            var reader = new StatusReader(_lab.Request(domain), new IncusStore(client, _lab.Server));
            var report = await reader.ReadAsync(CancellationToken.None);
            return report.Objects.Single(o => o.Id.Kind == ObjectKind.Instance).HealthAnswer;
        }
    }
}
