using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>Brings volumes to other members of a cluster.</summary>
/// <param name="client">Speaks to Incus.</param>
/// <remarks>
/// Source: Incus 6.0, <c>storageVolumePostClusteringMigrate</c>. The operation that a move is answered with ends when the copy
/// begins; others, on both members, go on, and the last one deletes what was copied. And the copy has neither description nor
/// configuration. One of its keys says whose numbers the files have on the disk: without it, the next start changes them again.
/// </remarks>
internal sealed class VolumeMoves(IncusClient client)
{
    /// <summary>Moves one that nothing runs with, or completes that, and makes it what it was.</summary>
    public async Task MoveAsync(MovingVolume volume, CancellationToken ct)
    {
        var id = volume.Id;
        await DiscardCopyAsync(volume, ct);
        if (await IsOnAsync(id, volume.From, ct))
        {
            var move = new Migration { Name = id.Name, Pool = id.Pool, Source = new MigrationSource(volume.From) };
            await client.PostAsync(Urls.On(Urls.Of(id), volume.To), move, IncusJson.Default.Migration, ct);
            await (await RunningOperations.ReadAsync(client, ct)).WaitAsync(worked => worked == id, _ => { }, ct);
            if (!await IsOnAsync(id, volume.To, ct) || await IsOnAsync(id, volume.From, ct))
            {
                throw new IncusErrorException(
                    IncusErrorException.Conflict,
                    $"{id} did not come to member '{volume.To}', or is still on '{volume.From}' as well");
            }
        }

        var content = new IncusObject { Description = volume.Description, Config = volume.Config };
        await client.PutAsync(Urls.On(Urls.Of(id), volume.To), content, IncusJson.Default.IncusObject, null, ct);
    }

    /// <summary>Brings one back whose move failed somewhere.</summary>
    public async Task TakeBackAsync(MovingVolume volume, CancellationToken ct)
    {
        await DiscardCopyAsync(volume, ct);
        await MoveAsync(volume.Back, ct);
    }

    // What an interrupted move left at its end: the volume is still where it was, and nothing has used the copy.
    private async Task DiscardCopyAsync(MovingVolume volume, CancellationToken ct)
    {
        if (await IsOnAsync(volume.Id, volume.From, ct) && await IsOnAsync(volume.Id, volume.To, ct))
        {
            await client.DeleteAsync(Urls.On(Urls.Of(volume.Id), volume.To), ct);
        }
    }

    private async Task<bool> IsOnAsync(ObjectId id, string member, CancellationToken ct) =>
        await client.FindAsync(Urls.On(Urls.Of(id), member), IncusJson.Default.ReplyIncusObject, ct) is not null;
}
