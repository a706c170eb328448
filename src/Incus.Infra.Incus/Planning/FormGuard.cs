using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Refuses an instance that cannot be of its type or image, as far as that is known here: the server starts no virtual
/// machines, the alias is nowhere, or the remote unknown. Asks the server only when an instance is made.
/// </summary>
/// <param name="store">The server.</param>
internal sealed class FormGuard(IIncusStore store)
{
    /// <summary>The plan, with a fault on each instance that cannot be made.</summary>
    public async Task<IReadOnlyList<PlannedAction>> CheckAsync(IReadOnlyList<PlannedAction> plan, CancellationToken ct)
    {
        var checkedPlan = new List<PlannedAction>();
        foreach (var action in plan)
        {
            var fault = action is { IsWork: true, Kind: ActionKind.Create or ActionKind.Replace, Desired.Instance: { } form }
                && !(form.Image is { } image && action.Desired.DependsOn.Contains(ObjectId.Image(image)))
                ? await store.FindFormFaultAsync(action.Id, form, ct)
                : null;
            checkedPlan.Add(fault is null ? action : action with { Fault = ToolDiagnostics.Of(action.Id, fault) });
        }

        return checkedPlan;
    }
}
