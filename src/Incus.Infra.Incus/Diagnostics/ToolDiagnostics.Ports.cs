using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>INFRA4150 to INFRA4154: ports of the Incus host.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4150: Incus listens on the port already, for another instance.</summary>
    public static Diagnostic PortTaken(ObjectId id, string listen, ObjectId holder, bool holderLeaves) => Error(
        "INFRA4150",
        $"{id}: {Excerpt.Of(listen)} on the Incus host leads to {holder}. "
        + (holderLeaves ? "This run takes it from there: apply again." : "Give one of them another port."));

    /// <summary>INFRA4151: something on the host has the port.</summary>
    public static Diagnostic PortInUse(ObjectId id, string reason) => Error(
        "INFRA4151",
        $"{id}: a program on the Incus host has a port that leads to it in infra.yml. Give it another port there, or stop the "
        + $"program. Incus says: {reason}");
}
