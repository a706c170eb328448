using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Importing;

/// <summary>The image of an instance by a name under which Incus finds it again.</summary>
/// <param name="images">All that the server has.</param>
internal sealed class ImageName(IReadOnlyList<Image> images)
{
    // What the incus client calls images:.
    private const string Server = "https://images.linuxcontainers.org";

    private const int LongestName = 200;

    // That server names images by system and release. Any other system may be somebody's own.
    private static readonly HashSet<string> Systems = new(StringComparer.Ordinal)
    {
        "almalinux", "alpine", "alt", "amazonlinux", "archlinux", "centos", "debian", "devuan", "fedora", "funtoo", "gentoo",
        "kali", "mint", "nixos", "openeuler", "opensuse", "openwrt", "oracle", "plamolinux", "rockylinux", "slackware",
        "springdalelinux", "ubuntu", "voidlinux",
    };

    /// <summary>Such as <c>images:debian/13</c>; null where no name is sure.</summary>
    public string? Of(string project, IReadOnlyDictionary<string, string> config)
    {
        var same = images.Where(i => i.Fingerprint == config.GetValueOrDefault("volatile.base_image")).ToList();
        var fetched = same.Find(i => i.UpdateSource is { Server: Server } source && IsName(source.Alias));
        return fetched is not null
            ? $"images:{fetched.UpdateSource!.Alias}"
            : same.Where(i => i.Project == project || i.Project == ObjectId.DefaultProject)
                .SelectMany(i => i.Aliases ?? []).Select(a => a.Name).Where(IsName).Min(StringComparer.Ordinal) is { } alias
                ? ImageReference.OnServer(alias)
                : BySystem(config);
    }

    private static string? BySystem(IReadOnlyDictionary<string, string> config)
    {
#pragma warning disable CA1308 // So the server writes its names.
        var system = config.GetValueOrDefault("image.os", "").ToLowerInvariant();
#pragma warning restore CA1308
        var release = config.GetValueOrDefault("image.release", "");
        var variant = config.GetValueOrDefault("image.variant", "default");
        return Systems.Contains(system) && IsWord(release) && IsWord(variant)
            ? $"images:{system}/{release}{(variant == "default" ? "" : $"/{variant}")}"
            : null;
    }

    // Without blanks, which infra.yml does not take.
    private static bool IsName(string text) => text.Length is > 0 and <= LongestName && text.All(c => c is > ' ' and <= '~');

    private static bool IsWord(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
