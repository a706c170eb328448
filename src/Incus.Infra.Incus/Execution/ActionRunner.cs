using System.Collections.Immutable;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;
using Incus.Infra.Incus.Snapshots;

namespace Incus.Infra.Incus.Execution;

/// <summary>Carries out one action.</summary>
/// <param name="store">The server.</param>
/// <param name="planner">Plans the object again, on what is there at that moment.</param>
/// <param name="precaution">Takes snapshots before.</param>
internal sealed class ActionRunner(IIncusStore store, ObjectPlanner planner, Precaution precaution)
{
    private const int PreconditionFailed = 412;

    /// <summary>Does it.</summary>
    /// <exception cref="IncusErrorException">Incus refused.</exception>
    /// <exception cref="ToolFaultException">Incus did not answer.</exception>
    public Task RunAsync(PlannedAction action, CancellationToken ct) => action.Kind switch
    {
        // Incus has made it together with its project.
        ActionKind.Create when action.Id.IsDefaultProfile => UpdateAsync(action.Desired!, ct),
        ActionKind.Create => CreateAsync(action, ct),
        ActionKind.Replace => ReplaceAsync(action, ct),
        ActionKind.Start => StartAsync(action.Desired!, ct),
        ActionKind.Delete => DeleteAsync(action.Id, ct),
        _ when action.GivesUp => GiveUpAsync(action, ct),
        _ => UpdateAsync(action.Desired!, ct),
    };

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
            if (action.Id.Kind == ObjectKind.Instance || await store.FindAsync(action.Id, ct) is null)
            {
                throw;
            }

            await UpdateAsync(action.Desired!, ct);
        }
    }

    private Task MakeAsync(PlannedAction action, CancellationToken ct)
    {
        var content = Properties.With(
            new IncusObject { Devices = action.Id.Kind is ObjectKind.Profile or ObjectKind.Instance ? [] : null },
            Values(action.Changes, action.Ownership!)
                .Append(KeyValuePair.Create(Property.Config(ObjectIdentity.UuidKey), action.Ownership!.Object.Uuid)));
        return store.CreateAsync(action.Id, content, action.Desired!.Instance, ct);
    }

    private async Task ReplaceAsync(PlannedAction action, CancellationToken ct)
    {
        if (action.Desired!.Instance is { } form)
        {
            // What cannot be made again must not be deleted.
            await store.EnsureImageAsync(action.Id, form, ct);
        }

        await DeleteAsync(action.Id, ct);
        await MakeAsync(action, ct);
    }

    private async Task DeleteAsync(ObjectId id, CancellationToken ct)
    {
        try
        {
            if (id.Kind == ObjectKind.Instance && await store.FindAsync(id, ct) is { Value.IsUp: true })
            {
                await store.StopAsync(id, force: true, ct);
            }

            await store.DeleteAsync(id, ct);
        }
        catch (IncusErrorException)
        {
            // A killed run may have left its last request to the server, so what was there can be gone by now.
            if (await store.FindAsync(id, ct) is not null)
            {
                throw;
            }
        }
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

    // Planned again on a fresh copy, so that the tag and the values belong together; once more when someone else wrote
    // in between.
    private async Task UpdateAsync(DesiredObject desired, CancellationToken ct)
    {
        try
        {
            await UpdateOnceAsync(desired, ct);
        }
        catch (IncusErrorException e) when (e.Status == PreconditionFailed)
        {
            await UpdateOnceAsync(desired, ct);
        }
    }

    private async Task UpdateOnceAsync(DesiredObject desired, CancellationToken ct)
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
        if (action.Kind == ActionKind.Restart)
        {
            // From here to its start nothing may end this: the instance would stay shut down.
            ct = CancellationToken.None;
            await store.StopAsync(action.Id, force: false, ct);
            live = await store.FindAsync(action.Id, ct) ?? live;
            if (live.Value.IsUp)
            {
                throw new ToolFaultException(ToolDiagnostics.NotConfirmed(action.Id, "it was not stopped"));
            }
        }

        try
        {
            if (action.Ownership is { } ownership)
            {
                var content = Properties.With(live.Value, Values(action.Changes, ownership));
                await store.UpdateAsync(action.Id, content, live.ETag, ct);
            }
        }
        catch (IncusErrorException e) when (action.Kind == ActionKind.Restart && e.Status != PreconditionFailed)
        {
            await store.StartAsync(action.Id, ct);
            throw;
        }

        if (live.Value.IsStopped || live.Value.IsPaused)
        {
            await StartAsync(desired, ct);
        }
    }

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

            await ReplaceAsync(planner.Plan(desired, null)[0], ct);
        }
    }

    private async Task GiveUpAsync(PlannedAction action, CancellationToken ct)
    {
        if (await store.FindAsync(action.Id, ct) is { } live)
        {
            var content = Properties.With(live.Value, action.Changes.Select(c => KeyValuePair.Create(c.Property, c.New)));
            await store.UpdateAsync(action.Id, content, live.ETag, ct);
        }
    }

    private static IEnumerable<KeyValuePair<Property, string?>> Values(
        ImmutableArray<PropertyChange> changes, Ownership ownership) =>
        changes.Select(c => KeyValuePair.Create(c.Property, c.New)).Concat(ownership.ToProperties());
}
