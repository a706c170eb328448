namespace Incus.Infra.Core.Addressing;

/// <summary>How the last octet of every domain's /24 is used.</summary>
internal static class HostRange
{
    public const int FirstMachine = 1;

    public const int LastMachine = 99;

    /// <summary>First address that DHCP hands out.</summary>
    public const int FirstDhcp = 100;

    /// <summary>Last address that DHCP hands out.</summary>
    public const int LastDhcp = 199;

    /// <summary>First of the addresses that only a machine's own ip gives, as infrastructure has them in AnKLuMe.</summary>
    public const int FirstReserved = 200;

    public const int LastReserved = 253;

    public const int Gateway = 254;

    /// <summary>The last machine where copies share the network, each of them one machine.</summary>
    public const int LastOfShared = 199;

    /// <summary>First address that DHCP hands out there.</summary>
    public const int FirstDhcpOfShared = 200;

    /// <summary>Last address that DHCP hands out there.</summary>
    public const int LastDhcpOfShared = 253;

    /// <summary>Why <paramref name="host"/> is not for a machine, or null when it is.</summary>
    public static string? WhyNotForMachines(int host) => host switch
    {
        (>= FirstMachine and <= LastMachine) or (>= FirstReserved and <= LastReserved) => null,
        Gateway => "is the gateway",
        >= FirstDhcp and <= LastDhcp => "is in the DHCP range (.100 to .199)",
        0 => "is the network address",
        _ => "is the broadcast address",
    };
}
