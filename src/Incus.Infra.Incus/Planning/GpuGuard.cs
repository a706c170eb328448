using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Refuses machines that want a graphics card which the Incus host does not have: Incus would say so only when it starts
/// them. Asks the server only when a machine wants one.
/// </summary>
internal sealed class GpuGuard(Hosts hosts)
{
    /// <summary>The plan, with a fault on each machine that cannot have its card, whether or not it has work.</summary>
    public async Task<IReadOnlyList<PlannedAction>> CheckAsync(
        IReadOnlyList<PlannedAction> plan, IEnumerable<DesiredObject> desired, CancellationToken ct)
    {
        // What cannot be made or changed for another reason does not need a card now.
        var refused = plan.Where(a => a.Fault is not null).Select(a => a.Id).ToHashSet();
        var wanting = desired.Where(d => d.Gpu is not null && !refused.Contains(d.Id)).ToList();
        if (wanting.Count == 0)
        {
            return plan;
        }

        var cards = new Dictionary<string, IReadOnlyList<GpuCard>>(StringComparer.Ordinal);
        foreach (var member in wanting.Select(d => d.Member).Distinct())
        {
            cards[member ?? ""] = (await hosts.ResourcesAsync(member, ct)).Gpu?.Cards ?? [];
        }

        return Hosts.Stop(plan, wanting
            .Select(d => Fault(d.Id, d.Gpu!, cards[d.Member ?? ""]) is { } fault
                ? new PlannedAction(d.Id, ActionKind.Update, [], "") { Desired = d, Fault = fault }
                : null)
            .OfType<PlannedAction>());
    }

    private static Diagnostic? Fault(ObjectId id, GpuNeeds needs, IReadOnlyList<GpuCard> cards) =>
        needs.Devices.Select(device => Fault(id, needs, device, cards)).FirstOrDefault(fault => fault is not null)
        ?? (needs.NvidiaRuntime && !cards.Any(c => c.Nvidia is { CudaVersion.Length: > 0 })
            ? ToolDiagnostics.NoNvidiaTools(id)
            : null);

    private static Diagnostic? Fault(
        ObjectId id, GpuNeeds needs, IReadOnlyDictionary<string, string> device, IReadOnlyList<GpuCard> cards)
    {
        var chosen = cards.Where(card => GpuSelection.Fits(device, card)).ToList();
        var type = device.GetValueOrDefault("gputype");
        var one = type == "mig" || (needs.IsVirtualMachine && type != "sriov");
        return chosen switch
        {
            [] => ToolDiagnostics.NoCard(id, GpuSelection.Describe(device), cards.Select(GpuSelection.Describe)),
            [_, _, ..] when one => ToolDiagnostics.SeveralCards(id, chosen.Select(GpuSelection.Describe)),
            _ when !needs.IsVirtualMachine && !chosen.Any(HasDriver) =>
                ToolDiagnostics.CardWithoutDriver(id, chosen.Select(GpuSelection.Describe)),
            _ => null,
        };
    }

    private static bool HasDriver(GpuCard card) => card.Drm is not null || card.Nvidia is { CardName.Length: > 0 };
}
