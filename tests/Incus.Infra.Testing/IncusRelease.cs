namespace Incus.Infra.Testing;

/// <summary>The releases of Incus that an embedded one can be of, as <c>embedded-incus start --release</c> names them.</summary>
public static class IncusRelease
{
    /// <summary>The machine's.</summary>
    public const string Installed = "installed";

    /// <summary>7.0 LTS, with Debian 13 in the image <c>debian</c>.</summary>
    public const string Lts7 = "7.0";

    /// <summary>The one that this run tests: <c>INFRA_TEST_INCUS</c>, else the machine's.</summary>
    public static string UnderTest { get; } = Environment.GetEnvironmentVariable("INFRA_TEST_INCUS") ?? Installed;
}
