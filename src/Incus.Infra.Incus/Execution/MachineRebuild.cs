using Incus.Infra.Incus.Desired;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Execution;

/// <summary>
/// Gives an instance a new root disk from the newest image. Incus does that in place, but only to an instance that is stopped
/// and has no snapshots. So these, and all that it is, go to a copy first. A mark on the instance lets the next run complete
/// what a killed one began.
/// </summary>
/// <param name="store">The server.</param>
/// <param name="standstill">Starts an instance again that could not be copied.</param>
internal sealed class MachineRebuild(IIncusStore store, Standstill standstill)
{
    /// <summary>Stops it, copies it and rebuilds it; it stays stopped.</summary>
    /// <param name="id">The instance.</param>
    /// <param name="form">Its type and image.</param>
    /// <param name="kept">The copy, unless a killed run has made it.</param>
    /// <param name="runs">Whether it is to run in any case.</param>
    /// <param name="ct">Ends it before it begins: afterwards the instance would stay stopped.</param>
    /// <exception cref="ToolFaultException">It is as before, or the next run completes it; says which.</exception>
    public async Task RunAsync(ObjectId id, InstanceForm form, KeptCopy kept, bool runs, CancellationToken ct)
    {
        // What takes minutes comes first, and what cannot be had stops nothing.
        var fingerprint = await store.EnsureImageAsync(id, form, ct);
        if (await store.FindAsync(id, ct) is not { Value: var live })
        {
            return;
        }

        var mark = RebuildMark.Of(live);
        var copy = mark?.IsCopied(live) == true ? mark.Copy : null;
        if (copy is null)
        {
            if (live.BaseImage == fingerprint)
            {
                // A killed run has rebuilt it, and it was started since.
                await (mark is null
                    ? throw new ToolFaultException(ToolDiagnostics.NewerNotOffered(id, form.Image!))
                    : store.EditAsync(id, RebuildMark.RemoveFrom, ct));
                return;
            }

            await KeepAsync(id, live, kept, runs);
            copy = kept.Name;
        }

        try
        {
            foreach (var snapshot in await store.SnapshotsAsync(id, CancellationToken.None))
            {
                await store.DeleteSnapshotAsync(id, snapshot.Name, CancellationToken.None);
            }

            await store.RebuildAsync(id, fingerprint, CancellationToken.None);
            await store.EditAsync(id, RebuildMark.RemoveFrom, CancellationToken.None);
        }
        catch (FaultException e)
        {
            throw ToolFaultException.Of(ToolDiagnostics.HalfRebuilt(id, copy, e.Message), e);
        }
    }

    private async Task KeepAsync(ObjectId id, IncusObject live, KeptCopy kept, bool runs)
    {
        var copy = id with { Name = kept.Name };
        try
        {
            await RemovePartAsync(id, live);
            await store.EditAsync(id, new RebuildMark(kept.Name).WriteTo, CancellationToken.None);
            if (live.IsUp)
            {
                await store.ShutDownAsync(id, CancellationToken.None);
            }

            await store.CopyAsync(id, kept.Overrides(live), CancellationToken.None);
            await store.EditAsync(
                copy,
                made => Ownership.Of(id, live) is { } owner ? KeptCopy.Mark(copy, made, owner) : RebuildMark.RemoveFrom(made),
                CancellationToken.None);
            await CheckAsync(id, copy);

            // From here on the copy is all that there is of it. What the hosts file has goes with the disk.
            await store.EditAsync(
                id,
                stopped => Properties.With(
                    new RebuildMark(kept.Name, RanMark.StartOf(stopped)).WriteTo(stopped),
                    [KeyValuePair.Create(Property.Hosts, (string?)null)]),
                CancellationToken.None);
        }
        catch (FaultException e)
        {
            if (live.IsUp || runs)
            {
                await standstill.StartAgainAsync(id, RebuildMark.RemoveFrom, e);
            }

            throw ToolFaultException.Of(ToolDiagnostics.NotRebuilt(id, e.Message), e);
        }
    }

    // What a killed run was copying may lack a part; what it had copied may have snapshots that are nowhere else. A mark is text
    // that anybody may edit: only a copy of this instance goes.
    private async Task RemovePartAsync(ObjectId id, IncusObject live)
    {
        if (RebuildMark.Of(live) is { CopiedAt: null } mark && id with { Name = mark.Copy } is var part
            && await store.FindAsync(part, CancellationToken.None) is { Value: var found }
            && KeptCopy.Of(found)?.Machine == id.Name)
        {
            await store.RemoveAsync(part, CancellationToken.None);
        }
    }

    private async Task CheckAsync(ObjectId id, ObjectId copy)
    {
        var all = await store.SnapshotsAsync(id, CancellationToken.None);
        var there = (await store.SnapshotsAsync(copy, CancellationToken.None)).Select(s => s.Name).ToHashSet();
        if (all.FirstOrDefault(s => !there.Contains(s.Name)) is { } missing)
        {
            throw new ToolFaultException(ToolDiagnostics.NotConfirmed(copy, $"it has no snapshot '{missing.Name}'"));
        }
    }
}
