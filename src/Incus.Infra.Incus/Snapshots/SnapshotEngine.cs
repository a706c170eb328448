using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Execution;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Snapshots;

/// <summary>
/// Takes, restores, lists and deletes snapshots. Each command reads all instances by one request, however many it is about;
/// each that changes something waits for an Apply on the same machine, and for what a killed run left to the server.
/// </summary>
/// <param name="client">Speaks to the server.</param>
/// <param name="target">The way to the server.</param>
/// <param name="server">What the server says about itself; one command at a time works on it.</param>
/// <param name="onWaiting">Called with a sentence that says what is being waited for.</param>
/// <param name="progress">Told when an instance's part has ended.</param>
/// <param name="clock">Dates names.</param>
internal sealed class SnapshotEngine(
    IncusClient client,
    IncusTarget target,
    ServerInfo server,
    Action<string> onWaiting,
    Action<SnapshotProgress> progress,
    TimeProvider clock)
{
    private const string DefaultPrefix = "snap";
    private const string DeclaredPrefix = "declared";

    private readonly SnapshotStore _store = new(client);
    private readonly Hooks _hooks = new(client);

    /// <summary>The instances that Incus has, with their snapshots; machines that are not there are left out.</summary>
    /// <exception cref="ToolFaultException">There is no such instance, or Incus does not answer.</exception>
    /// <exception cref="IncusErrorException">Incus rejects a request to read.</exception>
    public async Task<IReadOnlyList<InstanceView>> ListAsync(SnapshotScope scope, CancellationToken ct) =>
        [.. (await SelectAsync(scope, ct)).Select(c => c.Live).OfType<InstanceView>()];

    /// <summary>Takes a snapshot of each instance.</summary>
    /// <param name="scope">Which instances.</param>
    /// <param name="name">Its name; null for one with the date and time.</param>
    /// <param name="ct">Once cancelled, nothing new begins.</param>
    /// <exception cref="ToolFaultException">There is no such instance, or Incus does not answer.</exception>
    /// <exception cref="IncusErrorException">Incus rejects a request to read.</exception>
    public async Task<IReadOnlyList<SnapshotResult>> TakeAsync(SnapshotScope scope, string? name, CancellationToken ct)
    {
        using var held = await ApplyLock.AcquireAsync(target, server, onWaiting, ct);
        var choices = await SettledAsync(scope, ct);
        var snapshot = name ?? NextName(DefaultPrefix, clock.GetUtcNow(), choices);
        var results = await new SnapshotBatch(snapshot, choices.Count, progress).RunAsync(
            choices,
            choice => Present(choice, snapshot),
            choice => _store.TakeAsync(choice.Id, snapshot, expires: null, ct),
            ct);
        return await LookAsync(choices, results, (_, now, error) => error ?? Taken(now, snapshot));
    }

    /// <summary>Deletes the snapshot of each instance.</summary>
    /// <inheritdoc cref="TakeAsync"/>
    public async Task<IReadOnlyList<SnapshotResult>> DeleteAsync(SnapshotScope scope, string name, CancellationToken ct)
    {
        using var held = await ApplyLock.AcquireAsync(target, server, onWaiting, ct);
        var choices = await SettledAsync(scope, ct);
        var results = await new SnapshotBatch(name, choices.Count, progress).RunAsync(
            choices,
            choice => Missing(choice, name),
            choice => _store.DeleteAsync(choice.Id, name, ct),
            ct);
        return await LookAsync(choices, results, (_, now, error) => error ?? Deleted(now, name));
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
    /// <exception cref="IncusErrorException">Incus rejects a request to read.</exception>
    public async Task<IReadOnlyList<SnapshotResult>> RestoreAsync(
        SnapshotScope scope, string name, Func<ObjectId, bool> allowSelf, CancellationToken ct)
    {
        using var held = await ApplyLock.AcquireAsync(target, server, onWaiting, ct);
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
        List<Choice> ordered = [.. choices.Except(self), .. self];
        var others = await RunAsync(ordered[..^self.Count]);
        return await LookAsync(ordered, [.. others, .. await RunAsync(self)], Restored);

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
    /// <exception cref="IncusErrorException">Incus rejects a request to read.</exception>
    public async Task<IReadOnlyList<SnapshotResult>> TakeDeclaredAsync(
        IReadOnlyList<DeclaredSnapshot> declared, CancellationToken ct)
    {
        using var held = await ApplyLock.AcquireAsync(target, server, onWaiting, ct);
        var now = clock.GetUtcNow();
        var byId = declared.ToDictionary(d => d.Id);
        var choices = await SettledAsync(new DeclaredMachines([.. byId.Keys]), ct);
        var snapshot = NextName(DeclaredPrefix, now, choices);
        var results = await new SnapshotBatch(snapshot, choices.Count, progress).RunAsync(
            choices,
            choice => Present(choice, snapshot),
            choice => TakeOneAsync(choice, byId[choice.Id], snapshot, now, ct),
            ct);
        return await LookAsync(choices, results, (before, after, error) => error
            ?? Taken(after, snapshot)
            ?? Surplus(before, byId[before.Id].Keep)
                .Select(old => Deleted(after, old))
                .FirstOrDefault(fault => fault is not null));
    }

    // One request shows it for all instances; also when the run is stopped: what was done by then is reported.
    private Task<IReadOnlyList<SnapshotResult>> LookAsync(
        IReadOnlyList<Choice> before, IReadOnlyList<SnapshotResult> results, Func<Choice, Choice, Diagnostic?, Diagnostic?> judge)
    {
        var byId = before.ToDictionary(choice => choice.Id);
        return SnapshotConfirmation.OfAsync(
            results,
            () => _store.ReadAsync(CancellationToken.None),
            (result, live) => live.GetValueOrDefault(result.Id) is { } found
                ? Seen(byId[result.Id], new Choice(result.Id, found), result.Error)
                : result.Error ?? ToolDiagnostics.NotConfirmed(result.Id, "the instance no longer exists"));

        Diagnostic? Seen(Choice before, Choice after, Diagnostic? error) => after.Lost(error) ?? judge(before, after, error);
    }

    private static string NextName(string prefix, DateTimeOffset at, IEnumerable<Choice> choices) =>
        SnapshotName.NextDated(prefix, at, choices.SelectMany(c => c.Names).ToHashSet());

    private static Diagnostic? Taken(Choice now, string name) =>
        now.Find(name) is null ? ToolDiagnostics.NotConfirmed(now.Id, $"there is no snapshot '{name}'") : null;

    private static Diagnostic? Deleted(Choice now, string name) =>
        now.Find(name) is null ? null : ToolDiagnostics.NotConfirmed(now.Id, $"snapshot '{name}' still exists");

    private static Diagnostic? Restored(Choice before, Choice after, Diagnostic? error)
    {
        var restored = after.Generation != before.Generation;
        var down = before.IsUp && !after.IsUp;
        return error is null
            ? !restored ? ToolDiagnostics.NotConfirmed(after.Id, "the configuration is not that of the snapshot")
                : down ? ToolDiagnostics.NotConfirmed(after.Id, "the instance, which ran before, does not run")
                : null
            // It is stopped before anything else happens.
            : before.IsUp && !restored && !down ? error
            : ToolDiagnostics.RestoreUnfinished(after.Id, error, restored, down);
    }

    private async Task TakeOneAsync(
        Choice choice, DeclaredSnapshot declared, string name, DateTimeOffset now, CancellationToken ct)
    {
        var expires = IncusExpiry.After(choice.Id, now, declared.Expiry);
        var (pre, post) = InstanceStatus.Runs(choice.Live!.Status) ? (declared.Pre, declared.Post) : ([], []);
        Diagnostic? first = null;
        Diagnostic? last = null;
        var taken = false;
        try
        {
            first = await FaultOfAsync(async () =>
            {
                if (await _hooks.RunAsync(choice.Id, "pre", pre, ct) is { } failed)
                {
                    return failed;
                }

                await _store.TakeAsync(choice.Id, name, expires, ct);
                taken = true;
                return null;
            });
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Told below, after what must happen all the same.
        }
        finally
        {
            // What was stopped before must not stay so.
            last = await FaultOfAsync(() => _hooks.RunAsync(choice.Id, "post", post, CancellationToken.None));
        }

        if ((first ?? last) is { } fault)
        {
            throw new ToolFaultException(fault with
            {
                Message = string.Join(' ', new[] { first, last }.OfType<Diagnostic>().Select(f => f.Message.TrimEnd('.') + "."))
                    + (taken ? $" Snapshot '{name}' was taken." : ""),
            });
        }

        ct.ThrowIfCancellationRequested();
        foreach (var old in Surplus(choice, declared.Keep))
        {
            try
            {
                await _store.DeleteAsync(choice.Id, old, ct);
            }
            catch (IncusErrorException e)
            {
                throw new ToolFaultException(ToolDiagnostics.OldOneStays(choice.Id, name, old, e.Message), e);
            }
        }

        async Task<Diagnostic?> FaultOfAsync(Func<Task<Diagnostic?>> act)
        {
            try
            {
                return await act();
            }
            catch (IncusErrorException e)
            {
                return ToolDiagnostics.SnapshotFailed(choice.Id, name, e.Message);
            }
            catch (ToolFaultException e)
            {
                return ToolDiagnostics.Of(choice.Id, e.Diagnostic);
            }
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
        choice.Fault
        ?? (choice.Find(name) is not null ? ToolDiagnostics.SnapshotExists(choice.Id, name, choice.Names) : null);

    private static Diagnostic? Missing(Choice choice, string name) =>
        choice.Fault ?? (choice.Find(name) is null ? ToolDiagnostics.NoSnapshot(choice.Id, name, choice.Names) : null);

    private async Task<List<Choice>> SettledAsync(SnapshotScope scope, CancellationToken ct)
    {
        var choices = await SelectAsync(scope, ct);
        return await _store.SettleAsync(choices.Select(c => c.Id).ToHashSet().Contains, onWaiting, ct)
            ? await SelectAsync(scope, ct)
            : choices;
    }

    private async Task<List<Choice>> SelectAsync(SnapshotScope scope, CancellationToken ct)
    {
        var live = await _store.ReadAsync(ct);
        return scope switch
        {
            DeclaredMachines declared => [.. declared.Machines.Select(id => new Choice(id, live.GetValueOrDefault(id)))],
            NamedInstances named => [.. named.Names.Distinct().Select(name => One(name, named.Project, live))],
            _ => [Self(await GuestIdentity.ReadAsync(ct), live)],
        };
    }

    private static Choice One(string name, string? project, Dictionary<ObjectId, InstanceView> live)
    {
        var found = live.Keys.Where(id => id.Name == name && (project is null || id.Project == project)).ToList();
        return found switch
        {
            [var id] => new Choice(id, live[id]),
            [] => throw new ToolFaultException(ToolDiagnostics.NoInstance(
                name,
                project,
                live.Keys
                    .Where(id => project is null || id.Project == project)
                    .Select(id => id.Name)
                    .Order(StringComparer.Ordinal))),
            _ => throw new ToolFaultException(ToolDiagnostics.AmbiguousInstance(
                name, found.Select(id => id.Project).Order(StringComparer.Ordinal))),
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
