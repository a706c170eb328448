using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>What a cluster needs that a single server does not.</summary>
/// <param name="client">Speaks to Incus.</param>
/// <param name="isCluster">Whether it is one.</param>
/// <remarks>Source: Incus 6.0, <c>cmd/incusd/networks.go</c>.</remarks>
internal sealed class Members(IncusClient client, bool isCluster)
{
    /// <summary>The members; null for a single server, which is not asked.</summary>
    public async Task<Cluster?> ReadAsync(CancellationToken ct) => isCluster
        ? new Cluster((await client.GetAsync(Urls.ClusterMembers, IncusJson.Default.ReplyListClusterMember, ct)).Value)
        : null;

    /// <summary>Each member that can be asked something; of a single server the one without name.</summary>
    public async Task<IReadOnlyList<string?>> AnsweringAsync(CancellationToken ct) => await ReadAsync(ct) is { } cluster
        ? [.. cluster.Members.Where(m => !m.IsSilent).Select(m => m.ServerName)]
        : [null];

    /// <summary>
    /// Makes a network on all members, or completes one that an interrupted run or a member that was away left unfinished:
    /// it is defined on each, then made on all, and then gets what Incus forgets of a new one or had of the former attempt.
    /// </summary>
    public async Task CreateNetworkAsync(ObjectId id, NewObject body, CancellationToken ct)
    {
        var collection = Urls.Collection(id);
        var bare = new NewObject { Name = body.Name, Type = body.Type, Config = new Dictionary<string, string>() };
        var former = await client.FindAsync(id, ct);
        var begun = former is { Value.Status: "Errored" };
        if (!begun)
        {
            foreach (var member in (await ReadAsync(ct))!.Members)
            {
                await DefineAsync(Urls.On(collection, member.ServerName), bare, ct);
            }
        }

        await Bridges.SendAsync(id, () =>
        {
            // Of an attempt that fails Incus keeps the configuration, and then takes none again.
            var sent = begun ? bare : body;
            begun = true;
            return client.PostAsync(collection, sent, IncusJson.Default.NewObject, ct);
        });
        if (await client.FindAsync(id, ct) is { } made)
        {
            var config = new Dictionary<string, string>(made.Value.Config ?? [], StringComparer.Ordinal);
            foreach (var (key, value) in body.Config)
            {
                config[key] = value;
            }

            var content = made.Value with { Description = body.Description, Config = config };
            if (former is not null)
            {
                // A member that died when it had made its part, and has lost it, counts as done: only a change has it made again.
                await PutAsync(id, content with { Config = Bridges.OtherwiseSetUp(config) }, ct);
            }

            await PutAsync(id, content, ct);
        }
    }

    private Task PutAsync(ObjectId id, IncusObject content, CancellationToken ct) => Bridges.SendAsync(
        id, () => client.PutAsync(Urls.Of(id), content, IncusJson.Default.IncusObject, etag: null, ct));

    private async Task DefineAsync(string url, NewObject network, CancellationToken ct)
    {
        try
        {
            await client.PostAsync(url, network, IncusJson.Default.NewObject, ct);
        }
        catch (IncusErrorException e) when (e.IsConflict)
        {
            // An interrupted run has done so, or an administrator, who may have given it an interface of this member.
        }
    }
}
