namespace Incus.Infra.Testing;

/// <summary>
/// The releases of Incus that an embedded one can be of, as <c>embedded-incus start --release</c> names them, and what this run
/// tests: <c>INFRA_TEST_INCUS</c> says a release, or <c>cluster</c> for one of three members of the machine's.
/// </summary>
public static class IncusRelease
{
    /// <summary>The machine's.</summary>
    public const string Installed = "installed";

    /// <summary>7.0 LTS, with Debian 13 in the image <c>debian</c>.</summary>
    public const string Lts7 = "7.0";

    /// <summary>What the variable says: a release, or <c>cluster</c>.</summary>
    public static string Asked { get; } = Environment.GetEnvironmentVariable("INFRA_TEST_INCUS") ?? Installed;

    /// <summary>Whether this run tests on a cluster what otherwise is tested on one server.</summary>
    public static bool IsCluster { get; } = Asked == "cluster";

    /// <summary>What keeps the disks, which <c>INFRA_TEST_POOL</c> says: a driver, such as <c>dir</c>.</summary>
    public static string Pool { get; } = Environment.GetEnvironmentVariable("INFRA_TEST_POOL") ?? "btrfs";

    /// <summary>The release that this run tests.</summary>
    public static string UnderTest { get; } = IsCluster ? Installed : Asked;
}
