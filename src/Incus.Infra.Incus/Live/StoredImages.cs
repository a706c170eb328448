using System.Text.Json;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;

namespace Incus.Infra.Incus.Live;

/// <summary>The images in the stores of all projects.</summary>
/// <param name="client">Speaks to the server.</param>
internal sealed class StoredImages(IncusClient client)
{
    private List<Image>? _last;

    /// <summary>Lists them anew.</summary>
    public async Task<List<Image>> ReadAsync(CancellationToken ct) =>
        _last = (await client.GetAsync(Urls.Images, IncusJson.Default.ReplyListImage, ct)).Value;

    /// <summary>As they were listed last, for a plan, which asks about many machines.</summary>
    public async Task<List<Image>> LastAsync(CancellationToken ct) => _last ?? await ReadAsync(ct);

    /// <summary>Brings an image to a project; what made it.</summary>
    public Task<Operation?> PullAsync(string project, ImageSource source, CancellationToken ct) => client.PostAsync(
        Urls.ImagesOf(project), new NewImage(source with { Mode = "pull" }), IncusJson.Default.NewImage, ct);

    /// <summary>
    /// Gives a project an image that another one has. Without a server to pull from, Incus takes it from whichever has the
    /// fingerprint.
    /// </summary>
    public Task ShareAsync(string project, string fingerprint, CancellationToken ct) =>
        PullAsync(project, new ImageSource { Protocol = "incus", Fingerprint = fingerprint }, ct);

    public async Task DeleteAsync(IEnumerable<Image> images, CancellationToken ct)
    {
        foreach (var image in images)
        {
            await client.DeleteAsync(Urls.Image(image.Project, image.Fingerprint), ct);
        }
    }

    /// <summary>Which image an operation has made.</summary>
    /// <exception cref="ToolFaultException">It does not say.</exception>
    public static string FingerprintOf(Operation? operation, string what) =>
        operation?.Metadata?.Deserialize(IncusJson.Default.FetchedImage) is { Fingerprint: { } fingerprint }
            ? fingerprint
            : throw new ToolFaultException(ToolDiagnostics.CannotBeRead($"{what} became an image, but not as which."));
}
