using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Execution;

/// <summary>
/// Brings an instance to another member of a cluster. Incus moves only what is stopped, and each volume by itself: until the
/// instance follows, it can start nowhere. A mark on the instance lets the next run complete what a killed one began.
/// </summary>
/// <param name="store">The server.</param>
/// <param name="standstill">Starts an instance again whose move failed.</param>
internal sealed class MachineMove(IIncusStore store, Standstill standstill)
{
    /// <summary>Stops it and moves all of it. A failure takes back what has moved, and starts it again if it ran.</summary>
    /// <param name="id">The instance.</param>
    /// <param name="relocation">Where it goes, and which volumes go with it.</param>
    /// <param name="ct">Ends it before it begins: afterwards the instance would stay stopped.</param>
    /// <exception cref="IncusErrorException">Incus rejected it, and it is as before.</exception>
    /// <exception cref="ToolFaultException">Incus did not answer, or it is not as before.</exception>
    public async Task RunAsync(ObjectId id, Relocation relocation, CancellationToken ct)
    {
        if (await store.FindAsync(id, ct) is { Value: var live })
        {
            await standstill.DuringAsync([id], () => MoveAsync(id, live, relocation));
        }
    }

    private async Task MoveAsync(ObjectId id, IncusObject live, Relocation relocation)
    {
        try
        {
            await CompleteAsync(Marked(live, relocation));
            var mark = await FindMovingAsync(relocation);
            await store.EditAsync(id, mark.WriteTo, CancellationToken.None);
            await CompleteAsync(mark.Volumes);
            if (live.Member != relocation.To)
            {
                await store.MoveAsync(id, relocation.To, CancellationToken.None);
            }

            await store.EditAsync(id, MoveMark.RemoveFrom, CancellationToken.None);
        }
        catch (FaultException e)
        {
            await GoBackAsync(id, relocation, e);
            throw;
        }
    }

    // A mark is text that anybody on the server may edit: it moves nothing but the machine's own volumes.
    private static IEnumerable<MovingVolume> Marked(IncusObject live, Relocation relocation) =>
        (MoveMark.Of(live)?.Volumes ?? []).Where(v => relocation.Volumes.Contains(v.Id));

    private async Task CompleteAsync(IEnumerable<MovingVolume> volumes)
    {
        foreach (var volume in volumes)
        {
            await store.MoveVolumeAsync(volume, CancellationToken.None);
        }
    }

    private async Task<MoveMark> FindMovingAsync(Relocation relocation)
    {
        var moving = new List<MovingVolume>();
        foreach (var id in relocation.Volumes)
        {
            if (await store.FindAsync(id, CancellationToken.None) is { Value: { Member: { } at } live } && at != relocation.To)
            {
                moving.Add(new MovingVolume(
                    id.Project, id.Pool, id.Name, at, relocation.To, live.Description, live.Config ?? []));
            }
        }

        return new MoveMark(moving);
    }

    // To where the instance is; when it has moved itself, there is nothing to take back.
    private async Task GoBackAsync(ObjectId id, Relocation relocation, Exception cause)
    {
        try
        {
            if (await store.FindAsync(id, CancellationToken.None) is { Value: var live } && live.Member != relocation.To)
            {
                foreach (var volume in Marked(live, relocation))
                {
                    await store.TakeVolumeBackAsync(volume, CancellationToken.None);
                }

                await store.EditAsync(id, MoveMark.RemoveFrom, CancellationToken.None);
            }
        }
        catch (FaultException e)
        {
            throw ToolFaultException.Of(ToolDiagnostics.HalfMoved(id, cause.Message, e.Message), cause);
        }
    }
}
