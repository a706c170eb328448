using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>The images that infra.yml describes: several versions of each in the project that all share.</summary>
/// <param name="client">Speaks to the server.</param>
/// <param name="images">What there is.</param>
internal sealed class OwnImages(IncusClient client, StoredImages images)
{
    /// <summary>Each by its name, and whatever else has an alias, as it would be in the way of one.</summary>
    public async Task<List<IncusObject>> ListAsync(CancellationToken ct)
    {
        var shared = (await images.ReadAsync(ct)).FindAll(i => i.Project == ObjectId.DefaultProject);
        var versions = shared.Where(i => i.OwnName is not null).ToLookup(i => i.OwnName!, StringComparer.Ordinal);
        var holders = shared.SelectMany(i => (i.Aliases ?? []).Select(a => (a.Name, Image: i)))
            .ToDictionary(h => h.Name, h => h.Image, StringComparer.Ordinal);
        return [.. versions.Select(v => v.Key).Union(holders.Keys).Select(name => Of(
            name, [.. versions[name].OrderBy(i => i.UploadedAt)], holders.GetValueOrDefault(name)))];
    }

    /// <summary>Makes one of a stopped instance.</summary>
    /// <remarks>
    /// Incus makes it in the project of the instance, and the others share that, with its properties. Those of the first request
    /// are in the image itself, and so in what somebody publishes of a machine that is made of it: no mark may be among them.
    /// </remarks>
    public async Task PublishAsync(ObjectId builder, IReadOnlyDictionary<string, string> properties, CancellationToken ct)
    {
        var made = new Dictionary<string, string> { [Image.BuilderKey] = builder.Project };
        var operation = await client.PostAsync(
            Urls.ImagesOf(builder.Project),
            new PublishedImage(new PublishedInstance(builder.Name), made),
            IncusJson.Default.PublishedImage,
            ct);
        var fingerprint = StoredImages.FingerprintOf(operation, builder.ToString());
        await client.PutAsync(
            Urls.Image(builder.Project, fingerprint),
            new ImageContent(properties),
            IncusJson.Default.ImageContent,
            etag: null,
            ct);
        await images.ShareAsync(ObjectId.DefaultProject, fingerprint, ct);
    }

    /// <summary>Gives the newest version the name, and deletes all but some of the newest in all projects.</summary>
    public async Task KeepAsync(string name, string description, int keep, CancellationToken ct)
    {
        var all = await images.ReadAsync(ct);
        var versions = all.Where(i => i.Project == ObjectId.DefaultProject && i.OwnName == name)
            .OrderByDescending(i => i.UploadedAt).ToList();
        var body = new ImageName(name, versions[0].Fingerprint, description);
        if (versions[0].Aliases?.Exists(a => a.Name == name) != true)
        {
            await (all.Exists(i => i.Project == ObjectId.DefaultProject && i.Aliases?.Exists(a => a.Name == name) == true)
                ? client.PutAsync(Urls.Of(ObjectId.Image(name)), body, IncusJson.Default.ImageName, etag: null, ct)
                : client.PostAsync(Urls.Collection(ObjectId.Image(name)), body, IncusJson.Default.ImageName, ct));
        }

        var kept = versions.Take(keep).Select(i => i.Fingerprint).ToHashSet(StringComparer.Ordinal);
        await images.DeleteAsync(all.Where(i => i.OwnName == name && !kept.Contains(i.Fingerprint)), ct);
    }

    /// <summary>Deletes all versions, in whichever projects they are.</summary>
    public async Task DeleteAsync(string name, CancellationToken ct) =>
        await images.DeleteAsync((await images.ReadAsync(ct)).Where(i => i.OwnName == name), ct);

    private static IncusObject Of(string name, List<Image> versions, Image? holder)
    {
        var shown = versions is [.., var newest] && (holder is null || versions.Contains(holder)) ? newest : holder!;
        return new IncusObject
        {
            Name = name,
            Config = shown.Properties,
            Type = shown.Type,
            Versions = new ImageVersions(shown == holder, versions.Count),
        };
    }
}
