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
        >= FirstMachine and <= LastMachine => null,
        Gateway => "is the gateway",
        >= FirstDhcp and <= LastDhcp => "is in the DHCP range (.100 to .199)",
        0 => "is the network address",
        255 => "is the broadcast address",
        _ => "is reserved for infrastructure (.200 to .253)",
    };
}
