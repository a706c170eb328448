using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>INFRA4200 to INFRA4209 and INFRA4240: machines and domains that get another name.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4200: a machine has its new name or domain, and could not be completed or started.</summary>
    public static Diagnostic RenamedNotStarted(ObjectId id, string reason) => Error(
        "INFRA4200", $"{id} is in its new place, but it could not be completed or started: {Sentence(reason)}");

    /// <summary>INFRA4201: there are instances of both names.</summary>
    public static Diagnostic NameTaken(ObjectId former, ObjectId id) => Error(
        "INFRA4201",
        $"{former} is to become {id}, but that is there as well. Delete the one without your data, or remove 'was' to leave both "
        + "as they are.");

    /// <summary>INFRA4202: a machine that runs is to get another name or domain.</summary>
    public static Diagnostic RenameNeedsStop(ObjectId former, ObjectId id) => Error(
        "INFRA4202",
        $"{former} is to become {id}, and it runs: Incus renames and moves only what is stopped. Allow to stop it with "
        + "AllowMove=true; it is started again afterwards.");

    /// <summary>INFRA4203: a domain is to get another name, and something that does not come along uses its network.</summary>
    public static Diagnostic FormerNetworkInUse(ObjectId network, ObjectId former, string user) => Error(
        "INFRA4203",
        $"{network} gets the subnet of {former}, which {user} uses: that is not in infra.yml under the domain's new name, and "
        + "would be cut off. Add or move it there, or delete it.");

    /// <summary>INFRA4240: nothing has the former name of a new machine, and an equal one leaves.</summary>
    public static Diagnostic FormerNameUnknown(ObjectId former, ObjectId id, string likely) => Error(
        "INFRA4240",
        $"{id} is to be what was {former}, which is not there, while '{likely}' is no longer in infra.yml and equal to it. Write "
        + $"'was: {likely}', or remove 'was' to get an empty one.");
}
