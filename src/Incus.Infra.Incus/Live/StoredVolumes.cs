using Incus.Infra.Incus.Api;

namespace Incus.Infra.Incus.Live;

/// <summary>A volume of any kind with its snapshots.</summary>
internal sealed record StoredVolume(
    string Pool, string Project, string Type, string Name, IReadOnlyList<VolumeSnapshotView> Snapshots);

/// <summary>Reads the volumes of pools, in all projects, by one request for each pool.</summary>
internal static class StoredVolumes
{
    public static async Task<IReadOnlyList<StoredVolume>> ReadAsync(
        IncusClient client, IEnumerable<string> pools, CancellationToken ct) =>
        [.. (await Task.WhenAll(pools.Select(pool => ReadAsync(client, pool, ct)))).SelectMany(of => of)];

    // Incus 6.0 lists snapshots as volumes, whose names have that of theirs and a slash; 7.0 has them in their volumes.
    private static async Task<IEnumerable<StoredVolume>> ReadAsync(IncusClient client, string pool, CancellationToken ct)
    {
        var all = (await client.GetAsync(Urls.Volumes(pool), IncusJson.Default.ReplyListVolumeView, ct)).Value;
        var apart = all.Select(v => (Volume: v, Parts: v.Name.Split('/')))
            .Where(v => v.Parts.Length == 2)
            .ToLookup(
                v => (v.Volume.Project, v.Volume.Type, v.Parts[0]),
                v => new VolumeSnapshotView { Name = v.Parts[1], CreatedAt = v.Volume.CreatedAt });
        return all.Where(v => !v.Name.Contains('/', StringComparison.Ordinal)).Select(v => new StoredVolume(
            pool, v.Project, v.Type, v.Name, [.. v.Snapshots ?? [], .. apart[(v.Project, v.Type, v.Name)]]));
    }
}
