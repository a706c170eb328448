namespace Incus.Infra.Core.Model;

/// <summary>The place of a card on the PCI bus.</summary>
internal static class PciAddress
{
    /// <summary>An address as the kernel writes it: with the domain, which may be left out, and in lower case.</summary>
    public static string Normalise(string address)
    {
#pragma warning disable CA1308 // Addresses are hexadecimal.
        var lower = address.ToLowerInvariant();
#pragma warning restore CA1308
        return lower.Split(':').Length == 2 ? $"0000:{lower}" : lower;
    }
}
