using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Execution;

/// <summary>Ends what there is; also what a killed run is ending, as its last request may be with the server still.</summary>
internal static class Endings
{
    /// <summary>Stops an instance that is to be there afterwards: one that is ephemeral in Incus's sense would not.</summary>
    /// <param name="store">The server.</param>
    /// <param name="id">The instance.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <param name="force">At once; else it may end its work first.</param>
    public static async Task ShutDownAsync(this IIncusStore store, ObjectId id, CancellationToken ct, bool force = false)
    {
        await store.EditAsync(id, o => o.Ephemeral == true ? o with { Ephemeral = false } : null, ct);
        try
        {
            await store.StopAsync(id, force, ct);
        }
        catch (IncusErrorException)
        {
            // What ran can be stopped by now.
            if (await store.FindAsync(id, ct) is not { Value.IsUp: false })
            {
                throw;
            }
        }
    }

    /// <summary>Deletes an object, an instance even when it runs; also one that somebody else deletes at the same time.</summary>
    public static async Task RemoveAsync(this IIncusStore store, ObjectId id, CancellationToken ct)
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
            // What was there can be gone by now.
            if (await store.FindAsync(id, ct) is not null)
            {
                throw;
            }
        }
    }
}
