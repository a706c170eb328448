using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>INFRA4211 to INFRA4217: machines that follow their images.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4211: a machine could not be copied, and so was not rebuilt.</summary>
    public static Diagnostic NotRebuilt(ObjectId id, string reason) => Error(
        "INFRA4211", $"{id} was not rebuilt, because what it has could not be kept: {Sentence(reason)} It is as before.");

    /// <summary>INFRA4212: a machine has lost its disk, and has no new one yet.</summary>
    public static Diagnostic HalfRebuilt(ObjectId id, string copy, string reason) => Error(
        "INFRA4212",
        $"{id} is stopped and may have no root disk: its rebuild failed. What it had is in instance '{copy}'; the next Apply "
        + $"completes the rebuild. {Sentence(reason)}");

    /// <summary>INFRA4213: a machine has its new disk, and could not be changed or started.</summary>
    public static Diagnostic RebuiltNotStarted(ObjectId id, string reason) => Error(
        "INFRA4213", $"{id} was rebuilt, but it could not be changed or started: {Sentence(reason)}");

    /// <summary>INFRA4214: the remote has a newer image, of which the server does not know yet.</summary>
    public static Diagnostic NewerNotOffered(ObjectId id, string image) => Error(
        "INFRA4214",
        $"{id} was not rebuilt and is as before: there is a newer '{Excerpt.Of(image)}', but Incus does not get it. It keeps the "
        + "list of a remote for an hour; apply again then.");
}
