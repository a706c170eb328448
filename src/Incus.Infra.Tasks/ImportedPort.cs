using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;
using Incus.Infra.Incus.Desired;

namespace Incus.Infra.Tasks;

/// <summary>A port of the host that the engine finds in Incus, in the words of the compiler.</summary>
internal static class ImportedPort
{
    public static PortForward Of(string name, PortSpec port) =>
        new(new(name, default), default, port.Address, port.HostPort, port.Port, port.Protocol);

    /// <summary>Whether infra.yml can say it, from which follows whether the host forwards the packets.</summary>
    public static bool IsOfInfra(string name, PortSpec port) =>
        Forms.PortName.Accepts(name) && Of(name, port) is var forward
        && Forms.PortForward.Accepts(forward.Text) && forward.HasNat == port.Nat;
}
