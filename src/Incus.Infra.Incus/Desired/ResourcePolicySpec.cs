using System.Globalization;

namespace Incus.Infra.Incus.Desired;

// Set and not init: the JSON source generator overwrites the default of an init member that is missing in the text.

/// <summary>How machines share what their server has: the variable <c>infra_resource_policy</c>.</summary>
internal sealed record ResourcePolicySpec
{
    public HostReserveSpec HostReserve { get; set; } = new();

    /// <summary><c>proportional</c> to weights, or <c>equal</c>.</summary>
    public string Mode { get; set; } = "proportional";

    /// <summary>Whether containers get their share of CPU as <c>allowance</c> or as a <c>count</c> of CPUs.</summary>
    public string CpuMode { get; set; } = "allowance";

    /// <summary><c>soft</c> or <c>hard</c>, for containers.</summary>
    public string MemoryEnforce { get; set; } = "soft";

    /// <summary>Whether limits of machines' own leave what is shared as it is, and may exceed it.</summary>
    public bool Overcommit { get; set; }

    internal bool IsEqual => Mode == "equal";

    internal bool CountsCpus => CpuMode == "count";

    /// <summary>What is wrong with it, as sentences.</summary>
    internal IEnumerable<string> Faults()
    {
        foreach (var (name, value, known) in new[]
        {
            ("mode", Mode, "proportional and equal"),
            ("cpu_mode", CpuMode, "allowance and count"),
            ("memory_enforce", MemoryEnforce, "soft and hard"),
        })
        {
            if (!known.Split(" and ").Contains(value))
            {
                yield return $"resource_policy.{name} is '{Excerpt.Of(value)}', and only {known} are known.";
            }
        }

        foreach (var (name, value, part) in new[]
        {
            ("cpu", HostReserve.Cpu, HostReserve.CpuOf(1)), ("memory", HostReserve.Memory, HostReserve.MemoryOf(1)),
        })
        {
            if (part is null)
            {
                yield return $"resource_policy.host_reserve.{name}: '{Excerpt.Of(value)}' can be taken from no server.";
            }
        }
    }
}

/// <summary>What of a server no machine gets a share of.</summary>
internal sealed record HostReserveSpec
{
    /// <summary>CPUs, or a percentage of them.</summary>
    public string Cpu { get; set; } = "20%";

    /// <summary>A size, or a percentage of all memory.</summary>
    public string Memory { get; set; } = "20%";

    /// <summary>That of a server with so many CPUs; null where the text says nothing.</summary>
    public decimal? CpuOf(decimal cpus) => PercentOf(Cpu, cpus)
        ?? (decimal.TryParse(Cpu, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null);

    /// <summary>That of a server with so many bytes; null where the text says nothing.</summary>
    public decimal? MemoryOf(decimal bytes) => PercentOf(Memory, bytes) ?? (decimal?)ByteSize.Parse(Memory);

    /// <summary>A percentage of a number; null where the text is none.</summary>
    public static decimal? PercentOf(string text, decimal whole) =>
        text.EndsWith('%')
        && decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
            ? whole * percent / 100
            : null;
}
