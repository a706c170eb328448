namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2620 to INFRA2629: what Incus would reject.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>An option that no device of the type has (warning: a newer Incus may have it).</summary>
    public static Diagnostic UnknownDeviceOption(
        SourceLocation at, string owner, string device, string kind, string option, string? nearest) =>
        Warning("INFRA2620", at,
            $"{Excerpt.Of(owner)}: device '{Excerpt.Of(device)}' of {Excerpt.Of(kind)} has no option '{Excerpt.Of(option)}' "
            + "in Incus, which would reject it. "
            + DidYouMean(nearest, "Remove it, or prefix it with 'user.' if it is your own."));

    /// <summary>An image that only the server itself can have, by a name that remotes have (warning).</summary>
    public static Diagnostic ImageWithoutRemote(SourceLocation at, string owner, string image) =>
        Warning("INFRA2621", at,
            $"{Excerpt.Of(owner)}: image '{Excerpt.Of(image)}' names no remote, so the server must have one of that name. "
            + $"Did you mean 'images:{Excerpt.Of(image)}'? If the server has it, write 'local:{Excerpt.Of(image)}'.");
}
