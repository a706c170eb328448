using System.Collections.Concurrent;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Diagnostics;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Live;

/// <summary>
/// Brings images into the stores of projects, each at most once a run. Where the remote answers, the newest: a new machine is
/// made of that. A store that lacks an image gets it from another project where one has it: the server only notes that, it
/// copies nothing. Else the server fetches it from the remote.
/// </summary>
/// <param name="images">What there is.</param>
internal sealed class ImageStore(StoredImages images)
{
    private const string LocalPrefix = "local:";

    private readonly ConcurrentDictionary<(string Project, string Image, string Type), Lazy<Task<string>>> _ensured = [];
    private readonly ConcurrentDictionary<(string Project, string Image, string Type), Lazy<Task<Diagnostic?>>> _faults = [];
    private readonly ConcurrentDictionary<(string Image, string Type), SemaphoreSlim> _gates = [];
    private readonly RemoteImages _remotes = new();

    /// <summary>Makes sure that a project has an image and returns its fingerprint.</summary>
    /// <param name="project">The project.</param>
    /// <param name="image">An alias, or a remote, a colon and an alias there.</param>
    /// <param name="type"><c>container</c> or <c>virtual-machine</c>.</param>
    public Task<string> EnsureAsync(string project, string image, string type, CancellationToken ct) => _ensured
        .GetOrAdd((project, image, type), key => new(() => BringAsync(key.Project, key.Image, key.Type, ct)))
        .Value;

    /// <summary>Why a project cannot have an image as far as that is known without asking the remote, or null.</summary>
    /// <inheritdoc cref="EnsureAsync"/>
    public Task<Diagnostic?> FindFaultAsync(string project, string image, string type, CancellationToken ct) => _faults
        .GetOrAdd((project, image, type), key => new(async () =>
        {
            var stored = OfType(await images.LastAsync(ct), key.Type);
            if (Imported(stored, key.Project, key.Image) is not null)
            {
                return null;
            }

            try
            {
                return await OriginAsync(key.Image, key.Type, ct) is null ? None(stored, key.Image, key.Type) : null;
            }
            catch (ToolFaultException e)
            {
                return e.Diagnostic;
            }
        }))
        .Value;

    /// <summary>The newest image of a name, as far as that is known.</summary>
    /// <param name="project">The project of the machine.</param>
    /// <param name="image">An alias, or a remote, a colon and an alias there.</param>
    /// <param name="type"><c>container</c> or <c>virtual-machine</c>.</param>
    /// <param name="architecture">In Incus's word; null where the server does not say it.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<NewestImage> FindNewestAsync(
        string project, string image, string type, string? architecture, CancellationToken ct)
    {
        if (Imported(OfType(await images.LastAsync(ct), type), project, image) is { } imported)
        {
            return new NewestImage(imported);
        }

        try
        {
            return await OriginAsync(image, type, ct) is not { } origin ? new NewestImage(null, "there is no such image")
                : architecture is null ? new NewestImage(null, "Incus does not say for which processor")
                : await _remotes.FindNewestAsync(origin, architecture, ct);
        }
        catch (ToolFaultException e)
        {
            return new NewestImage(null, e.Message.TrimEnd('.'));
        }
    }

    /// <summary>The images of each project that came from no server, by their first alias or else their fingerprint.</summary>
    public async Task<ILookup<string, string>> OwnAsync(CancellationToken ct) =>
        (await images.ReadAsync(ct)).Where(i => i.IsOnlyHere)
            .ToLookup(i => i.Project, i => i.Aliases is [var alias, ..] ? alias.Name : i.Fingerprint);

    /// <summary>Empties the store of a project that is about to be deleted, but for what cannot be fetched again.</summary>
    public async Task DeleteFetchedAsync(string project, CancellationToken ct) =>
        await images.DeleteAsync((await images.ReadAsync(ct)).Where(i => i.Project == project && !i.IsOnlyHere), ct);

    // One project at a time, so that the second finds what the first has fetched.
    private async Task<string> BringAsync(string project, string image, string type, CancellationToken ct)
    {
        var gate = _gates.GetOrAdd((image, type), _ => new SemaphoreSlim(1));
        await gate.WaitAsync(ct);
        try
        {
            var stored = OfType(await images.ReadAsync(ct), type);
            if (Imported(stored, project, image) is { } imported)
            {
                return await ShareAsync(stored, project, imported, ct);
            }

            var origin = await OriginAsync(image, type, ct) ?? throw new ToolFaultException(None(stored, image, type));
            var fetched = Fetched(stored, origin).ToList();
            if (fetched is [{ } last, ..]
                && await _remotes.FindNewestAsync(origin, last.Architecture, ct) is var newest
                && (newest.Unknown is not null || fetched.Exists(i => i.Fingerprint == newest.Fingerprint)))
            {
                return await ShareAsync(stored, project, newest.Fingerprint ?? last.Fingerprint, ct);
            }

            // An image that is there under another name stays under that one.
            var fingerprint = StoredImages.FingerprintOf(await images.PullAsync(project, origin, ct), $"'{image}'");
            await DeleteOlderAsync(stored, project, fetched, fingerprint, ct);
            return fingerprint;
        }
        finally
        {
            gate.Release();
        }
    }

    private static Diagnostic None(List<Image> stored, string image, string type) => ToolDiagnostics.NoImage(
        image, type, Suggestion.For(image, stored.SelectMany(i => i.Aliases ?? []).Select(a => a.Name).Distinct()));

    // An image imported under its full name, remote and all, stands in for the remote: for hosts that reach none.
    private static string? Imported(List<Image> stored, string project, string image)
    {
        var alias = image.StartsWith(LocalPrefix, StringComparison.Ordinal) ? image[LocalPrefix.Length..] : image;
        return stored
            .Where(i => i.Project == project || i.Project == ObjectId.DefaultProject)
            .Where(i => i.Aliases?.Exists(a => a.Name == alias) == true)
            .OrderByDescending(i => i.Project == project)
            .FirstOrDefault()?.Fingerprint;
    }

    // From the newest to the oldest, by when they were fetched.
    private static IEnumerable<Image> Fetched(List<Image> stored, ImageSource origin) => stored
        .Where(i => i.UpdateSource is { } fetched && fetched.Alias == origin.Alias && fetched.Server == origin.Server)
        .OrderByDescending(i => i.UploadedAt);

    // Machines do not need the image any more that they were made from; what somebody gave a name is theirs.
    private async Task DeleteOlderAsync(
        List<Image> stored, string project, List<Image> fetched, string newest, CancellationToken ct)
    {
        var older = fetched.Select(i => i.Fingerprint).Where(f => f != newest).ToHashSet();
        await images.DeleteAsync(
            stored.Where(i => i.Project == project && older.Contains(i.Fingerprint) && i.Aliases is null or []), ct);
    }

    private async Task<string> ShareAsync(List<Image> stored, string project, string fingerprint, CancellationToken ct)
    {
        if (!stored.Exists(i => i.Project == project && i.Fingerprint == fingerprint))
        {
            await images.ShareAsync(project, fingerprint, ct);
        }

        return fingerprint;
    }

    private static async Task<ImageSource?> OriginAsync(string image, string type, CancellationToken ct)
    {
        if (image.Split(':', 2) is not [var remote, var alias] || remote == "local")
        {
            return null;
        }

        var entry = await ImageRemotes.FindAsync(remote, ct);
        return new ImageSource
        {
            Alias = alias,
            Server = entry.Address,
            Protocol = entry.Protocol,
            Certificate = entry.Certificate,
            ImageType = type,
        };
    }

    // A container's image and a virtual machine's may have one alias.
    private static List<Image> OfType(List<Image> stored, string type) => stored.FindAll(i => i.Type == type);
}
