using System.Diagnostics;
using System.Globalization;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Planning;
using Incus.Infra.Incus.Protocol;
using Incus.Infra.Testing;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Real;

/// <summary>However a run ends, the next one completes it.</summary>
[Category("Incus")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CrashTests
{
    private readonly Random _random = new(Seed: 3);
    private readonly Lab _lab = new();

    [TearDown]
    public Task Remove_everything() => _lab.RemoveAsync();

    [Test]
    public async Task Killed_at_points_all_over_a_run_the_next_apply_converges_without_help()
    {
        var full = Full();
        var span = await MeasureAsync(full);
        var kills = Kills.Or(8);
        for (var kill = 0; kill < kills; kill++)
        {
            // In turn on the way to everything and on the way to nothing; the points are spread over a whole run.
            var target = kill % 2 == 0 ? full : [];
            using (var run = Reconciler.Apply(_lab, new() { AutoCleanup = true }, target))
            {
                await Task.Delay(span * (kill + 1) / kills);
                run.Process.Kill();
                await run.Process.WaitForExitAsync();
            }

            await ConvergeAsync(target, $"after kill {kill}");
        }
    }

    [Test]
    public async Task Killed_while_it_replaces_a_machine_the_next_apply_completes_or_undoes_that()
    {
        var request = _lab.Request(Box("busybox")) with { AllowReplace = true, AutoCleanup = true };
        Lab.Errors(await _lab.ApplyAsync(request)).ShouldBeEmpty();
        var kills = Kills.Or(3);
        for (var kill = 0; kill < kills; kill++)
        {
            using (var run = Reconciler.Apply(_lab, new() { AllowReplace = true }, Box("debian")))
            {
                // From when it has read what there is to when it would have ended.
                await Task.Delay(TimeSpan.FromSeconds(0.4 + (2.5 * kill / kills)));
                run.Process.Kill();
                await run.Process.WaitForExitAsync();
            }

            Lab.Errors(await _lab.ApplyAsync(request)).ShouldBeEmpty(customMessage: $"after kill {kill}");
            (await _lab.PlanAsync(request)).ShouldBeEmpty(customMessage: $"after kill {kill}");
            Instances().ShouldBe(["box"], customMessage: $"after kill {kill}");
        }

        DomainSpec Box(string image) => _lab.Domain('a', Machine("box", _lab.Address('a', 5), image));
    }

    [Test]
    public async Task Killed_while_it_renames_a_machine_the_next_apply_completes_that()
    {
        string[] names = ["box", "shop"];
        Lab.Errors(await _lab.ApplyAsync(_lab.Request(Box("box", "shop")))).ShouldBeEmpty();
        var kills = Kills.Or(1);
        for (var kill = 0; kill < kills; kill++)
        {
            var (former, name) = (names[kill % 2], names[(kill + 1) % 2]);
            using (var run = Reconciler.Apply(_lab, new() { AllowMove = true }, Box(name, former)))
            {
                // From when it has read what there is to when it would have ended.
                await Task.Delay(TimeSpan.FromSeconds(0.4 + (1.5 * (kill + 0.5) / kills)));
                run.Process.Kill();
                await run.Process.WaitForExitAsync();
            }

            var request = _lab.Request(Box(name, former)) with { AllowMove = true };
            Lab.Errors(await _lab.ApplyAsync(request)).ShouldBeEmpty(customMessage: $"after kill {kill}");
            (await _lab.PlanAsync(request)).ShouldBeEmpty(customMessage: $"after kill {kill}");
            Instances().ShouldBe([name], customMessage: $"after kill {kill}");
            (await _lab.GetAsync(Model.ObjectId.Instance(_lab.Domain('a').IncusProject, name))).Status.ShouldBe("Running");
        }

        DomainSpec Box(string name, string former) => _lab.Domain('a', Machine(name, _lab.Address('a', 5)) with
        {
            InstanceWas = former,
            InstanceConfig = Map(("boot.host_shutdown_timeout", "1")),
            InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } },
        });
    }

    [Test]
    public async Task Killed_while_it_rebuilds_a_machine_the_next_apply_completes_that()
    {
        using var image = new NewerImage();
        await KillRebuildsAsync(image, Kills.Or(1), run => run.Process.Kill());
    }

    [Test]
    [Category("Endurance")]
    public async Task When_incusd_is_killed_while_it_rebuilds_a_machine_the_next_apply_completes_that()
    {
        using var image = new NewerImage();
        await KillRebuildsAsync(image, Kills.Or(6), _ => Lab.KillIncusd());
    }

    [Test]
    public async Task Killed_while_a_machine_goes_to_another_domain_the_next_apply_completes_that()
    {
        string[] names = ["box", "shop"];
        Lab.Errors(await _lab.ApplyAsync(_lab.Request(At(0, null)))).ShouldBeEmpty();
        var kills = Kills.Or(1);
        for (var kill = 0; kill < kills; kill++)
        {
            var domains = At((kill + 1) % 2, $"{_lab.Domain((char)('a' + (kill % 2))).IncusProject}/{names[kill % 2]}");
            await KillAsync(2.5 * (kill + 0.5) / kills, domains);

            var request = _lab.Request(domains) with { AllowMove = true };
            Lab.Errors(await _lab.ApplyAsync(request)).ShouldBeEmpty(customMessage: $"after kill {kill}");
            (await _lab.PlanAsync(request)).ShouldBeEmpty(customMessage: $"after kill {kill}");
            Instances().ShouldBe([names[(kill + 1) % 2]], customMessage: $"after kill {kill}");
            Volumes().ShouldBe([$"{names[(kill + 1) % 2]}-data"], customMessage: $"after kill {kill}");
        }

        DomainSpec[] At(int place, string? former) =>
        [
            .. new[] { 0, 1 }.Select(i => _lab.Domain(
                (char)('a' + i), i == place ? [Movable(names[i], _lab.Address((char)('a' + i), 5), former)] : [])),
        ];
    }

    [Test]
    public async Task Killed_while_a_domain_gets_another_name_the_next_apply_completes_that()
    {
        Lab.Errors(await _lab.ApplyAsync(_lab.Request(Named('a', null)))).ShouldBeEmpty();
        var kills = Kills.Or(1);
        for (var kill = 0; kill < kills; kill++)
        {
            var (former, letter) = ((char)('a' + (kill % 2)), (char)('a' + ((kill + 1) % 2)));
            var domain = Named(letter, former);
            await KillAsync(6 * (kill + 0.5) / kills, domain);

            var request = _lab.Request(domain) with { AllowMove = true };
            Lab.Errors(await _lab.ApplyAsync(request)).ShouldBeEmpty(customMessage: $"after kill {kill}");
            (await _lab.PlanAsync(request)).ShouldBeEmpty(customMessage: $"after kill {kill}");
            Instances().ShouldBe(["box", "shop"], customMessage: $"after kill {kill}");
            Volumes().ShouldBe(["box-data", "shop-data"], customMessage: $"after kill {kill}");
            SharedIncus.Daemon.Client("project", "list", "--format", "csv").ShouldNotContain($"{_lab.Project}{former}");
        }

        DomainSpec Named(char letter, char? former)
        {
            var (name, was) = ($"{_lab.Project}{letter}", former is { } f ? $"{_lab.Project}{f}" : null);
            return _lab.Domain('a', [.. new[] { ("box", 5), ("shop", 6) }.Select(m => Movable(
                m.Item1, _lab.Address('a', m.Item2), was is null ? null : $"{was}/{m.Item1}"))]) with
            {
                Name = name,
                Was = was,
                IncusProject = name,
                IncusNetwork = Network($"net-{name}", $"10.{_lab.Number}.0"),
                IncusNetworkAcl = Acl($"net-{name}", $"10.{_lab.Number}.0"),
            };
        }
    }

    private async Task KillAsync(double seconds, params DomainSpec[] domains)
    {
        using var run = Reconciler.Apply(_lab, new() { AllowMove = true }, domains);
        // From when it has read what there is to when it would have ended.
        await Task.Delay(TimeSpan.FromSeconds(0.4 + seconds));
        run.Process.Kill();
        await run.Process.WaitForExitAsync();
    }

    private static MachineSpec Movable(string name, string address, string? former) => Machine(name, address) with
    {
        InstanceWas = former,
        InstanceConfig = Map(("boot.host_shutdown_timeout", "1")),
        InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } },
    };

    // Two runs of 30 kills were green; once Incus 6.0.4 did not answer for three minutes after it was started anew.
    [Test]
    [Category("Endurance")]
    public async Task When_incusd_is_killed_at_a_random_point_the_next_apply_converges()
    {
        var full = Full();
        var span = await MeasureAsync(full);
        for (var kill = 0; kill < Kills.Or(4); kill++)
        {
            var target = kill % 2 == 0 ? full : [];
            using (var run = Reconciler.Apply(_lab, new() { AutoCleanup = true }, target))
            {
                await Task.Delay(span * _random.NextDouble());
                Lab.KillIncusd();
                await run.Process.WaitForExitAsync();
            }

            await MendAsync(_lab.Request(target) with { AutoCleanup = true });
            await ConvergeAsync(target, $"after kill {kill}");
        }
    }

    [Test]
    public async Task Of_two_at_once_one_works_and_the_other_waits_and_finds_nothing_to_do()
    {
        var full = Full();
        using var one = Reconciler.Apply(_lab, new(), full);
        using var other = Reconciler.Apply(_lab, new(), full);

        var ends = await Task.WhenAll(one.EndAsync(), other.EndAsync());

        ends.Select(e => e.Code).ShouldBe([ExitCode.Success, ExitCode.Success]);
        ends.Select(e => e.Result.GetProperty("changed").GetBoolean()).ShouldBe([true, false], ignoreOrder: true);
        ends.Count(e => e.Progress.Contains("\"waiting\"", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Test]
    public async Task An_interrupted_run_ends_by_itself_says_what_it_did_and_the_next_completes()
    {
        var full = Full();
        // So that three are still to be made after the first.
        using var run = Reconciler.Apply(_lab, new() { Parallel = 1 }, full);
        await run.FirstAsync("end", "instance");
        Tool.Run(new Dictionary<string, string?>(), "kill", "-INT", run.Process.Id.ToString(CultureInfo.InvariantCulture));

        var (code, result, _) = await run.EndAsync();

        code.ShouldBe(ExitCode.Stopped);
        result.GetProperty("actions").GetArrayLength().ShouldBeGreaterThan(0);
        (await _lab.ConvergeAsync(full)).ShouldAllBe(r => r.Status == ActionStatus.Done);
    }

    // It runs from its new disk, which no killed run has kept it from, and all copies have its snapshots.
    private async Task KillRebuildsAsync(NewerImage image, int kills, Action<Reconciler> kill)
    {
        var box = _lab.Domain('a', Machine("box", _lab.Address('a', 5), image.Alias) with
        {
            InstanceImagePolicy = MachineSpec.Follow,
            InstanceConfig = Map(("boot.host_shutdown_timeout", "1")),
        });
        Lab.Errors(await _lab.ApplyAsync(_lab.Request(box))).ShouldBeEmpty();
        for (var number = 0; number < kills; number++)
        {
            var version = (number + 1) % 2;
            Lab.Client(box.IncusProject, "snapshot", "create", "box", $"snap{number}");
            image.Is(version);
            using (var run = Reconciler.Apply(_lab, new(), box))
            {
                // From when it has read what there is to when it would have ended.
                await Task.Delay(TimeSpan.FromSeconds(0.5 + (3 * (number + 0.5) / kills)));
                kill(run);
                await run.Process.WaitForExitAsync();
            }

            var when = $"after kill {number}";
            await MendAsync(_lab.Request(box));
            Lab.Errors(await _lab.ApplyAsync(_lab.Request(box))).ShouldBeEmpty(customMessage: when);
            (await _lab.PlanAsync(_lab.Request(box))).ShouldBeEmpty(customMessage: when);
            SharedIncus.Daemon.InInstance(box.IncusProject, "box", "sh", "-c", "read -r v </version; echo $v")
                .ShouldBe($"{version}", customMessage: when);
            Lab.Client(box.IncusProject, "list", "--format", "csv", "--columns", "nS").Split('\n')
                .ShouldContain(line => line.StartsWith("box-before-", StringComparison.Ordinal)
                    && line.EndsWith(",1", StringComparison.Ordinal), customMessage: when);
            foreach (var copy in Instances().Where(name => name != "box"))
            {
                Lab.Client(box.IncusProject, "delete", copy);
            }
        }
    }

    private DomainSpec[] Full() => [Domain('a'), Domain('b')];

    private DomainSpec Domain(char letter)
    {
        var first = Machine($"{letter}1", _lab.Address(letter, 1));
        first.InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } };
        return _lab.Domain(letter, first, Machine($"{letter}2", _lab.Address(letter, 2)));
    }

    private async Task ConvergeAsync(DomainSpec[] target, string when)
    {
        var request = _lab.Request(target) with { AutoCleanup = true };
        Lab.Errors(await _lab.ApplyAsync(request)).ShouldBeEmpty(customMessage: when);
        (await _lab.PlanAsync(request)).ShouldBeEmpty(customMessage: when);
        Instances().ShouldBe(target.SelectMany(d => d.Machines).Select(m => m.InstanceName), ignoreOrder: true);
    }

    // Of a whole run, start of the program and all.
    private async Task<TimeSpan> MeasureAsync(DomainSpec[] target)
    {
        var clock = Stopwatch.StartNew();
        using var run = Reconciler.Apply(_lab, new() { AutoCleanup = true }, target);
        (await run.EndAsync()).Code.ShouldBe(ExitCode.Success);
        var elapsed = clock.Elapsed;
        await _lab.RemoveAsync();
        return elapsed;
    }

    private List<string> Instances() => Own(
        SharedIncus.Daemon.Client("list", "--all-projects", "--format", "csv", "--columns", "en"));

    private List<string> Volumes() => Own(SharedIncus.Daemon.Client(
        "storage", "volume", "list", "default", "type=custom", "--all-projects", "--format", "csv", "--columns", "en"));

    private List<string> Own(string list) =>
    [
        .. list.Split('\n')
            .Where(line => line.StartsWith(_lab.Project + "a,", StringComparison.Ordinal)
                || line.StartsWith(_lab.Project + "b,", StringComparison.Ordinal))
            .Select(line => line.Split(',')[1]),
    ];

    // What incusd forgot, such as a DHCP server, no request takes away: the errors have the commands that do. One mended, the
    // next apply comes further.
    private async Task MendAsync(EngineRequest request)
    {
        for (var round = 0; round < 3 && Lab.Errors(await _lab.ApplyAsync(request)).ToList() is { Count: > 0 } errors; round++)
        {
            Lab.Fix(errors);
        }
    }
}
