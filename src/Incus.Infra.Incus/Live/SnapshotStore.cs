using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>A custom volume.</summary>
/// <param name="Id">The volume.</param>
/// <param name="Snapshots">The names of its snapshots.</param>
internal sealed record CustomVolume(ObjectId Id, IReadOnlyList<string> Snapshots);

/// <summary>Instances and snapshots of a real Incus. Every method throws as <see cref="IncusClient"/> does.</summary>
/// <param name="client">Speaks to it.</param>
/// <param name="isRestricted">Whether Incus restricts the client to some projects.</param>
internal sealed class SnapshotStore(IncusClient client, bool isRestricted = false)
{
    // How the API writes that something never expires.
    private static readonly DateTimeOffset Never = DateTimeOffset.MinValue;

    /// <summary>All instances of all projects with their snapshots, by one request.</summary>
    public async Task<Dictionary<ObjectId, InstanceView>> ReadAsync(CancellationToken ct) =>
        (await client.GetAsync(Urls.Instances, IncusJson.Default.ReplyListInstanceView, ct)).Value
            .ToDictionary(i => ObjectId.Instance(i.Project, i.Name));

    public async Task<IReadOnlyList<SnapshotView>> OfAsync(ObjectId id, CancellationToken ct) =>
        (await client.GetAsync(Urls.Snapshots(id) + "&recursion=1", IncusJson.Default.ReplyListSnapshotView, ct)).Value;

    /// <summary>All custom volumes of all projects with the names of their snapshots.</summary>
    public async Task<IReadOnlyList<CustomVolume>> ReadVolumesAsync(CancellationToken ct)
    {
        var pools = await new Pools(client, isRestricted).ReadAsync(ct);
        return
        [
            .. (await StoredVolumes.ReadAsync(client, pools, ct))
                .Where(v => v.Type == "custom")
                .Select(v => new CustomVolume(
                    ObjectId.Volume(v.Project, v.Pool, v.Name), [.. v.Snapshots.Select(s => s.Name)])),
        ];
    }

    /// <summary>Waits for what a killed run began with some objects and left to the server.</summary>
    /// <returns>Whether there was anything, so that what was read before is old.</returns>
    public async Task<bool> SettleAsync(Func<ObjectId, bool> concerns, Action<string> onWaiting, CancellationToken ct) =>
        await (await RunningOperations.ReadAsync(client, ct)).WaitAsync(concerns, onWaiting, ct);

    /// <summary>Takes a snapshot; on demand it is kept until somebody deletes it, whatever the instance's own keys say.</summary>
    public Task TakeAsync(ObjectId id, string name, DateTimeOffset? expires, CancellationToken ct) => client.PostAsync(
        Urls.Snapshots(id), new NewSnapshot(name, expires ?? Never), IncusJson.Default.NewSnapshot, ct);

    /// <summary>Brings a snapshot back. Incus stops an instance that runs and starts it again.</summary>
    public Task RestoreAsync(ObjectId id, SnapshotView snapshot, CancellationToken ct) => client.PutAsync(
        Urls.Of(id), new SnapshotRestore(snapshot.Name, snapshot.Stateful), IncusJson.Default.SnapshotRestore, etag: null, ct);

    /// <summary>
    /// Brings the data of a custom volume back, which no running instance may use. Incus shows no trace of that.
    /// </summary>
    public Task RestoreVolumeAsync(ObjectId id, string name, CancellationToken ct) => client.PutAsync(
        Urls.Of(id), new SnapshotRestore(name, Stateful: false), IncusJson.Default.SnapshotRestore, etag: null, ct);

    public Task DeleteAsync(ObjectId id, string name, CancellationToken ct) => client.DeleteAsync(Urls.Snapshot(id, name), ct);
}
