using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Execution;

/// <summary>What instances are stopped for. If it fails, those that ran run again.</summary>
/// <param name="store">The server.</param>
internal sealed class Standstill(IIncusStore store)
{
    /// <summary>Stops the instances that run, and does something.</summary>
    /// <param name="ids">The instances.</param>
    /// <param name="act">What is done.</param>
    /// <exception cref="IncusErrorException">Incus rejected it, and what ran runs.</exception>
    /// <exception cref="ToolFaultException">Incus did not answer, or an instance is stopped that ran.</exception>
    public Task DuringAsync(IReadOnlyCollection<ObjectId> ids, Func<Task> act) => DuringAsync(ids, act, id => id);

    /// <param name="ids">The instances.</param>
    /// <param name="act">What is done.</param>
    /// <param name="now">Where one of them is when that has failed; null where it must not be started.</param>
    /// <inheritdoc cref="DuringAsync(IReadOnlyCollection{ObjectId}, Func{Task})"/>
    public async Task DuringAsync(IReadOnlyCollection<ObjectId> ids, Func<Task> act, Func<ObjectId, ObjectId?> now)
    {
        var ran = new List<ObjectId>();
        foreach (var id in ids)
        {
            if (await store.FindAsync(id, CancellationToken.None) is { Value.IsUp: true })
            {
                ran.Add(id);
            }
        }

        await OrStartAgainAsync(
            async () =>
            {
                await Task.WhenAll(ran.Select(id => store.ShutDownAsync(id, CancellationToken.None)));
                await act();
            },
            () => ran.Select(now).OfType<ObjectId>(),
            _ => null);
    }

    /// <summary>Does something that may stop instances.</summary>
    /// <param name="act">What is done.</param>
    /// <param name="stopped">Those that it has stopped.</param>
    /// <param name="restore">Takes a change back, or is null where there is nothing to take back.</param>
    /// <inheritdoc cref="DuringAsync(IReadOnlyCollection{ObjectId}, Func{Task})"/>
    public async Task OrStartAgainAsync(
        Func<Task> act, Func<IEnumerable<ObjectId>> stopped, Func<IncusObject, IncusObject?> restore)
    {
        try
        {
            await act();
        }
        catch (FaultException e)
        {
            await Task.WhenAll(stopped().Select(id => StartAgainAsync(id, restore, e)));
            throw;
        }
    }

    /// <summary>Starts an instance that ran before a change that failed.</summary>
    /// <param name="id">The instance.</param>
    /// <param name="restore">Takes the change back, or is null where there is nothing to take back.</param>
    /// <param name="cause">Why the change failed.</param>
    /// <exception cref="ToolFaultException">It stays stopped.</exception>
    public async Task StartAgainAsync(ObjectId id, Func<IncusObject, IncusObject?> restore, Exception cause)
    {
        try
        {
            if (await store.FindAsync(id, CancellationToken.None) is { Value.IsUp: false })
            {
                await store.EditAsync(id, restore, CancellationToken.None);
                await store.StartAsync(id, CancellationToken.None);
            }
        }
        catch (FaultException e)
        {
            throw ToolFaultException.Of(ToolDiagnostics.LeftStopped(id, cause, e), cause);
        }
    }

    /// <summary>Writes down that it runs, where only people decide about that: whichever run starts it again.</summary>
    public Task RememberAsync(DesiredObject desired, ObjectId id, CancellationToken ct) =>
        desired.Instance is { State: RunState.Any }
            ? store.EditAsync(id, live => live.IsUp && !RanMark.IsOn(live) ? RanMark.WriteTo(live) : null, ct)
            : Task.CompletedTask;
}
