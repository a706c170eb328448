namespace Incus.Infra.Incus.Model;

/// <summary>How an image is named: an alias, or a remote, a colon and an alias there.</summary>
internal static class ImageReference
{
    private const string Local = "local";

    /// <summary>An alias on the server, said so that nobody takes it for one of a remote.</summary>
    public static string OnServer(string alias) =>
        alias.Contains('/', StringComparison.Ordinal) && !alias.Contains(':', StringComparison.Ordinal)
            ? $"{Local}:{alias}"
            : alias;

    /// <summary>The reference without <c>local:</c>, which says no more than an alias by itself.</summary>
    public static string? Normalise(string? image) => image?.Split(':') is [Local, var alias] ? alias : image;
}
