using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Execution;

/// <summary>
/// Recreates an instance. Whether Incus can do that is only known afterwards: until then the old one is set aside
/// under another name, with a mark by which the next run finds it should this one be killed.
/// </summary>
/// <param name="store">The server.</param>
internal sealed class Replacement(IIncusStore store)
{
    private readonly Standstill _standstill = new(store);

    /// <summary>Replaces one.</summary>
    /// <param name="id">The instance.</param>
    /// <param name="make">Makes the new one, and starts it unless infra.yml wants it stopped.</param>
    /// <param name="rests">Whether infra.yml wants it stopped.</param>
    /// <param name="ct">Ends it before it begins: afterwards the instance would be missing.</param>
    /// <exception cref="ToolFaultException">It failed; says what is there now.</exception>
    public async Task RunAsync(ObjectId id, Func<Task> make, bool rests, CancellationToken ct)
    {
        if (await store.FindAsync(id, ct) is not { Value: var former })
        {
            await make();
            return;
        }

        var aside = id with { Name = SetAside.NameOf(former, id.Name) };
        var renamed = false;
        try
        {
            if (former.IsUp)
            {
                await store.ShutDownAsync(id, CancellationToken.None);
            }

            await store.EditAsync(id, SetAside.Prepare, CancellationToken.None);
            renamed = true;
            await store.RenameAsync(id, aside.Name, CancellationToken.None);
            await make();
        }
        catch (FaultException e)
        {
            await UndoAsync(id, aside, former.IsUp, renamed, e);
            throw ToolFaultException.Of(ToolDiagnostics.NotReplaced(id, e.Message), e);
        }

        await CompleteAsync(id, aside, rests);
    }

    /// <summary>Brings back what a killed run set aside; what that run made instead has not worked.</summary>
    /// <exception cref="ToolFaultException">It stays aside.</exception>
    public async Task BringBackAsync(ObjectId id, ObjectId aside)
    {
        try
        {
            await BringBackAsync(id, aside, made => Asides.NeverWorked(id, made));
        }
        catch (IncusErrorException e)
        {
            throw ToolFaultException.Of(ToolDiagnostics.KeptAside(id, aside.Name, e.Message), e);
        }
    }

    /// <summary>Deletes what was set aside, now that its successor runs, or is there where infra.yml wants it stopped.</summary>
    /// <exception cref="ToolFaultException">It stays aside.</exception>
    public async Task CompleteAsync(ObjectId id, ObjectId aside, bool rests)
    {
        try
        {
            if (await store.FindAsync(id, CancellationToken.None) is not { } made || !(made.Value.IsUp || rests))
            {
                throw new ToolFaultException(ToolDiagnostics.KeptAside(id, aside.Name, "the new instance does not run"));
            }

            await store.RemoveAsync(aside, CancellationToken.None);
        }
        catch (IncusErrorException e)
        {
            throw ToolFaultException.Of(ToolDiagnostics.KeptAside(id, aside.Name, e.Message), e);
        }
    }

    private async Task UndoAsync(ObjectId id, ObjectId aside, bool start, bool renamed, Exception cause)
    {
        try
        {
            // What Incus refused is over. Where it did not answer, it may still be at work on the new one.
            await BringBackAsync(id, aside, made => cause is IncusErrorException && Ownership.Of(id, made)?.Image is not null);
        }
        catch (FaultException e)
        {
            throw ToolFaultException.Of(
                renamed ? ToolDiagnostics.KeptAside(id, aside.Name, cause.Message) : ToolDiagnostics.LeftStopped(id, cause, e),
                cause);
        }

        if (start)
        {
            await _standstill.StartAgainAsync(id, _ => null, cause);
        }
    }

    private async Task BringBackAsync(ObjectId id, ObjectId aside, Func<IncusObject, bool> mayDelete)
    {
        if (aside != id && await store.FindAsync(aside, CancellationToken.None) is { Value: var former })
        {
            if (await store.FindAsync(id, CancellationToken.None) is { Value: var successor })
            {
                if (!mayDelete(successor))
                {
                    throw new IncusErrorException(IncusErrorException.Conflict, $"{id} is there as well");
                }

                await store.RemoveAsync(id, CancellationToken.None);
            }

            if (former.IsUp)
            {
                await store.StopAsync(aside, force: false, CancellationToken.None);
            }

            await store.RenameAsync(aside, id.Name, CancellationToken.None);
        }

        try
        {
            await store.EditAsync(id, o => SetAside.Of(o)?.Restore(o), CancellationToken.None);
        }
        catch (IncusErrorException)
        {
            // Its bridge has another subnet by now; the next change of the instance gives it its new address.
            await store.EditAsync(id, o => SetAside.Of(o)?.RestoreWithoutAddresses(o), CancellationToken.None);
        }
    }
}
