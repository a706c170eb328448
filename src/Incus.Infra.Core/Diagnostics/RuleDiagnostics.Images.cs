namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2685 to INFRA2699: images of the file's own.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>INFRA2685: a domain, image or machine has the name of the domain that images are built in.</summary>
    public static Diagnostic NamedLikeImageDomain(SourceLocation at, string what) => Error(
        "INFRA2685", at,
        $"{what} 'images': the images of this file are built in a domain of this name. Give it another name.");

    /// <summary>INFRA2686: an image has the name of a machine.</summary>
    public static Diagnostic ImageNamedLikeMachine(SourceLocation at, string image, int line) => Error(
        "INFRA2686", at,
        $"Image '{Excerpt.Of(image)}': a machine has this name, too (line {line}), and the image is built in a machine of its "
        + "name. Give one of them another name.");

    /// <summary>INFRA2687: an image is for machines of another type.</summary>
    /// <param name="at">Where it is named.</param>
    /// <param name="owner">Who is made of it, as a message begins.</param>
    /// <param name="image">The image.</param>
    /// <param name="isForVirtual">What it is for.</param>
    public static Diagnostic ImageOfOtherType(SourceLocation at, string owner, string image, bool isForVirtual) => Error(
        "INFRA2687", at,
        $"{Excerpt.Of(owner)} cannot be made of image '{Excerpt.Of(image)}', which is for "
        + $"{(isForVirtual ? "virtual machines" : "containers")}. Give both the same type, "
        + $"{(isForVirtual ? "vm or lxc" : "lxc or vm")}.");

    /// <summary>INFRA2688: images that are made of each other.</summary>
    /// <param name="at">What closes the ring.</param>
    /// <param name="ring">The images, each followed by the one that it is made of; the first stands at the end, too.</param>
    public static Diagnostic ImagesRing(SourceLocation at, IEnumerable<string> ring) => Error(
        "INFRA2688", at,
        $"Image '{string.Join("' is made of '", ring.Select(Excerpt.Of))}': none of them could ever be built first. "
        + "Make one of another image, such as images:debian/13.");

    /// <summary>INFRA2689: a machine of another server is made of an image of the file's own.</summary>
    public static Diagnostic ImageOnRemote(
        SourceLocation at, string machine, string image, string domain, string remote) => Error(
        "INFRA2689", at,
        $"Machine '{Excerpt.Of(machine)}' is made of image '{Excerpt.Of(image)}', but its domain '{Excerpt.Of(domain)}' is on "
        + $"remote '{Excerpt.Of(remote)}', and images are only built on the server of the command line. Remove the remote and "
        + "apply with IncusRemote, or name an image that the remote can fetch.");
}
