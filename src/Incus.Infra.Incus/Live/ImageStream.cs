using System.Text.Json;

namespace Incus.Infra.Incus.Live;

/// <summary>
/// The images that a server of simple streams lists, as Incus reads the list: an image is called after its files by the sum of
/// all of them, which the list has.
/// </summary>
internal sealed class ImageStream
{
    private const int DateLength = 8;
    private const string Metadata = "incus.tar.xz";
    private const string Combined = "incus_combined.tar.gz";

    // In the order of Incus's preference. Source: simplestreams in Incus, products.go and sort.go.
    private static readonly (string File, string[] Sums)[] OfContainers =
    [
        ("squashfs", ["combined_squashfs_sha256"]),
        ("root.tar.xz", ["combined_rootxz_sha256", "combined_sha256"]),
    ];

    private static readonly (string File, string[] Sums)[] OfVirtualMachines =
    [
        ("disk-kvm.img", ["combined_disk-kvm-img_sha256"]),
        ("uefi1.img", ["combined_uefi1-img_sha256"]),
        ("disk1.img", ["combined_disk1-img_sha256"]),
    ];

    // How such a server calls the processors of Incus.
    private static readonly Dictionary<string, string> Processors = new(StringComparer.Ordinal)
    {
        ["x86_64"] = "amd64",
        ["i686"] = "i386",
        ["aarch64"] = "arm64",
        ["armv7l"] = "armhf",
        ["ppc64le"] = "ppc64el",
    };

    private readonly List<JsonElement> _products;

    private ImageStream(IEnumerable<JsonElement> products) => _products = [.. products
        .OrderBy(p => Text(p, "os"), StringComparer.Ordinal)
        .ThenBy(p => Text(p, "release"), StringComparer.Ordinal)
        .ThenBy(p => Text(p, "variant"), StringComparer.Ordinal)];

    /// <summary>Reads the list.</summary>
    /// <param name="http">Leads to the server.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="HttpRequestException">The server does not answer, or has no list.</exception>
    /// <exception cref="JsonException">It is no list.</exception>
    public static async Task<ImageStream> ReadAsync(HttpClient http, CancellationToken ct)
    {
        var products = new List<JsonElement>();
        foreach (var entry in Members(await GetAsync("streams/v1/index.json"), "index")
            .Where(e => Text(e.Value, "datatype") == "image-downloads"))
        {
            products.AddRange(Members(await GetAsync(Text(entry.Value, "path")), "products").Select(p => p.Value));
        }

        return new ImageStream(products);

        async Task<JsonElement> GetAsync(string path)
        {
            await using var text = await http.GetStreamAsync(new Uri(path, UriKind.Relative), ct);
            using var json = await JsonDocument.ParseAsync(text, cancellationToken: ct);
            return json.RootElement.Clone();
        }
    }

    /// <summary>The fingerprint of the newest image of a name, or null where there is none.</summary>
    /// <param name="alias">The name.</param>
    /// <param name="isOfVirtualMachine">Whether it is for a virtual machine.</param>
    /// <param name="architecture">In Incus's word.</param>
    public string? FindNewest(string alias, bool isOfVirtualMachine, string architecture)
    {
        var processor = Processors.GetValueOrDefault(architecture, architecture);
        return _products
            .Where(p => Text(p, "arch") == processor && IsCalled(p, alias, processor))
            .Select(p => Members(p, "versions")
                .Where(v => v.Name.Length >= DateLength
                    && !v.Name.AsSpan(0, DateLength).ContainsAnyExceptInRange('0', '9'))
                .OrderByDescending(v => v.Name, StringComparer.Ordinal)
                .Select(v => FingerprintOf(v.Value, isOfVirtualMachine))
                .FirstOrDefault(f => f is not null))
            .FirstOrDefault(f => f is not null);
    }

    private static bool IsCalled(JsonElement product, string alias, string processor) =>
        Text(product, "aliases").Split(',').Any(name => name == alias || $"{name}/{processor}" == alias);

    private static string? FingerprintOf(JsonElement version, bool isOfVirtualMachine)
    {
        var files = Members(version, "items").Select(i => i.Value).ToLookup(i => Text(i, "ftype"));
        var sums =
            from metadata in files[Metadata]
            from root in isOfVirtualMachine ? OfVirtualMachines : OfContainers
            where files.Contains(root.File)
            from sum in root.Sums
            select Text(metadata, sum);
        var combined = isOfVirtualMachine ? [] : files[Combined].Select(i => Text(i, "sha256"));
        return sums.Concat(combined).FirstOrDefault(sum => sum.Length > 0);
    }

    private static List<JsonProperty> Members(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found)
        && found.ValueKind == JsonValueKind.Object
            ? [.. found.EnumerateObject()]
            : [];

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found)
        && found.ValueKind == JsonValueKind.String
            ? found.GetString()!
            : "";
}
