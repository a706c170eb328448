using Incus.Infra.Core.Diagnostics;
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

    /// <summary>Whether Incus makes a virtual card for each machine.</summary>
    public bool IsVirtual => GpuDeviceRules.TypeOf(Device) is GpuDeviceRules.Mdev or GpuDeviceRules.Sriov;

    /// <summary>The selectors that it has, a bit for each.</summary>
    public int Selected => Enumerable.Range(0, Selectors.Length)
        .Where(i => Device.Option(Selectors[i]) is not null).Sum(i => 1 << i);

    /// <summary>The values of some of its selectors.</summary>
    public string Values(int selectors) => string.Join('\n', Enumerable.Range(0, Selectors.Length)
        .Where(i => (selectors & (1 << i)) != 0)
        .Select(i => Device.Option(Selectors[i])!.Value.Value)
        .Select((value, i) => i == 0 && (selectors & 1) != 0 ? PciAddress.Normalise(value) : value));
}

/// <summary>The GPUs that machines have already.</summary>
internal sealed class UsedGpus
{
    // The first of those that agree in some of their selectors, so that a card is not compared with each of the others.
    private readonly Dictionary<(Kind Kind, int Selectors, string Values), (int Number, GpuUse Use)> _first = [];
    private readonly HashSet<Kind> _kinds = [];
    private readonly HashSet<Device> _devices = new(ReferenceEqualityComparer.Instance);
    private int _count;

    /// <summary>Adds one.</summary>
    public void Add(GpuUse use)
    {
        // Of a profile for many machines the first is told.
        if (!_devices.Add(use.Device))
        {
            return;
        }

        var kind = new Kind(use.IsVirtual, use.Selected);
        _kinds.Add(kind);
        _count++;
        for (var some = kind.Selected; some >= 0; some = some == 0 ? -1 : (some - 1) & kind.Selected)
        {
            _first.TryAdd((kind, some, use.Values(some)), (_count, use));
        }
    }

    /// <summary>The first that may be the same card, as far as infra.yml tells: both do not differ in a selector.</summary>
    public GpuUse? Find(GpuUse use) => _kinds
        .Where(kind => !(kind.IsVirtual && use.IsVirtual))
        .Select(kind => (kind, kind.Selected & use.Selected))
        .Select(k => _first.GetValueOrDefault((k.kind, k.Item2, use.Values(k.Item2))))
        .Where(found => found.Use is not null)
        .OrderBy(found => found.Number).FirstOrDefault().Use;

    private readonly record struct Kind(bool IsVirtual, int Selected);
}
