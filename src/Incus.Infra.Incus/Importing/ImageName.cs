namespace Incus.Infra.Incus.Importing;

/// <summary>The image of an instance by the name that it has on the server of the incus client's remote <c>images</c>.</summary>
internal static class ImageName
{
    // Source: images.linuxcontainers.org, which names images by system and release. A name that is no system of it may be
    // that of somebody's own image.
    private static readonly HashSet<string> Systems = new(StringComparer.Ordinal)
    {
        "almalinux", "alpine", "alt", "amazonlinux", "archlinux", "centos", "debian", "devuan", "fedora", "funtoo", "gentoo",
        "kali", "mint", "nixos", "openeuler", "opensuse", "openwrt", "oracle", "plamolinux", "rockylinux", "slackware",
        "springdalelinux", "ubuntu", "voidlinux",
    };

    /// <summary>Such as <c>images:debian/trixie</c>; null where the instance does not say enough for it.</summary>
    public static string? Of(IReadOnlyDictionary<string, string> config)
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

    private static bool IsWord(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
