using System.Diagnostics;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using static Incus.Infra.Incus.Tests.Specs;

namespace Incus.Infra.Incus.Tests.Planning;

/// <summary>A cluster far larger than a test machine holds, in memory. docs/performance.md has what this prints.</summary>
[Category("Endurance")]
internal sealed class ClusterScaleTests
{
    private const int Members = 50;
    private const int Domains = 100;
    private const int MachinesOfADomain = 50;

    private readonly MemoryIncus _incus = new()
    {
        Cluster = new Cluster([.. Enumerable.Range(1, Members).Select(i => new ClusterMember
        {
            ServerName = $"m{i}",
            Status = "Online",
        })]),
    };

    [Test]
    public void A_plan_for_fifty_members_and_five_thousand_machines_reads_no_more_than_one_for_a_few()
    {
        DomainSpec[] domains = [.. Enumerable.Range(0, Domains).Select(Domain)];
        var request = Request(domains);
        Measure("nothing there yet", request).Count.ShouldBeGreaterThan(Domains * MachinesOfADomain);

        _incus.Shown = null;
        _incus.With(request);

        Measure("nothing to change", request).ShouldBeEmpty();
        foreach (var (member, count) in _incus.Objects.Where(o => o.Key.Kind == ObjectKind.Instance)
            .CountBy(o => o.Value.Object.Location!))
        {
            count.ShouldBe(Domains * MachinesOfADomain / Members, member);
        }

        domains[0] = domains[0].On("m50");
        Measure("a domain that moves", request with { AllowMove = true }).Count.ShouldBe(MachinesOfADomain);
        _incus.Cluster = new Cluster(
            [.. _incus.Cluster!.Members.Select(m => m.ServerName == "m7" ? m with { Status = "Offline" } : m)]);
        Measure("a member that does not answer", request).Count(r => r.Status == ActionStatus.Unreachable)
            .ShouldBe(Domains * MachinesOfADomain / Members);
        using var process = Process.GetCurrentProcess();
        TestContext.Progress.WriteLine($"the process held at most {process.PeakWorkingSet64 >> 20} MiB");
    }

    private static DomainSpec Domain(int number)
    {
        MachineSpec[] machines =
        [
            .. Enumerable.Range(1, MachinesOfADomain).Select(i => Machine($"d{number}-{i}", $"10.77.{number}.{i}")),
        ];
        machines[0].InstanceStorageVolumes = new Dictionary<string, VolumeSpec> { ["data"] = new() { Path = "/data" } };
        machines[0].InstanceSpread = "first";
        return Specs.Domain($"d{number}", number, machines);
    }

    private List<ActionResult> Measure(string row, EngineRequest request)
    {
        _incus.Shown = null;
        _incus.Shown = _incus.ReadAsync(KindTraits.Kinds.ToHashSet(), new HashSet<ObjectId>(), CancellationToken.None).Result;
        _incus.Reads.Clear();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var clock = Stopwatch.StartNew();
        List<ActionResult> results = [.. _incus.Plan(request)];
        clock.Stop();
        var allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) >> 20;
        TestContext.Progress.WriteLine(
            $"{row}: {clock.Elapsed.TotalSeconds:0.00} s, {_incus.Reads.Count} lists read, {allocated} MiB allocated");
        _incus.Reads.Count.ShouldBe(KindTraits.Kinds.Count);
        return results;
    }
}
