namespace Incus.Infra.Bench;

/// <summary>A promise about time.</summary>
/// <param name="Promise">In words.</param>
/// <param name="Seconds">What was measured.</param>
/// <param name="Limit">What it may be.</param>
internal sealed record Target(string Promise, double Seconds, double Limit)
{
    public bool IsMet => Seconds <= Limit;
}
