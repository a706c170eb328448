using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>What changing the rules of bridges needs beyond one request.</summary>
/// <param name="client">Speaks to Incus.</param>
/// <remarks>Source: Incus 6.0, <c>internal/server/network/acl/driver_common.go</c>.</remarks>
internal sealed class Acls(IncusClient client)
{
    /// <summary>Replaces an ACL's content, or leaves rules in force that are those of Incus's database.</summary>
    public async Task UpdateAsync(ObjectId id, IncusObject content, string? etag, CancellationToken ct)
    {
        try
        {
            await PutAsync(id, content, etag, ct);
        }
        catch (IncusErrorException e) when (!e.IsOutdated)
        {
            await SendFormerAsync(id);
            throw;
        }
    }

    // Incus takes back what it wrote into its database, but not what it told the kernel of the members that answer.
    private async Task SendFormerAsync(ObjectId id)
    {
        try
        {
            if (await client.FindAsync(id, CancellationToken.None) is { } former)
            {
                await PutAsync(id, former.Value, former.ETag, CancellationToken.None);
            }
        }
        catch (IncusErrorException)
        {
            // It fails as the first did, and has told these members nevertheless.
        }
    }

    private Task PutAsync(ObjectId id, IncusObject content, string? etag, CancellationToken ct) =>
        client.PutAsync(Urls.Of(id), content, IncusJson.Default.IncusObject, etag, ct);
}
