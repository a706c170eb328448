using Incus.Infra.Core.Isolation;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Probing;

namespace Incus.Infra.Tasks;

/// <summary>Has the machines of an infrastructure try the connections that its policies allow and some that none does.</summary>
internal static class FlowProof
{
    /// <summary>Tries them.</summary>
    /// <param name="plan">What to try.</param>
    /// <param name="isHere">Whether a domain is on the server; no bridge reaches that of another.</param>
    /// <param name="limit">Only connections from and to these domains and machines; empty for all.</param>
    /// <param name="prober">The engine's part.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>All connections, and machines that could not be asked, each with the reason.</returns>
    public static async Task<(IReadOnlyList<ProbedFlow> Flows, IReadOnlyList<(FlowEnd Machine, string Reason)> Silent)> RunAsync(
        FlowPlan plan, Predicate<string> isHere, IReadOnlySet<string> limit, FlowProber prober, CancellationToken ct)
    {
        var instances = await prober.ReadAsync(ct);
        var flows = plan.Between(plan.Chosen(Runs)).Where(f => f.IsIn(limit) && IsHere(f.From) && IsHere(f.To)).ToList();
        var machines = flows.SelectMany(f => new[] { f.From, f.To }).Where(end => end.Machine is not null).Distinct().ToList();
        var up = machines.Where(Runs).ToList();
        var tried = flows.Where(CanBeTried).ToLookup(f => f.From);
        var answers = await prober.RunAsync([.. up.Select(m => new Prober(IdOf(m), m.Address, ProbesOf(tried[m])))], ct);
        return (
            [
                .. up.Zip(answers).SelectMany(a => tried[a.First].Select((flow, i) =>
                    new ProbedFlow(flow, a.Second.Answered.ElementAtOrDefault(i)))),
                .. flows.Where(f => !CanBeTried(f)).Select(flow => new ProbedFlow(flow, IsOpen: null)),
            ],
            [
                .. up.Zip(answers).Where(a => a.Second.Fault is not null).Select(a => (a.First, a.Second.Fault!)),
                .. machines.Where(m => !Runs(m)).Select(m => (m, WhyNot(m))),
            ]);

        bool CanBeTried(ExpectedFlow flow) => Runs(flow.From) && (flow.To.Machine is null || Runs(flow.To));

        bool IsHere(FlowEnd end) => isHere(end.Domain.Name.Value);

        bool Runs(FlowEnd machine) => Find(machine) is { } found && InstanceStatus.Runs(found.Status);

        string WhyNot(FlowEnd machine) => Find(machine) is { IsUnreachable: true } found
            ? $"its member '{found.Location}' of the cluster does not answer"
            : "it does not run";

        InstanceView? Find(FlowEnd machine) => instances.GetValueOrDefault(IdOf(machine));
    }

    private static List<Probe> ProbesOf(IEnumerable<ExpectedFlow> flows) =>
        [.. flows.Select(f => new Probe(f.Protocol, f.To.Address, f.Port))];

    private static ObjectId IdOf(FlowEnd machine) => ObjectId.Instance(machine.Domain.Name.Value, machine.Machine!.Name.Value);
}
