using System.Globalization;

namespace Incus.Infra.Testing;

/// <summary>How often a crash test kills: a few times in an ordinary run, and as often as INFRA_TEST_KILLS says.</summary>
public static class Kills
{
    /// <summary>The number of <paramref name="ordinary"/> runs, or the one that was asked for.</summary>
    public static int Or(int ordinary) => Environment.GetEnvironmentVariable("INFRA_TEST_KILLS") is { Length: > 0 } asked
        ? int.Parse(asked, CultureInfo.InvariantCulture)
        : ordinary;
}
