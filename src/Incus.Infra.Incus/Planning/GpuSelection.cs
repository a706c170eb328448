using System.Globalization;
using Incus.Infra.Incus.Api;

namespace Incus.Infra.Incus.Planning;

/// <summary>Which cards a device of type gpu means; the same rules as in Incus.</summary>
internal static class GpuSelection
{
    private static readonly (string Option, StringComparison Comparison, Func<GpuCard, string?> Of)[] Selectors =
    [
        ("pci", StringComparison.OrdinalIgnoreCase, card => card.PciAddress),
        ("id", StringComparison.Ordinal, card => card.Drm?.Id.ToString(CultureInfo.InvariantCulture)),
        ("vendorid", StringComparison.Ordinal, card => card.VendorId),
        ("productid", StringComparison.Ordinal, card => card.ProductId),
    ];

    /// <summary>Whether the device means this card; without a selector it means all.</summary>
    public static bool Fits(IReadOnlyDictionary<string, string> device, GpuCard card) =>
        Selectors.All(s => Wanted(device, s.Option) is "" || string.Equals(Wanted(device, s.Option), s.Of(card), s.Comparison));

    /// <summary>Such as <c> with vendorid 10de and productid 2684</c>; empty for any card.</summary>
    public static string Describe(IReadOnlyDictionary<string, string> device)
    {
        var words = Selectors.Where(s => Wanted(device, s.Option).Length > 0)
            .Select(s => $"{s.Option} {device[s.Option]}").ToList();
        return words.Count == 0 ? "" : $" with {string.Join(" and ", words)}";
    }

    /// <summary>A card by what selects it, and its name where the host knows it.</summary>
    public static string Describe(GpuCard card)
    {
        var words = Selectors.Where(s => s.Of(card) is { Length: > 0 }).Select(s => $"{s.Option} {s.Of(card)}");
        var name = $"{card.Vendor} {card.Product}".Trim();
        return string.Join(' ', words) + (name.Length == 0 ? "" : $" ({name})");
    }

    // The kernel writes the PCI domain, which a device may leave out.
    private static string Wanted(IReadOnlyDictionary<string, string> device, string option)
    {
        var value = device.GetValueOrDefault(option, "");
        return option == "pci" && value.Count(c => c == ':') == 1 ? $"0000:{value}" : value;
    }
}
