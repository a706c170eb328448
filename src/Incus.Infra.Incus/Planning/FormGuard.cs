using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Planning;

/// <summary>
/// Refuses an instance that cannot be of its type, image or size, as far as that is known here: the server starts no virtual
/// machines, the alias is nowhere, the remote unknown, or a disk would shrink. Asks the server only when an instance is made.
/// </summary>
/// <param name="store">The server.</param>
internal sealed class FormGuard(IIncusStore store)
{
    private static readonly Property DiskSize = Property.DeviceOption("root", "size");

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
            checkedPlan.Add(fault is not null ? action with { Fault = ToolDiagnostics.Of(action.Id, fault) }
                : Shrinks(action) is { Old: { } old, New: { } wanted }
                    ? action with { Fault = ToolDiagnostics.DiskShrinks(action.Id, old, wanted) }
                : action);
        }

        return checkedPlan;
    }

    // Incus would say it only after the machine was stopped for what changes besides.
    private static PropertyChange? Shrinks(PlannedAction action) =>
        action is { IsWork: true, Kind: not ActionKind.Replace, Desired.Instance.Type: InstanceForm.VirtualMachine }
            ? action.Changes.FirstOrDefault(c => c.Property == DiskSize && c is { Old: { } old, New: { } wanted }
                && ByteSize.Parse(old) > ByteSize.Parse(wanted))
            : null;
}
