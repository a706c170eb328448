using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>Layer 4, instances that were stopped or set aside for a change that failed.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4037: a replacement failed, and the old instance is back.</summary>
    public static Diagnostic NotReplaced(ObjectId id, string reason) => Error(
        "INFRA4037", $"{id} could not be replaced; the old instance is back. The reason: {Sentence(reason)}");

    /// <summary>INFRA4038: a replacement was interrupted, and the old instance has another name.</summary>
    public static Diagnostic KeptAside(ObjectId id, string aside, string reason) => Error(
        "INFRA4038",
        $"{id}: its replacement was interrupted; the old instance is kept, stopped, as '{aside}'. "
        + $"The next Apply completes or undoes that. The reason: {Sentence(reason)}");

    /// <summary>INFRA4049: an instance was stopped for a change that failed, and does not restart.</summary>
    public static Diagnostic LeftStopped(ObjectId id, Exception change, FaultException start) => Error(
        "INFRA4049",
        $"{id} {(start is IncusErrorException ? "is" : "may be")} stopped: a change failed, and it could not be restarted. "
        + $"The change: {Sentence(change.Message)} The start: {Sentence(start.Message)}");

    private static string Sentence(string words) => $"{words.TrimEnd('.')}.";
}
