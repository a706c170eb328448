using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;
using Incus.Infra.Incus.Planning;

namespace Incus.Infra.Incus.Execution;

/// <summary>
/// Gives an instance another name, and its volumes, whose names have that in them. Incus renames only what is stopped; with a
/// volume it changes the devices that attach it. So after each request the machine is whole, and the next run goes on.
/// </summary>
/// <param name="store">The server.</param>
/// <param name="replacement">Starts an instance again that could not be renamed.</param>
internal sealed class MachineRename(IIncusStore store, Replacement replacement)
{
    /// <summary>Stops it and renames all of it. After a failure it is started again if it ran, by the name that it has.</summary>
    /// <param name="id">The instance, by its new name.</param>
    /// <param name="renaming">What is renamed.</param>
    /// <exception cref="IncusErrorException">Incus rejected it.</exception>
    /// <exception cref="ToolFaultException">Incus did not answer, or the instance is stopped.</exception>
    public async Task RunAsync(ObjectId id, Renaming renaming)
    {
        var former = renaming.From ?? id;
        var ran = await store.FindAsync(former, CancellationToken.None) is { Value.IsUp: true };
        try
        {
            if (ran)
            {
                await store.ShutDownAsync(former, CancellationToken.None);
            }

            foreach (var volume in renaming.Volumes)
            {
                await store.RenameAsync(volume.Was!.Value, volume.Id.Name, CancellationToken.None);
            }

            if (renaming.From is not null)
            {
                await store.RenameAsync(former, id.Name, CancellationToken.None);
            }
        }
        catch (Exception e) when (ran && e is IncusErrorException or ToolFaultException)
        {
            await replacement.StartAgainAsync(former, _ => null, e);
            throw;
        }
    }
}
