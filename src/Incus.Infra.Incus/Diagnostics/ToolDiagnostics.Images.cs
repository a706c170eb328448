using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>INFRA4220 to INFRA4229: images of the project's own.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4220: an image is missing, or of other inputs, and nobody has made a machine for it.</summary>
    public static Diagnostic ImageNotBuilt(ObjectId image) => Error(
        "INFRA4220",
        $"{image} has to be built, which only 'dotnet build -t:Apply' does: it makes a machine for it and provisions it. Run "
        + "that, without tags or with Tags=infra.");

    /// <summary>INFRA4221: the alias leads to an image that we did not make.</summary>
    public static Diagnostic AliasTaken(ObjectId image) => Error(
        "INFRA4221",
        $"{image} cannot have its name: the alias '{Excerpt.Of(image.Name)}' of project '{image.Project}' is that of an image "
        + "which somebody else imported. Name the image otherwise, or remove that one's name with "
        + $"'incus image alias delete {ShellWord.Of(image.Name)}'.");

    /// <summary>INFRA4222: the machine that an image is made from does not run.</summary>
    public static Diagnostic BuilderNotRunning(ObjectId image, ObjectId builder) => Error(
        "INFRA4222",
        $"{image} is not made, as {builder} does not run, which it is to be made from. Apply again: it is made anew.");

    /// <summary>INFRA4223: what is its own cannot be taken from a machine.</summary>
    public static Diagnostic NotAnonymous(ObjectId image, ObjectId builder, string reason) => Error(
        "INFRA4223",
        $"{image} is not made, as what is the own of {builder} could not be removed from it, such as keys of ssh and the machine "
        + $"id: {Sentence(Excerpt.Of(reason.Trim()))}");
}
