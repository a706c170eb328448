using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>The names of the storage pools.</summary>
/// <param name="client">Speaks to Incus.</param>
/// <param name="isRestricted">Whether Incus up to 6.0.5 refuses to list them.</param>
internal sealed class Pools(IncusClient client, bool isRestricted)
{
    public async Task<List<string>> ReadAsync(CancellationToken ct)
    {
        try
        {
            return (await ListAsync(Urls.StoragePools, ct)).ConvertAll(pool => pool.Name);
        }
        catch (IncusErrorException) when (isRestricted)
        {
            return await ReadNamedAsync(ct);
        }
    }

    // Those that profiles have disks in; each may be asked for.
    private async Task<List<string>> ReadNamedAsync(CancellationToken ct)
    {
        var pools = new List<string>();
        foreach (var name in (await ListAsync(Urls.All(ObjectKind.Profile), ct))
            .SelectMany(profile => profile.Devices?.Values.Select(d => d.GetValueOrDefault("pool")) ?? [])
            .OfType<string>()
            .Distinct(StringComparer.Ordinal))
        {
            if (await client.FindAsync(Urls.StoragePool(name), IncusJson.Default.ReplyIncusObject, ct) is not null)
            {
                pools.Add(name);
            }
        }

        return pools;
    }

    private async Task<List<IncusObject>> ListAsync(string url, CancellationToken ct) =>
        (await client.GetAsync(url, IncusJson.Default.ReplyListIncusObject, ct)).Value;
}
