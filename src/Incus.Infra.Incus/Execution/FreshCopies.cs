using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Execution;

/// <summary>Changes to what others may change at the same time.</summary>
internal static class FreshCopies
{
    private const int Attempts = 5;

    /// <summary>Tries again, on a fresh copy, when somebody else wrote in between; not for ever.</summary>
    public static async Task RetryAsync(Func<Task> attempt)
    {
        for (var number = 1; ; number++)
        {
            try
            {
                await attempt();
                return;
            }
            catch (IncusErrorException e) when (e.IsOutdated && number < Attempts)
            {
                // The next copy is a new one.
            }
        }
    }

    public static Task EditAsync(
        this IIncusStore store, ObjectId id, Func<IncusObject, IncusObject?> edit, CancellationToken ct) => RetryAsync(async () =>
        {
            if (await store.FindAsync(id, ct) is { } live && edit(live.Value) is { } content)
            {
                await store.UpdateAsync(id, content, live.ETag, ct);
            }
        });
}
