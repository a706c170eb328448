using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>INFRA4200 to INFRA4209: machines that get another name.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4200: a machine has its new name, and could not be changed or started.</summary>
    public static Diagnostic RenamedNotStarted(ObjectId id, string reason) => Error(
        "INFRA4200", $"{id} has its new name, but it could not be changed or started: {Sentence(reason)}");

    /// <summary>INFRA4201: there are instances of both names.</summary>
    public static Diagnostic NameTaken(ObjectId former, string name) => Error(
        "INFRA4201",
        $"{former} is to be named '{Excerpt.Of(name)}', but that is there as well. Delete the one without your data, or remove "
        + "'was' to leave both as they are.");

    /// <summary>INFRA4202: a machine that runs is to get another name.</summary>
    public static Diagnostic RenameNeedsStop(ObjectId former, string name) => Error(
        "INFRA4202",
        $"{former} is to be named '{Excerpt.Of(name)}', and it runs: Incus renames only what is stopped. Allow to stop it with "
        + "AllowMove=true; it is started again afterwards.");
}
