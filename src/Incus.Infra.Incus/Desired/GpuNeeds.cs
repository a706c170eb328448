namespace Incus.Infra.Incus.Desired;

/// <summary>What a machine needs of the Incus host's graphics cards.</summary>
/// <param name="IsVirtualMachine">Whether it is a virtual machine.</param>
/// <param name="Devices">Its devices of type gpu, from profiles too, with their options.</param>
/// <param name="NvidiaRuntime">Whether it gets NVIDIA's libraries from the host.</param>
internal sealed record GpuNeeds(
    bool IsVirtualMachine, IReadOnlyList<IReadOnlyDictionary<string, string>> Devices, bool NvidiaRuntime)
{
    /// <summary>What a machine needs, or null when that is nothing.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="devices">All its devices, from profiles too.</param>
    /// <param name="nvidiaRuntime">The value of <c>nvidia.runtime</c>, from profiles too.</param>
    public static GpuNeeds? Of(
        MachineSpec machine, IEnumerable<IReadOnlyDictionary<string, string>> devices, string? nvidiaRuntime)
    {
        var needs = new GpuNeeds(
            machine.IsVirtualMachine,
            [.. devices.Where(d => d.GetValueOrDefault("type") == "gpu")],
            IncusBoolean.IsTrue(nvidiaRuntime));
        return needs is { Devices: [], NvidiaRuntime: false } ? null : needs;
    }
}
