namespace Incus.Infra.Incus.Api;

/// <summary>What of <c>GET /1.0/resources</c> is looked at.</summary>
internal sealed record ServerResources
{
    public required ResourceTotal Cpu { get; init; }

    public required ResourceTotal Memory { get; init; }

    public GpuResources? Gpu { get; init; }
}

/// <summary>How much there is.</summary>
/// <param name="Total">CPUs as the kernel counts them, or bytes.</param>
internal sealed record ResourceTotal(long Total);

/// <summary>The graphics cards of the Incus host.</summary>
internal sealed record GpuResources
{
    public List<GpuCard>? Cards { get; init; }
}

/// <summary>A graphics card of the Incus host.</summary>
internal sealed record GpuCard
{
    /// <summary>Such as <c>0000:01:00.0</c>; empty for a card that is not on PCI.</summary>
    public string PciAddress { get; init; } = "";

    /// <summary>Four hexadecimal digits.</summary>
    public string VendorId { get; init; } = "";

    /// <summary>Four hexadecimal digits.</summary>
    public string ProductId { get; init; } = "";

    /// <summary>Empty where the host has no list of names.</summary>
    public string Vendor { get; init; } = "";

    /// <summary>Empty where the host has no list of names.</summary>
    public string Product { get; init; } = "";

    /// <summary>Its devices in /dev/dri.</summary>
    public GpuDrm? Drm { get; init; }

    /// <summary>What NVIDIA's driver says about it.</summary>
    public GpuNvidia? Nvidia { get; init; }
}

/// <summary>The devices of a card in /dev/dri.</summary>
/// <param name="Id">The number in card0.</param>
internal sealed record GpuDrm(long Id);

/// <summary>What NVIDIA's driver says about a card.</summary>
internal sealed record GpuNvidia
{
    /// <summary>The device in /dev.</summary>
    public string CardName { get; init; } = "";

    /// <summary>Told by nvidia-container-cli alone, so that without it this is empty.</summary>
    public string CudaVersion { get; init; } = "";
}
