using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>INFRA4150 to INFRA4154: ports of the Incus host.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4150: Incus listens on the port already, for another instance.</summary>
    public static Diagnostic PortTaken(ObjectId id, string listen, ObjectId holder) => Error(
        "INFRA4150", $"{id}: {Excerpt.Of(listen)} on the Incus host leads to {holder}. Give one of them another port.");

    /// <summary>INFRA4151: Incus cannot listen, of which it does not always say why.</summary>
    public static Diagnostic PortNotOpened(ObjectId id, IEnumerable<string> listens, string reason) => Error(
        "INFRA4151",
        $"{id}: Incus cannot listen on {Excerpt.Of(string.Join(" or ", listens))} of its host. Most likely a program there "
        + $"has the port, or the address is not the host's. Choose another one. Incus says: {reason}");
}
