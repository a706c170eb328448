using System.Collections.Immutable;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Execution;

/// <summary>Carries out one action.</summary>
/// <param name="store">The server.</param>
/// <param name="planner">Plans the object again, on what is there at that moment.</param>
/// <param name="precaution">Takes snapshots before.</param>
internal sealed class ActionRunner(IIncusStore store, ObjectPlanner planner, Precaution precaution)
{
    private static readonly Property Protection = Property.Config(IncusObject.DeleteProtectionKey);

    private readonly Standstill _standstill = new(store);
    private readonly Replacement _replacement = new(store);
    private readonly ImageBuild _images = new(store);

    /// <summary>Does it.</summary>
    /// <exception cref="IncusErrorException">Incus rejected the request.</exception>
    /// <exception cref="ToolFaultException">Incus did not answer.</exception>
    public async Task RunAsync(PlannedAction action, CancellationToken ct)
    {
        if (action.Aside is { } aside)
        {
            await _replacement.BringBackAsync(action.Renaming?.From ?? action.Id, aside);
        }

        foreach (var folder in action.MakesFolders)
        {
            store.MakeFolder(folder);
        }

        if (action.ChangesBridge && (action.Kind == ActionKind.Repair || !action.Changes.IsEmpty))
        {
            await FindStartedAsync(action.Id, ct);
            await store.EditAsync(action.Id, BridgeChange.Mark, ct);
        }

        await (action.Kind switch
        {
            // Incus has made it together with its project.
            ActionKind.Create when action.Id.IsDefaultProfile => UpdateAsync(action.Desired!, ct),
            ActionKind.Create => CreateAsync(action, ct),
            ActionKind.Replace => ReplaceAsync(action, ct),
            ActionKind.Move => MoveAsync(action, ct),
            ActionKind.Rename => RenameAsync(action),
            ActionKind.Rebuild => RebuildAsync(action, ct),
            ActionKind.Start => StartAsync(action.Desired!, ct),
            ActionKind.Repair => RepairAsync(action.Id, ct),
            ActionKind.Delete when action.Successor is { } successor => _replacement.CompleteAsync(
                successor, action.Id, action.SuccessorRests),
            ActionKind.Delete => DeleteAsync(action, ct),
            ActionKind.Build => _images.BuildAsync(action, ct),
            _ when action.Image is { } image => store.KeepImageAsync(action.Id, image.Description, image.Keep, ct),
            _ when action.GivesUp => GiveUpAsync(action, ct),
            _ => UpdateAsync(action.Desired!, ct),
        });
        if (action.ChangesBridge)
        {
            await store.EditAsync(action.Id, BridgeChange.Unmark, CancellationToken.None);
        }

        if (action.Changes.Any(c => c.Property == Property.Hosts)
            || action is { Kind: ActionKind.Repair, Desired.Hosts.Length: > 0 }
                or { Kind: ActionKind.Rebuild, Starts: true, Desired.Hosts.Length: > 0 })
        {
            await NameAsync(action.Id, action.Desired!.Hosts!, ct);
        }
    }

    // The machine runs by now. What Incus shows of it follows the file, so that a run that ends between is made up for.
    private async Task NameAsync(ObjectId id, string lines, CancellationToken ct)
    {
        await store.WriteHostsAsync(id, lines, ct);
        await store.EditAsync(
            id,
            live => (live.Config?.GetValueOrDefault(Property.Hosts.Key) ?? "") == lines
                ? null
                : Properties.With(live, [KeyValuePair.Create(Property.Hosts, lines.Length == 0 ? null : lines)]),
            CancellationToken.None);
    }

    private async Task CreateAsync(PlannedAction action, CancellationToken ct)
    {
        try
        {
            await MakeAsync(action, ct);
        }
        catch (IncusErrorException)
        {
            // A killed run may have left its last request to the server, so what was missing can be there now.
            // An instance's creation is an operation, which was waited for.
            if (action.Id.Kind == ObjectKind.Instance
                || await store.FindAsync(action.Id, ct) is null or { Value.IsHalfMade: true })
            {
                throw;
            }

            await UpdateAsync(action.Desired!, ct);
        }
    }

    private async Task MakeAsync(PlannedAction action, CancellationToken ct)
    {
        var (id, ownership) = (action.Id, action.Ownership!);
        if (!action.Desired!.IsRestricted)
        {
            try
            {
                var uuid = KeyValuePair.Create(Property.Config(ObjectIdentity.UuidKey), ownership.Object.Uuid);
                await MakeAsync(action, [.. ownership.ToProperties(), uuid], ct);
                return;
            }
            catch (IncusErrorException e) when (e.Message.Contains($"\"{ObjectIdentity.UuidKey}\"", StringComparison.Ordinal))
            {
                // Somebody else restricted the project.
            }
        }

        // In a restricted project Incus chooses it; only then the mark can name its object. A run that is killed before leaves a
        // mark that the next one completes.
        ownership = ownership with { Object = new ObjectIdentity(id, Uuid: null) };
        await MakeAsync(action, ownership.ToProperties(), ct);
        await store.EditAsync(
            id,
            live => Properties.With(live, (ownership with { Object = ObjectIdentity.Of(id, live) }).ToProperties()),
            CancellationToken.None);
    }

    private Task MakeAsync(PlannedAction action, IEnumerable<KeyValuePair<Property, string?>> more, CancellationToken ct) =>
        store.CreateAsync(
            action.Id,
            Properties.With(
                new IncusObject { Devices = action.Id.Traits.HasDevices ? [] : null },
                Values(action.Changes, more)),
            action.Desired!.Instance,
            action.Desired.Member,
            ct);

    private async Task ReplaceAsync(PlannedAction action, CancellationToken ct)
    {
        if (action.Desired!.Instance is not { } form)
        {
            await RemakeAsync(action, ct);
            return;
        }

        // What takes minutes comes first, and what cannot be had stops nothing.
        await store.EnsureImageAsync(action.Id, form, ct);
        await _replacement.RunAsync(
            action.Id, () => MakeAsync(action, CancellationToken.None), form.State == RunState.Stopped, ct);
    }

    // From the stop to the start nothing may end this.
    private async Task MoveAsync(PlannedAction action, CancellationToken ct)
    {
        await precaution.TakeAsync(action, ct);
        await RememberAsync(action.Desired!, action.Id, ct);
        await new MachineMove(store, _standstill).RunAsync(action.Id, action.Relocation!, ct);
        try
        {
            await UpdateAsync(action.Desired!, CancellationToken.None);
        }
        catch (IncusErrorException e)
        {
            throw new ToolFaultException(ToolDiagnostics.MovedNotStarted(action.Id, action.Relocation!.To, e.Message), e);
        }
    }

    // From the stop to the start nothing may end this.
    private async Task RenameAsync(PlannedAction action)
    {
        var renaming = action.Renaming!;
        await RememberAsync(action.Desired!, renaming.From ?? action.Id, CancellationToken.None);
        var rename = new MachineRename(store, _standstill);
        await rename.RunAsync(action.Desired!, renaming);
        try
        {
            await rename.CompleteAsync(action.Desired!, renaming);
            foreach (var volume in renaming.Volumes)
            {
                await UpdateAsync(volume, CancellationToken.None);
            }

            if (action.Relocation is { } relocation)
            {
                await new MachineMove(store, _standstill).RunAsync(action.Id, relocation, CancellationToken.None);
            }

            await UpdateAsync(action.Desired!, CancellationToken.None);
        }
        catch (IncusErrorException e)
        {
            throw new ToolFaultException(ToolDiagnostics.RenamedNotStarted(action.Id, e.Message), e);
        }
    }

    // From the stop to the start nothing may end this.
    private async Task RebuildAsync(PlannedAction action, CancellationToken ct)
    {
        var (id, desired) = (action.Id, action.Desired!);
        await RememberAsync(desired, id, ct);
        await new MachineRebuild(store, _standstill).RunAsync(id, desired.Instance!, action.Kept!, action.Starts, ct);
        try
        {
            await UpdateAsync(desired, CancellationToken.None);
        }
        catch (IncusErrorException e)
        {
            throw new ToolFaultException(ToolDiagnostics.RebuiltNotStarted(id, e.Message), e);
        }
    }

    // That it ran, where only people decide about that: it is started again, by whichever run.
    private Task RememberAsync(DesiredObject desired, ObjectId id, CancellationToken ct) =>
        desired.Instance is { State: RunState.Any }
            ? store.EditAsync(id, live => live.IsUp && !RanMark.IsOn(live) ? RanMark.WriteTo(live) : null, ct)
            : Task.CompletedTask;

    private async Task RemakeAsync(PlannedAction action, CancellationToken ct)
    {
        await store.RemoveAsync(action.Id, ct);
        await MakeAsync(action, ct);
    }

    private async Task DeleteAsync(PlannedAction action, CancellationToken ct)
    {
        if (action.ExportTo is { } file)
        {
            await ExportAsync(action.Id, file, ct);
        }

        await (action.LiftsProtection ? RemoveProtectedAsync(action.Id) : store.RemoveAsync(action.Id, ct));
    }

    // What it wrote last is in the export, too. One that is not exported stays, and runs again if it ran.
    private async Task ExportAsync(ObjectId id, string file, CancellationToken ct)
    {
        var ran = id.Kind == ObjectKind.Instance && await store.FindAsync(id, ct) is { Value.IsUp: true };
        try
        {
            if (ran)
            {
                await store.ShutDownAsync(id, ct);
            }

            await store.ExportAsync(id, file, ct);
        }
        catch (Exception e) when (ran && e is IncusErrorException or ToolFaultException or OperationCanceledException)
        {
            await _standstill.StartAgainAsync(id, _ => null, e);
            throw;
        }
    }

    // Nothing may end this half way: what is not deleted is protected as before.
    private async Task RemoveProtectedAsync(ObjectId id)
    {
        var former = (await store.FindAsync(id, CancellationToken.None))?.Value.Config?.GetValueOrDefault(Protection.Key);
        // On the instance itself, it also wins over its profiles.
        await Set("false");
        try
        {
            await store.RemoveAsync(id, CancellationToken.None);
        }
        catch (IncusErrorException)
        {
            await Set(former);
            throw;
        }

        Task Set(string? value) => store.EditAsync(
            id, live => Properties.With(live, [KeyValuePair.Create(Protection, value)]), CancellationToken.None);
    }

    private async Task<Tagged<IncusObject>?> FindStartedAsync(ObjectId id, CancellationToken ct)
    {
        var live = await store.FindAsync(id, ct);
        if (live is not { Value.IsUnavailable: true })
        {
            return live;
        }

        await store.WaitUntilAvailableAsync(id, ct);
        return await store.FindAsync(id, ct);
    }

    // An instance that was stopped for a change that fails, at whatever attempt, runs again as before.
    private async Task UpdateAsync(DesiredObject desired, CancellationToken ct)
    {
        var stop = new Stop();
        await _standstill.OrStartAgainAsync(
            () => FreshCopies.RetryAsync(
                () => UpdateOnceAsync(desired, stop, stop.Former is null ? ct : CancellationToken.None)),
            () => stop.Former is null ? [] : [desired.Id],
            stop.TakeBack);
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
            await MakeAsync(action, ct);
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
                await RememberAsync(desired, action.Id, ct);
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
            KeyValuePair<Property, string?>[] values = [.. Values(action.Changes, ownership.ToProperties())];
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

    // An instance whose incusd was killed while it made it may lack its storage. What we made and never ran has nothing
    // to lose.
    private async Task StartAsync(DesiredObject desired, CancellationToken ct)
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

            await RemakeAsync(planner.Plan(desired, null)[0], ct);
        }
    }

    // Incus tells the kernel all rules of an object when one value changes. From then on nothing may end this.
    private async Task RepairAsync(ObjectId id, CancellationToken ct)
    {
        if (await store.FindAsync(id, ct) is not { Value: var live })
        {
            return;
        }

        var triggers = RuleRepair.Triggers(id.Kind, live).ToList();
        await Set(triggers.Select(t => KeyValuePair.Create(t.Property, t.Other)));
        await Set(triggers.Select(t => KeyValuePair.Create(t.Property, t.Value)));

        Task Set(IEnumerable<KeyValuePair<Property, string?>> values) =>
            store.EditAsync(id, o => Properties.With(o, values), CancellationToken.None);
    }

    // A machine that is stopped for it is started by its own action, which brings it to another network.
    private async Task GiveUpAsync(PlannedAction action, CancellationToken ct)
    {
        await Task.WhenAll(action.Stops.Select(stop => RememberAsync(stop.Desired, stop.Id, ct)));
        await _standstill.DuringAsync(
            [.. action.Stops.Select(stop => stop.Id)],
            () => store.EditAsync(
                action.Id,
                live => Properties.With(live, action.Changes.Select(c => KeyValuePair.Create(c.Property, c.New))),
                action.Stops.IsEmpty ? ct : CancellationToken.None));
    }

    private static IEnumerable<KeyValuePair<Property, string?>> Values(
        ImmutableArray<PropertyChange> changes, IEnumerable<KeyValuePair<Property, string?>> more) =>
        changes.Where(c => c.Property != Property.Hosts).Select(c => KeyValuePair.Create(c.Property, c.New)).Concat(more);

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
