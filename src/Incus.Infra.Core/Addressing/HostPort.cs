using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Addressing;

/// <summary>A port of the Incus host that leads to one of a machine.</summary>
/// <param name="Forward">As infra.yml has it.</param>
/// <param name="Number">The port of the host, which infra.yml or the build chose.</param>
internal sealed record HostPort(PortForward Forward, int Number)
{
    public string Name => Forward.Name.Value;

    /// <summary>The port of the machine; only of an infrastructure without faults.</summary>
    public int Port => Forward.Port!.Value;

    /// <summary>Where Incus listens on the host, as it writes that.</summary>
    public string Listen => $"{Forward.Protocol}:{Forward.Address}:{Number}";
}
