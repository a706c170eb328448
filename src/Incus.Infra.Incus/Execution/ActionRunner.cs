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
    private readonly ObjectCreation _creation = new(store);
    private readonly ObjectUpdate _update = new(store, planner, precaution);
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
            await _update.FindStartedAsync(action.Id, ct);
            await store.EditAsync(action.Id, BridgeChange.Mark, ct);
        }

        await (action.Kind switch
        {
            // Incus has made it together with its project.
            ActionKind.Create when action.Id.IsDefaultProfile => _update.RunAsync(action.Desired!, ct),
            ActionKind.Create => CreateAsync(action, ct),
            ActionKind.Replace => _update.ReplaceAsync(action, ct),
            ActionKind.Move => MoveAsync(action, ct),
            ActionKind.Rename => RenameAsync(action),
            ActionKind.Rebuild => RebuildAsync(action, ct),
            ActionKind.Start => _update.StartAsync(action.Desired!, ct),
            ActionKind.Repair => RepairAsync(action.Id, ct),
            ActionKind.Delete when action.Successor is { } successor => _replacement.CompleteAsync(
                successor, action.Id, action.SuccessorRests),
            ActionKind.Delete => DeleteAsync(action, ct),
            ActionKind.Build => _images.BuildAsync(action, ct),
            _ when action.Image is { } image => store.KeepImageAsync(action.Id, image.Description, image.Keep, ct),
            _ when action.GivesUp => GiveUpAsync(action, ct),
            _ => _update.RunAsync(action.Desired!, ct),
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
            await _creation.RunAsync(action, ct);
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

            await _update.RunAsync(action.Desired!, ct);
        }
    }

    // From the stop to the start nothing may end this.
    private async Task MoveAsync(PlannedAction action, CancellationToken ct)
    {
        await precaution.TakeAsync(action, ct);
        await _standstill.RememberAsync(action.Desired!, action.Id, ct);
        await new MachineMove(store, _standstill).RunAsync(action.Id, action.Relocation!, ct);
        try
        {
            await _update.RunAsync(action.Desired!, CancellationToken.None);
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
        await _standstill.RememberAsync(action.Desired!, renaming.From ?? action.Id, CancellationToken.None);
        var rename = new MachineRename(store, _standstill);
        await rename.RunAsync(action.Desired!, renaming);
        try
        {
            await rename.CompleteAsync(action.Desired!, renaming);
            foreach (var volume in renaming.Volumes)
            {
                await _update.RunAsync(volume, CancellationToken.None);
            }

            if (action.Relocation is { } relocation)
            {
                await new MachineMove(store, _standstill).RunAsync(action.Id, relocation, CancellationToken.None);
            }

            await _update.RunAsync(action.Desired!, CancellationToken.None);
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
        await _standstill.RememberAsync(desired, id, ct);
        await new MachineRebuild(store, _standstill).RunAsync(id, desired.Instance!, action.Kept!, action.Starts, ct);
        try
        {
            await _update.RunAsync(desired, CancellationToken.None);
        }
        catch (IncusErrorException e)
        {
            throw new ToolFaultException(ToolDiagnostics.RebuiltNotStarted(id, e.Message), e);
        }
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
        catch (Exception e) when (ran && e is FaultException or OperationCanceledException)
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
        await Task.WhenAll(action.Stops.Select(stop => _standstill.RememberAsync(stop.Desired, stop.Id, ct)));
        await _standstill.DuringAsync(
            [.. action.Stops.Select(stop => stop.Id)],
            () => store.EditAsync(
                action.Id,
                live => Properties.With(live, action.Changes.Select(c => KeyValuePair.Create(c.Property, c.New))),
                action.Stops.IsEmpty ? ct : CancellationToken.None));
    }
}
