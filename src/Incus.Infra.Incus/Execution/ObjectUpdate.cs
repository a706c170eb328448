using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Execution;

/// <summary>Makes one object as it is wanted, whatever it has become since it was planned.</summary>
/// <param name="store">The server.</param>
/// <param name="planner">Plans it again, on what is there at that moment.</param>
/// <param name="precaution">Takes snapshots before.</param>
internal sealed class ObjectUpdate(IIncusStore store, ObjectPlanner planner, Precaution precaution)
{
    private readonly Standstill _standstill = new(store);
    private readonly Replacement _replacement = new(store);
    private readonly ObjectCreation _creation = new(store);

    /// <summary>Changes it. An instance that was stopped for a change that fails runs again as before.</summary>
    public async Task RunAsync(DesiredObject desired, CancellationToken ct)
    {
        var stop = new Stop();
        await _standstill.OrStartAgainAsync(
            () => FreshCopies.RetryAsync(
                () => UpdateOnceAsync(desired, stop, stop.Former is null ? ct : CancellationToken.None)),
            () => stop.Former is null ? [] : [desired.Id],
            stop.TakeBack);
    }

    /// <summary>Makes it again in the place of the one that is there.</summary>
    public async Task ReplaceAsync(PlannedAction action, CancellationToken ct)
    {
        if (action.Desired!.Instance is not { } form)
        {
            await _creation.AnewAsync(action, ct);
            return;
        }

        // What takes minutes comes first, and what cannot be had stops nothing.
        await store.EnsureImageAsync(action.Id, form, ct);
        await _replacement.RunAsync(
            action.Id, () => _creation.RunAsync(action, CancellationToken.None), form.State == RunState.Stopped, ct);
    }

    /// <summary>Reads it; a network that Incus could not start, once it has.</summary>
    public async Task<Tagged<IncusObject>?> FindStartedAsync(ObjectId id, CancellationToken ct)
    {
        var live = await store.FindAsync(id, ct);
        if (live is not { Value.IsUnavailable: true })
        {
            return live;
        }

        await store.WaitUntilAvailableAsync(id, ct);
        return await store.FindAsync(id, ct);
    }

    // Planned again on a fresh copy, so that the tag and the values belong together.
    private async Task UpdateOnceAsync(DesiredObject desired, Stop stop, CancellationToken ct)
    {
        var live = await FindStartedAsync(desired.Id, ct);
        var action = planner.Plan(desired, live?.Value).FirstOrDefault(a => a.IsWork || a.Fault is not null);
        if (action is null)
        {
            return;
        }

        if (action.Fault is { } fault)
        {
            throw new ToolFaultException(fault);
        }

        if (live is null)
        {
            await _creation.RunAsync(action, ct);
            return;
        }

        if (action.Kind == ActionKind.Replace)
        {
            await ReplaceAsync(action, ct);
            return;
        }

        await precaution.TakeAsync(action, ct);
        if (action.Kind is ActionKind.Restart or ActionKind.Stop)
        {
            if (action.Kind == ActionKind.Restart)
            {
                // From here to its start nothing may end this: the instance would stay shut down.
                await _standstill.RememberAsync(desired, action.Id, ct);
                ct = CancellationToken.None;
                stop.Former = live.Value;
            }

            await store.ShutDownAsync(action.Id, ct);
            live = await store.FindAsync(action.Id, ct) ?? live;
            if (live.Value.IsUp)
            {
                throw new ToolFaultException(ToolDiagnostics.NotConfirmed(action.Id, "it was not stopped"));
            }
        }

        if (action.Ownership is { } ownership)
        {
            KeyValuePair<Property, string?>[] values = [.. ObjectCreation.Values(action.Changes, ownership.ToProperties())];
            try
            {
                await store.UpdateAsync(action.Id, Properties.With(live.Value, values), live.ETag, ct);
            }
            catch (IncusErrorException) when (WaitsForRestarts(action, live.Value))
            {
                // Incus saves it, and then names the virtual machines that refuse it while they run: they are restarted next.
                if (planner.Plan(desired, (await store.FindAsync(action.Id, ct))?.Value).Any(a => a.IsWork))
                {
                    throw;
                }
            }

            stop.Written = values;
        }

        if (action.Kind == ActionKind.Restart || ObjectPlanner.Starts(desired, live.Value))
        {
            await StartAsync(desired, ct);
        }
    }

    private static bool WaitsForRestarts(PlannedAction action, IncusObject live) =>
        action is { Id.Kind: ObjectKind.Profile, Desired.IsOfVirtualMachine: true }
        && RestartRules.Unnoticed(action.Changes, Properties.Of(live), isOfVirtualMachine: true).Count == action.Changes.Length;

    /// <summary>
    /// Starts an instance. One whose incusd was killed while it made it may lack its storage: what we made and never ran has
    /// nothing to lose.
    /// </summary>
    public async Task StartAsync(DesiredObject desired, CancellationToken ct)
    {
        try
        {
            await store.StartAsync(desired.Id, ct);
        }
        catch (IncusErrorException)
        {
            if (await store.FindAsync(desired.Id, ct) is not { Value: { HasNeverRun: true } live }
                || Ownership.Of(desired.Id, live)?.Image is null
                || desired.Protected)
            {
                throw;
            }

            await _creation.AnewAsync(planner.Plan(desired, null)[0], ct);
        }
    }

    // What is known of an instance that was stopped for a change, over all attempts.
    private sealed class Stop
    {
        public IncusObject? Former { get; set; }

        public KeyValuePair<Property, string?>[] Written { get; set; } = [];

        public IncusObject? TakeBack(IncusObject live)
        {
            var former = Properties.Of(Former!);
            return Written.Length == 0
                ? null
                : Properties.With(live, Written.Select(w => KeyValuePair.Create(w.Key, former.GetValueOrDefault(w.Key))));
        }
    }
}
