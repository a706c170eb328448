namespace Incus.Infra.Diagnostics;

/// <summary>What Incus takes for true and for false, in any case.</summary>
internal static class IncusBoolean
{
    /// <summary>Whether Incus takes it for true.</summary>
    public static bool IsTrue(string? value) => value?.ToUpperInvariant() is "TRUE" or "YES" or "ON" or "1";

    /// <summary>Whether Incus takes it for false.</summary>
    public static bool IsFalse(string? value) => value?.ToUpperInvariant() is "FALSE" or "NO" or "OFF" or "0";
}
