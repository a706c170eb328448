using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>Takes the snapshots that Reset goes back to, of machines and of their volumes, once.</summary>
/// <param name="client">Speaks to the server.</param>
/// <param name="target">The way to the server.</param>
/// <param name="server">What the server says about itself; one command at a time works on it.</param>
/// <param name="onWaiting">Called with a sentence that says what is being waited for.</param>
/// <param name="progress">Told when a machine's part has ended.</param>
internal sealed class BaselineEngine(
    IncusClient client,
    IncusTarget target,
    ServerInfo server,
    Action<string> onWaiting,
    Action<SnapshotProgress> progress)
{
    /// <summary>The name of such a snapshot.</summary>
    public const string Name = "baseline";

    private readonly SnapshotStore _store = new(client, server.Restriction is not null);

    /// <summary>
    /// Takes what is missing. A machine's own snapshot comes last: until it is there, those of its volumes are only a start, and
    /// are taken anew. Machines that Incus does not have are left out, and those that Apply does nothing in as they do not run.
    /// </summary>
    /// <param name="machines">Of which machines.</param>
    /// <param name="ct">Once cancelled, nothing new begins.</param>
    /// <returns>What became of those that lacked one.</returns>
    /// <exception cref="ToolFaultException">Incus does not answer.</exception>
    /// <exception cref="IncusErrorException">Incus rejects a request to read.</exception>
    public async Task<IReadOnlyList<SnapshotResult>> TakeAsync(IReadOnlyList<ResetMachine> machines, CancellationToken ct)
    {
        using var held = await ApplyLock.AcquireAsync(target, server, onWaiting, ct);
        var state = await ResetState.SettledAsync(_store, machines, onWaiting, ct);
        var due = machines.Where(m => IsProvisioned(m, state) && Missing(m, state).Any()).ToDictionary(m => m.Id);
        var results = await new SnapshotBatch(Name, due.Count, progress).RunAsync(
            [.. due.Values.Select(state.Of)],
            choice => choice.Fault,
            choice => TakeAsync(choice, state.VolumesOf(due[choice.Id]), ct),
            ct);
        return await SnapshotConfirmation.OfAsync(
            results,
            () => ResetState.ReadAsync(_store, machines, CancellationToken.None),
            (result, now) => now.Of(due[result.Id]).Lost(result.Error) ?? result.Error ?? Missing(due[result.Id], now)
                .Select(id => ToolDiagnostics.NotConfirmed(id, $"there is no snapshot '{Name}'"))
                .FirstOrDefault());
    }

    private static bool IsProvisioned(ResetMachine machine, ResetState state) =>
        state.Of(machine).Live is { } live && (machine.Form.State == RunState.Running || InstanceStatus.Runs(live.Status));

    private static IEnumerable<ObjectId> Missing(ResetMachine machine, ResetState state) =>
    [
        .. state.VolumesOf(machine).Where(v => !v.Snapshots.Contains(Name)).Select(v => v.Id),
        .. state.Of(machine).Find(Name) is null ? new[] { machine.Id } : [],
    ];

    private async Task TakeAsync(Choice choice, IEnumerable<CustomVolume> volumes, CancellationToken ct)
    {
        var first = choice.Find(Name) is null;
        foreach (var volume in volumes)
        {
            if (first && volume.Snapshots.Contains(Name))
            {
                await _store.DeleteAsync(volume.Id, Name, ct);
            }

            if (first || !volume.Snapshots.Contains(Name))
            {
                await _store.TakeAsync(volume.Id, Name, expires: null, ct);
            }
        }

        if (first)
        {
            await _store.TakeAsync(choice.Id, Name, expires: null, ct);
        }
    }
}
