using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Rules;

/// <summary>A GPU that a machine gets.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Device">The device; for <c>gpu: true</c> one without options.</param>
/// <param name="At">Where the machine says so.</param>
internal sealed record GpuUse(Machine Machine, Device Device, SourceLocation At)
{
    // What tells cards apart, or parts of one that have memory of their own.
    private static readonly string[] Selectors = ["pci", "id", "vendorid", "productid", "mig.uuid", "mig.gi"];

    // Incus makes a virtual card for each machine.
    private bool IsVirtual => GpuDeviceRules.TypeOf(Device) is GpuDeviceRules.Mdev or GpuDeviceRules.Sriov;

    /// <summary>Whether this and another one may be the same card, as far as infra.yml tells.</summary>
    public bool MayBe(GpuUse other) =>
        !(IsVirtual && other.IsVirtual)
        && !Selectors.Any(key => Selected(key) is { } mine && other.Selected(key) is { } its && mine != its);

    private string? Selected(string key) =>
        Device.Option(key)?.Value is { } value ? key == "pci" ? PciAddress.Normalise(value) : value : null;
}
