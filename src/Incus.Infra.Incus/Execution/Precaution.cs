using System.Collections.Concurrent;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Execution;

/// <summary>Takes the snapshots of one Apply, and deletes those of earlier ones but the last few.</summary>
/// <param name="store">The server.</param>
/// <param name="when">Before which changes.</param>
/// <param name="clock">Dates names.</param>
internal sealed class Precaution(IIncusStore store, SnapshotBefore when, TimeProvider clock)
{
    private const int Kept = 3;
    private const string BeforeRestart = "before-restart";
    private const string BeforeUpdate = "before-update";

    private readonly ConcurrentDictionary<ObjectId, string> _taken = [];

    /// <summary>Takes a snapshot if the change asks for one and this run has not taken it yet.</summary>
    /// <exception cref="ToolFaultException">There is none now, so the change must not begin.</exception>
    public async Task TakeAsync(PlannedAction action, CancellationToken ct)
    {
        var id = action.Id;
        if (id.Kind != ObjectKind.Instance || !IsRisky(action.Kind) || _taken.ContainsKey(id))
        {
            return;
        }

        var name = SnapshotName.NextDated(
            action.Kind == ActionKind.Restart ? BeforeRestart : BeforeUpdate,
            clock.GetUtcNow(),
            (await store.SnapshotsAsync(id, ct)).Select(s => s.Name).ToHashSet());
        try
        {
            await store.TakeSnapshotAsync(id, name, ct);
        }
        catch (IncusErrorException e)
        {
            throw new ToolFaultException(ToolDiagnostics.NoPrecaution(id, e.Message), e);
        }

        var snapshots = await store.SnapshotsAsync(id, ct);
        if (!snapshots.Any(s => s.Name == name))
        {
            throw new ToolFaultException(ToolDiagnostics.NotConfirmed(id, $"there is no snapshot '{name}'"));
        }

        _taken[id] = name;
        foreach (var old in Surplus(snapshots))
        {
            await store.DeleteSnapshotAsync(id, old, ct);
        }
    }

    /// <summary>How to bring an instance back that this run took a snapshot of, or null.</summary>
    public string? WayBack(ObjectId id) => _taken.TryGetValue(id, out var name)
        ? $"Snapshot '{name}' has the state from before: "
            + $"dotnet build -t:SnapRestore -p:Instance={id.Name} -p:Domain={id.Project} -p:Snapshot={name}"
        : null;

    private bool IsRisky(ActionKind kind) =>
        when == SnapshotBefore.Always || (when == SnapshotBefore.Auto && kind == ActionKind.Restart);

    private static IEnumerable<string> Surplus(IEnumerable<SnapshotView> snapshots) => snapshots
        .Where(s => SnapshotName.IsDated(BeforeRestart, s.Name) || SnapshotName.IsDated(BeforeUpdate, s.Name))
        .OrderByDescending(s => s.CreatedAt)
        .Skip(Kept)
        .Select(s => s.Name);
}
