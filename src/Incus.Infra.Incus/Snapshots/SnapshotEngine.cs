using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>
/// Takes, restores, lists and deletes snapshots. Each command reads all instances by one request, however many it is about;
/// each that changes something waits for an Apply on the same machine, and for what a killed run left to the server.
/// </summary>
/// <param name="client">Speaks to the server.</param>
/// <param name="target">The server, as the lock's key.</param>
/// <param name="onWaiting">Told in a sentence what is waited for.</param>
/// <param name="progress">Told when an instance's part has ended.</param>
/// <param name="clock">Dates names.</param>
public sealed class SnapshotEngine(
    IncusClient client, IncusTarget target, Action<string> onWaiting, Action<SnapshotProgress> progress, TimeProvider clock)
{
    private const string DefaultPrefix = "snap";
    private const string DeclaredPrefix = "declared";

    private readonly SnapshotStore _store = new(client);
    private readonly Hooks _hooks = new(client);

    /// <summary>The instances that Incus has, with their snapshots; machines that are not there are left out.</summary>
    /// <exception cref="ToolFaultException">There is no such instance, or Incus does not answer.</exception>
    /// <exception cref="IncusErrorException">Incus refuses to be read.</exception>
    public async Task<IReadOnlyList<InstanceView>> ListAsync(SnapshotScope scope, CancellationToken ct) =>
        [.. (await SelectAsync(scope, ct)).Select(c => c.Live).OfType<InstanceView>()];

    /// <summary>Takes a snapshot of each instance.</summary>
    /// <param name="scope">Which instances.</param>
    /// <param name="name">Its name; null for one with the date and time.</param>
    /// <param name="ct">Once cancelled, nothing new begins.</param>
    /// <exception cref="ToolFaultException">There is no such instance, or Incus does not answer.</exception>
    /// <exception cref="IncusErrorException">Incus refuses to be read.</exception>
    public async Task<IReadOnlyList<SnapshotResult>> TakeAsync(SnapshotScope scope, string? name, CancellationToken ct)
    {
        using var held = await ApplyLock.AcquireAsync(target, onWaiting, ct);
        var snapshot = name ?? SnapshotName.Dated(DefaultPrefix, clock.GetUtcNow());
        var choices = await SettledAsync(scope, ct);
        return await new SnapshotBatch(snapshot, choices.Count, progress).RunAsync(
            choices,
            choice => Present(choice, snapshot),
            choice => _store.TakeAsync(choice.Id, snapshot, expires: null, ct),
            ct);
    }

    /// <summary>Deletes the snapshot of each instance.</summary>
    /// <inheritdoc cref="TakeAsync"/>
    public async Task<IReadOnlyList<SnapshotResult>> DeleteAsync(SnapshotScope scope, string name, CancellationToken ct)
    {
        using var held = await ApplyLock.AcquireAsync(target, onWaiting, ct);
        var choices = await SettledAsync(scope, ct);
        return await new SnapshotBatch(name, choices.Count, progress).RunAsync(
            choices,
            choice => Missing(choice, name),
            choice => _store.DeleteAsync(choice.Id, name, ct),
            ct);
    }

    /// <summary>
    /// Brings the snapshot of each instance back; nothing is done unless each has it. One that runs is stopped and started
    /// again, and this ends when it runs.
    /// </summary>
    /// <param name="scope">Which instances.</param>
    /// <param name="name">Name of the snapshot.</param>
    /// <param name="allowSelf">Asked whether the instance may be restored that this process runs in.</param>
    /// <param name="ct">Once cancelled, nothing new begins.</param>
    /// <exception cref="ToolFaultException">There is no such instance, or Incus does not answer.</exception>
    /// <exception cref="IncusErrorException">Incus refuses to be read.</exception>
    public async Task<IReadOnlyList<SnapshotResult>> RestoreAsync(
        SnapshotScope scope, string name, Func<ObjectId, bool> allowSelf, CancellationToken ct)
    {
        using var held = await ApplyLock.AcquireAsync(target, onWaiting, ct);
        var choices = await SettledAsync(scope, ct);
        if (choices.Exists(c => Missing(c, name) is not null))
        {
            return [.. choices.Select(c => new SnapshotResult(c.Id, name, ActionStatus.Blocked, Missing(c, name)))];
        }

        var identity = await GuestIdentity.ReadAsync(ct);
        var self = choices.FindAll(c => GuestIdentity.IsOf(c.Live!, identity));
        if (self.Exists(c => !allowSelf(c.Id)))
        {
            throw new ToolFaultException(ToolDiagnostics.RestoringItself(self[0].Id));
        }

        // This process ends with its own instance, so that one comes last.
        var batch = new SnapshotBatch(name, choices.Count, progress);
        var others = await RunAsync([.. choices.Except(self)]);
        return [.. others, .. await RunAsync(self)];

        Task<IReadOnlyList<SnapshotResult>> RunAsync(List<Choice> some) =>
            batch.RunAsync(some, _ => null, choice => RestoreAsync(choice, choice.Find(name)!, ct), ct);
    }

    /// <summary>
    /// Takes the declared snapshots with their hooks, and deletes those of earlier runs that are too many. What comes after
    /// a snapshot is run in any case; in a machine that does not run, no hook is.
    /// </summary>
    /// <param name="declared">Of which machines.</param>
    /// <param name="ct">Once cancelled, nothing new begins but what comes after.</param>
    /// <exception cref="ToolFaultException">Incus does not answer.</exception>
    /// <exception cref="IncusErrorException">Incus refuses to be read.</exception>
    public async Task<IReadOnlyList<SnapshotResult>> TakeDeclaredAsync(
        IReadOnlyList<DeclaredSnapshot> declared, CancellationToken ct)
    {
        using var held = await ApplyLock.AcquireAsync(target, onWaiting, ct);
        var now = clock.GetUtcNow();
        var snapshot = SnapshotName.Dated(DeclaredPrefix, now);
        var byId = declared.ToDictionary(d => d.Id);
        var choices = await SettledAsync(new DeclaredMachines([.. byId.Keys]), ct);
        return await new SnapshotBatch(snapshot, choices.Count, progress).RunAsync(
            choices,
            choice => Present(choice, snapshot),
            choice => TakeOneAsync(choice, byId[choice.Id], snapshot, now, ct),
            ct);
    }

    private async Task TakeOneAsync(
        Choice choice, DeclaredSnapshot declared, string name, DateTimeOffset now, CancellationToken ct)
    {
        var expires = IncusExpiry.After(now, declared.Expiry);
        var (pre, post) = choice.Live!.Status is "Running" or "Ready" ? (declared.Pre, declared.Post) : ([], []);
        Diagnostic? first = null;
        try
        {
            first = await _hooks.RunAsync(choice.Id, "pre", pre, ct);
            if (first is null)
            {
                await _store.TakeAsync(choice.Id, name, expires, ct);
            }
        }
        catch (IncusErrorException e)
        {
            first = ToolDiagnostics.SnapshotFailed(choice.Id, name, e.Message);
        }
        catch (ToolFaultException e)
        {
            first = e.Diagnostic;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Told below, after what must happen all the same.
        }

        // What was stopped before must not stay so.
        var last = await _hooks.RunAsync(choice.Id, "post", post, CancellationToken.None);
        var faults = new[] { first, last }.OfType<Diagnostic>().ToList();
        if (faults.Count > 0)
        {
            throw new ToolFaultException(faults[0] with { Message = string.Join(' ', faults.Select(f => f.Message)) });
        }

        ct.ThrowIfCancellationRequested();
        foreach (var old in Surplus(choice, declared.Keep))
        {
            await _store.DeleteAsync(choice.Id, old, ct);
        }
    }

    private static IEnumerable<string> Surplus(Choice choice, int? keep) => keep is null ? [] : choice.Live!.Snapshots?
        .Where(s => SnapshotName.IsDated(DeclaredPrefix, s.Name))
        .OrderByDescending(s => s.CreatedAt)
        .Skip(keep.Value - 1)
        .Select(s => s.Name) ?? [];

    private async Task RestoreAsync(Choice choice, SnapshotView snapshot, CancellationToken ct)
    {
        try
        {
            await _store.RestoreAsync(choice.Id, snapshot, ct);
        }
        catch (IncusErrorException e) when (e.Message.Contains("zfs.remove_snapshots", StringComparison.Ordinal))
        {
            var newer = choice.Live!.Snapshots!.Where(s => s.CreatedAt > snapshot.CreatedAt).Select(s => s.Name);
            throw new ToolFaultException(ToolDiagnostics.NotNewest(choice.Id, snapshot.Name, newer), e);
        }
    }

    private static Diagnostic? Present(Choice choice, string name) =>
        choice.Live is null ? ToolDiagnostics.NotInIncus(choice.Id)
        : choice.Find(name) is not null ? ToolDiagnostics.SnapshotExists(choice.Id, name, choice.Names)
        : null;

    private static Diagnostic? Missing(Choice choice, string name) =>
        choice.Live is null ? ToolDiagnostics.NotInIncus(choice.Id)
        : choice.Find(name) is null ? ToolDiagnostics.NoSnapshot(choice.Id, name, choice.Names)
        : null;

    private async Task<List<Choice>> SettledAsync(SnapshotScope scope, CancellationToken ct)
    {
        var choices = await SelectAsync(scope, ct);
        return await _store.SettleAsync(choices.Select(c => c.Id).ToHashSet(), onWaiting, ct) ? await SelectAsync(scope, ct) : choices;
    }

    private async Task<List<Choice>> SelectAsync(SnapshotScope scope, CancellationToken ct)
    {
        var live = await _store.ReadAsync(ct);
        return scope switch
        {
            DeclaredMachines declared => [.. declared.Machines.Select(id => new Choice(id, live.GetValueOrDefault(id)))],
            OneInstance one => [One(one, live)],
            _ => [Self(await GuestIdentity.ReadAsync(ct), live)],
        };
    }

    private static Choice One(OneInstance one, Dictionary<ObjectId, InstanceView> live)
    {
        var found = live.Keys.Where(id => id.Name == one.Name && (one.Project is null || id.Project == one.Project)).ToList();
        return found switch
        {
            [var id] => new Choice(id, live[id]),
            [] => throw new ToolFaultException(ToolDiagnostics.NoInstance(
                one.Name, one.Project, live.Keys.Where(id => one.Project is null || id.Project == one.Project).Select(id => id.Name).Order(StringComparer.Ordinal))),
            _ => throw new ToolFaultException(ToolDiagnostics.AmbiguousInstance(
                one.Name, found.Select(id => id.Project).Order(StringComparer.Ordinal))),
        };
    }

    private static Choice Self(string? identity, Dictionary<ObjectId, InstanceView> live)
    {
        var (id, self) = live.FirstOrDefault(i => GuestIdentity.IsOf(i.Value, identity));
        return self is null
            ? throw new ToolFaultException(ToolDiagnostics.NotAnInstance(Environment.MachineName))
            : new Choice(id, self);
    }
}
