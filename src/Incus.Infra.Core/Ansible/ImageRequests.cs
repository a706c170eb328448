using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Rendering;

namespace Incus.Infra.Core.Ansible;

/// <summary>
/// What the build asks the engine for images. An image is made from a machine like any other, in a domain of its own that is made
/// for that and removed afterwards.
/// </summary>
/// <param name="options">What the command line asks for.</param>
/// <param name="infra">What infra.yml says.</param>
/// <param name="addresses">The addresses of its machines.</param>
/// <param name="inputs">What each image is built of, as hashes by name.</param>
internal sealed class ImageRequests(
    DirectOptions options, Infrastructure infra, AddressPlan addresses, ImageInputs inputs)
{
    private static readonly string[] Seen = ["projects", "instances"];
    private static readonly string[] Published = ["instances"];

    private readonly string _domain = infra.ImageDomain!.Name.Value;

    private readonly DirectOptions _apply = new()
    {
        IsPlan = false,
        SnapshotBefore = "never",
        Remote = options.Remote,
        LogsRequests = options.LogsRequests,
    };

    /// <summary>The infrastructure of the machines that some images are built in.</summary>
    public Infrastructure BuildersOf(IEnumerable<OwnImage> images) => infra with
    {
        Global = infra.Global with { ResourcePolicy = null },
        Domains = [infra.ImageDomain! with { Machines = [.. images.Select(i => i.Builder)] }],
        NetworkPolicies = [],
        SharedVolumes = [],
        Images = [],
    };

    /// <summary>Which images have to be built, and what an interrupted build has left; changes nothing.</summary>
    public byte[] Look(IEnumerable<OwnImage> images) =>
        Of(_apply with { IsPlan = true }, Seen, [], images, builder: null);

    /// <summary>Makes the machines.</summary>
    public byte[] Make(IEnumerable<OwnImage> images) => Of(_apply, kinds: null, BuildersOf(images).Domains, [], builder: null);

    /// <summary>Makes the images of the machines, which are provisioned.</summary>
    public byte[] Publish(IEnumerable<OwnImage> images) => Of(_apply, Published, [], images, _domain);

    /// <summary>Removes the machines, and all that was made for them.</summary>
    public byte[] Remove() => Of(_apply with { AutoCleanup = true }, kinds: null, [], [], builder: null);

    private byte[] Of(
        DirectOptions how,
        IEnumerable<string>? kinds,
        IEnumerable<Domain> domains,
        IEnumerable<OwnImage> images,
        string? builder) =>
        RequestText.Of(
            how, BuildersOf(infra.Images), addresses, kinds, [_domain], domains, RequestImages.Of(images, inputs, builder));
}
