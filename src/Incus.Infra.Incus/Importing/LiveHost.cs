using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Live;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Importing;

/// <summary>What Import looks at.</summary>
/// <param name="State">All objects and pools.</param>
/// <param name="Addresses">The IPv4 addresses that running instances have, whoever gave them.</param>
/// <param name="Images">The images of all projects.</param>
internal sealed record LiveHost(
    LiveState State, IReadOnlyDictionary<ObjectId, ImmutableArray<IPAddress>> Addresses, IReadOnlyList<Image> Images)
{
    /// <summary>Reads it all; sends no request that changes anything.</summary>
    public static async Task<LiveHost> ReadAsync(IncusClient client, CancellationToken ct)
    {
        var images = new StoredImages(client);
        var store = new IncusStore(client, server: null, images);
        var state = await store.ReadAsync(KindTraits.Kinds.ToHashSet(), new HashSet<ObjectId>(), ct);
        var instances = (await client.GetAsync(Urls.Instances, IncusJson.Default.ReplyListIncusObject, ct)).Value;
        return new LiveHost(
            state,
            instances.ToDictionary(i => ObjectId.Instance(i.Project ?? ObjectId.DefaultProject, i.Name), AddressesOf),
            await images.LastAsync(ct));
    }

    // state: { network: { eth0: { addresses: [{ family: inet, address: 10.1.2.3, scope: global }] } } }
    private static ImmutableArray<IPAddress> AddressesOf(IncusObject instance) =>
        instance.Rest?.GetValueOrDefault("state") is { ValueKind: JsonValueKind.Object } state
        && state.TryGetProperty("network", out var cards) && cards.ValueKind == JsonValueKind.Object
            ?
            [
                .. cards.EnumerateObject().Select(card => card.Value.GetProperty("addresses"))
                    .Where(addresses => addresses.ValueKind == JsonValueKind.Array)
                    .SelectMany(addresses => addresses.EnumerateArray())
                    .Where(address => address.GetProperty("family").GetString() == "inet")
                    .Select(address => IPAddress.Parse(address.GetProperty("address").GetString()!)),
            ]
            : [];
}
