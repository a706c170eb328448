using System.Collections.Concurrent;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>
/// Brings machines back to a snapshot, their volumes with them, and takes away those that have none, for an Apply to make them
/// anew. What a killed run left is not remembered: the next one looks at Incus and does all of it again.
/// </summary>
/// <param name="client">Speaks to the server.</param>
/// <param name="target">The way to the server.</param>
/// <param name="server">What the server says about itself; one command at a time works on it.</param>
/// <param name="infrastructure">Whose machines may be made anew.</param>
/// <param name="onWaiting">Called with a sentence that says what is being waited for.</param>
/// <param name="progress">Told when a machine's part has ended.</param>
internal sealed class ResetEngine(
    IncusClient client,
    IncusTarget target,
    ServerInfo server,
    Infrastructure infrastructure,
    Action<string> onWaiting,
    Action<SnapshotProgress> progress)
{
    private readonly SnapshotStore _snapshots = new(client, server.Restriction is not null);
    private readonly IncusStore _store = new(client);

    // The volumes of each machine whose data is back.
    private readonly ConcurrentDictionary<ObjectId, List<string>> _restored = [];

    /// <summary>Resets machines, several at the same time; nothing is done unless each can be.</summary>
    /// <param name="machines">The machines.</param>
    /// <param name="snapshot">
    /// What each must have; null for the baseline, without which a machine is made anew.
    /// </param>
    /// <param name="announce">Told what will be lost, before it is.</param>
    /// <param name="ct">Once cancelled, no further machine is begun; those that are begun are finished.</param>
    /// <exception cref="ToolFaultException">Incus does not answer, or this process runs in one of the machines.</exception>
    /// <exception cref="IncusErrorException">Incus rejects a request to read.</exception>
    public async Task<ResetOutcome> ResetAsync(
        IReadOnlyList<ResetMachine> machines, string? snapshot, Action<IReadOnlyList<ResetStep>> announce, CancellationToken ct)
    {
        using var held = await ApplyLock.AcquireAsync(target, server, onWaiting, ct);
        var state = await ResetState.SettledAsync(_snapshots, machines, onWaiting, ct);
        await RefuseItselfAsync(machines, state, ct);
        var name = snapshot ?? BaselineEngine.Name;
        var steps = new List<ResetStep>();
        foreach (var machine in machines)
        {
            steps.Add(await PlanAsync(machine, state, name, mayMake: snapshot is null, ct));
        }

        if (steps.Exists(s => s.Fault is not null))
        {
            return new ResetOutcome([.. steps.Select(s => new SnapshotResult(s.Id, name, ActionStatus.Blocked, s.Fault))], []);
        }

        announce(steps);
        var byId = steps.Where(s => s.Choice.Live is not null || s.Volumes.Count > 0).ToDictionary(s => s.Id);
        var results = await new SnapshotBatch(name, byId.Count, progress).RunAsync(
            [.. byId.Values.Select(s => s.Choice)], _ => null, choice => RunAsync(byId[choice.Id], ct), ct);
        var confirmed = await SnapshotConfirmation.OfAsync(
            results,
            () => ResetState.ReadAsync(_snapshots, machines, CancellationToken.None),
            (result, now) => Judge(byId[result.Id], now, result.Error));
        var undone = confirmed.Where(r => r.Status != ActionStatus.Done).Select(r => r.Id).ToHashSet();
        return new ResetOutcome(confirmed, [.. steps.Where(s => s.Snapshot is null && !undone.Contains(s.Id)).Select(s => s.Id)]);
    }

    private static async Task RefuseItselfAsync(IReadOnlyList<ResetMachine> machines, ResetState state, CancellationToken ct)
    {
        var identity = await GuestIdentity.ReadAsync(ct);
        if (machines.Select(state.Of).FirstOrDefault(c => c.Live is { } live && GuestIdentity.IsOf(live, identity)) is { } self)
        {
            throw new ToolFaultException(ToolDiagnostics.ResetsItself(self.Id));
        }
    }

    private async Task<ResetStep> PlanAsync(
        ResetMachine machine, ResetState state, string name, bool mayMake, CancellationToken ct)
    {
        var choice = state.Of(machine);
        List<CustomVolume> volumes = [.. state.VolumesOf(machine)];
        if (choice.Live is { IsUnreachable: true })
        {
            return new ResetStep(machine, choice, Snapshot: null, volumes, choice.Fault);
        }

        if (choice.Find(name) is { } snapshot)
        {
            var lacking = volumes.Find(v => !v.Snapshots.Contains(name));
            return new ResetStep(machine, choice, snapshot, volumes,
                lacking is null ? null : ToolDiagnostics.VolumeHasNoSnapshot(lacking.Id, name, machine.Id));
        }

        var fault = mayMake ? await FaultOfRemakingAsync(machine, choice, volumes, ct)
            : choice.Fault ?? ToolDiagnostics.NoSnapshot(machine.Id, name, choice.Names);
        return new ResetStep(machine, choice, Snapshot: null, volumes, fault);
    }

    private async Task<Diagnostic?> FaultOfRemakingAsync(
        ResetMachine machine, Choice choice, List<CustomVolume> volumes, CancellationToken ct)
    {
        var live = choice.Live is null ? null : (await _store.FindAsync(machine.Id, ct))?.Value;
        var mark = live is null ? null : Ownership.Of(machine.Id, live);
        var reason = live is null && volumes.Count == 0 ? null
            : machine.IsProtected || mark?.Protected == true || live?.IsDeleteProtected == true
                ? "it is protected from deletion; take that snapshot with Snap, or set ephemeral: true and apply"
            : live is not null && mark?.BelongsTo(infrastructure) != true
                ? "Apply of this project did not make it; take that snapshot with Snap"
            : null;
        return reason is null ? null : ToolDiagnostics.NotMadeAnew(machine.Id, BaselineEngine.Name, reason);
    }

    // From the stop to the start nothing may end this: the machine would be neither here nor there.
    private async Task RunAsync(ResetStep step, CancellationToken ct)
    {
        if (step.Snapshot is null)
        {
            await TakeAwayAsync(step, ct);
            return;
        }

        if (step.Choice.IsUp)
        {
            await _store.ShutDownAsync(step.Id, CancellationToken.None, force: true);
        }

        foreach (var volume in step.Volumes)
        {
            await _snapshots.RestoreVolumeAsync(volume.Id, step.Snapshot.Name, CancellationToken.None);
            _restored.GetOrAdd(step.Id, _ => []).Add(volume.Id.Name);
        }

        // Its memory would be that of other programs than those on the volumes.
        await _snapshots.RestoreAsync(step.Id, step.Snapshot with { Stateful = false }, CancellationToken.None);
        if (step.IsToRun)
        {
            await _store.StartAsync(step.Id, CancellationToken.None);
        }
    }

    private async Task TakeAwayAsync(ResetStep step, CancellationToken ct)
    {
        // What takes minutes comes first, and what cannot be had deletes nothing.
        await _store.EnsureImageAsync(step.Id, step.Machine.Form, ct);
        foreach (var id in step.Volumes.Select(v => v.Id).Prepend(step.Id))
        {
            try
            {
                await _store.RemoveAsync(id, CancellationToken.None);
            }
            catch (IncusErrorException e)
            {
                throw new ToolFaultException(ToolDiagnostics.ObjectFailed(id, "Delete", e.Message), e);
            }
        }
    }

    private Diagnostic? Judge(ResetStep step, ResetState now, Diagnostic? error)
    {
        var after = now.Of(step.Machine);
        if (after.Lost(error) is { } lost)
        {
            return lost;
        }

        if (step.Snapshot is null)
        {
            var left = now.VolumesOf(step.Machine).Select(v => v.Id).Concat(after.Live is null ? [] : [step.Id]).ToList();
            return error ?? left.Select(id => ToolDiagnostics.NotConfirmed(id, "it still exists")).FirstOrDefault();
        }

        if (after.Live is null)
        {
            return error ?? ToolDiagnostics.NotConfirmed(step.Id, "the instance no longer exists");
        }

        var restored = after.Generation != step.Choice.Generation;
        return error is not null
                ? ToolDiagnostics.ResetUnfinished(
                    error, _restored.GetValueOrDefault(step.Id, []), step.Volumes.Count, restored, after.IsUp)
            : !restored ? ToolDiagnostics.NotConfirmed(step.Id, "the configuration is not that of the snapshot")
            : step.IsToRun && !after.IsUp ? ToolDiagnostics.NotConfirmed(step.Id, "the instance does not run")
            : null;
    }
}
