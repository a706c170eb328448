using System.Globalization;
using Incus.Infra.Incus.Api;
using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Desired;

/// <summary>What a machine has of its server, or wants to share.</summary>
/// <param name="Id">The instance.</param>
/// <param name="IsVirtualMachine">Whether it is a virtual machine.</param>
/// <param name="Weight">Its parts of what is shared.</param>
/// <param name="HasEnforce">Whether it says itself how its memory is limited.</param>
/// <param name="Cpu">What limits its CPUs, or null.</param>
/// <param name="Allowance">What limits its time on them, or null.</param>
/// <param name="Memory">What limits its memory, or null.</param>
internal sealed record Claim(
    ObjectId Id, bool IsVirtualMachine, int Weight, bool HasEnforce, string? Cpu, string? Allowance, string? Memory)
{
    public const string CpuKey = "limits.cpu";
    public const string AllowanceKey = "limits.cpu.allowance";
    public const string MemoryKey = "limits.memory";
    public const string EnforceKey = "limits.memory.enforce";

    public static Claim Of(DomainSpec domain, MachineSpec machine) => new(
        ObjectId.Instance(domain.IncusProject, machine.InstanceName),
        machine.IsVirtualMachine,
        machine.InstanceWeight,
        domain.ConfigOf(machine, EnforceKey) is not null,
        domain.ConfigOf(machine, CpuKey),
        domain.ConfigOf(machine, AllowanceKey),
        domain.ConfigOf(machine, MemoryKey));

    /// <summary>The CPUs that it has of its own; null where it has no limit.</summary>
    public decimal? CpusOf(decimal all) => Cpu is { } cpu ? Count(cpu)
        : Allowance is not { } allowance ? null
        : HostReserveSpec.PercentOf(allowance, all) ?? Quota(allowance);

    /// <summary>The memory that it has of its own in bytes; null where it has no limit.</summary>
    public decimal? MemoryOf(decimal all) =>
        Memory is { } memory ? HostReserveSpec.PercentOf(memory, all) ?? (decimal?)ByteSize.Parse(memory) ?? 0 : null;

    // A number of them, a set such as 0-3,7, or for virtual machines sockets, cores and threads.
    private static decimal Count(string cpus) => Number(cpus)
        ?? (cpus.Contains('=', StringComparison.Ordinal)
            ? cpus.Split(',').Aggregate(1m, (product, part) => product * (Number(part.Split('=')[^1]) ?? 1))
            : cpus.Split(',').Sum(part => part.Split('-') is [var first, var last] ? Number(last) - Number(first) + 1 ?? 0 : 1));

    // Milliseconds of a period, such as 25ms/100ms.
    private static decimal Quota(string allowance) =>
        allowance.Replace("ms", "", StringComparison.Ordinal).Split('/') is [var time, var period]
        && (Number(time), Number(period)) is ({ } part, { } whole and > 0)
            ? part / whole
            : 0;

    private static decimal? Number(string text) =>
        decimal.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>How the machines of one server share what it has, as far as they have no limits of their own.</summary>
internal sealed class ServerShares
{
    private const decimal Mebibyte = 1 << 20;

    // What the kernel takes differs by some pages from one version to the next, and no share is to follow that.
    private const decimal MemoryStep = 256 * Mebibyte;

    private readonly Dictionary<ObjectId, Share> _shares = [];
    private readonly ResourcePolicySpec _policy;

    /// <param name="policy">How they share.</param>
    /// <param name="server">What it has.</param>
    /// <param name="claims">All of its machines.</param>
    public ServerShares(ResourcePolicySpec policy, ServerResources server, IReadOnlyCollection<Claim> claims)
    {
        _policy = policy;
        var cpus = (decimal)server.Cpu.Total;
        var memory = decimal.Floor(server.Memory.Total / MemoryStep) * MemoryStep;
        Cpu = new Resource("CPUs", Plain, cpus, cpus - policy.HostReserve.CpuOf(cpus)!.Value);
        Memory = new Resource("of memory", Size, memory, memory - policy.HostReserve.MemoryOf(memory)!.Value);
        Divide(Cpu, claims, c => c.CpusOf(cpus), Smallest);
        Divide(Memory, claims, c => c.MemoryOf(memory), _ => Mebibyte);
        foreach (var claim in claims)
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            var parts = new List<string>();
            if (Cpu.Shares.TryGetValue(claim.Id, out var share))
            {
                values.Add(
                    IsCounted(claim) ? Claim.CpuKey : Claim.AllowanceKey,
                    IsCounted(claim) ? Plain(share.Amount) : $"{Plain(share.Amount * 100 / cpus)}%");
                parts.Add(InWords(share, Cpus));
            }

            if (Memory.Shares.TryGetValue(claim.Id, out share))
            {
                values.Add(Claim.MemoryKey, $"{Plain(share.Amount / Mebibyte)}MiB");
                parts.Add(InWords(share, Size));
                if (policy.MemoryEnforce == "soft" && !claim.IsVirtualMachine && !claim.HasEnforce)
                {
                    values.Add(Claim.EnforceKey, "soft");
                }
            }

            if (values.Count > 0)
            {
                _shares.Add(claim.Id, new Share(values, $"its share is {string.Join(" and ", parts)}"));
            }
        }

        decimal Smallest(Claim claim) => IsCounted(claim) ? 1 : cpus / 100;
    }

    public Resource Cpu { get; }

    public Resource Memory { get; }

    /// <summary>What is not enough for all of them.</summary>
    public IEnumerable<Resource> Overcommitted => new[] { Cpu, Memory }.Where(r => r.Shares.Count + r.Own.Count > 0
        && (r.Free <= 0 || (!_policy.Overcommit && r.Own.Values.Sum() + r.Shares.Values.Sum(s => s.Amount) > r.Free)));

    /// <summary>That of a machine; null where it has limits of its own for all.</summary>
    public Share? Of(ObjectId id) => _shares.GetValueOrDefault(id);

    // Incus gives a virtual machine no part of a CPU.
    private bool IsCounted(Claim claim) => _policy.CountsCpus || claim.IsVirtualMachine;

    private void Divide(
        Resource resource, IReadOnlyCollection<Claim> claims, Func<Claim, decimal?> ownOf, Func<Claim, decimal> smallestOf)
    {
        var sharing = new List<Claim>();
        foreach (var claim in claims)
        {
            if (ownOf(claim) is { } own)
            {
                resource.Own[claim.Id] = own;
            }
            else
            {
                sharing.Add(claim);
            }
        }

        // Whose part is too small gets the smallest there is, and the others share what is left.
        var rest = Math.Max(0, _policy.Overcommit ? resource.Free : resource.Free - resource.Own.Values.Sum());
        var all = sharing.Sum(c => (decimal)WeightOf(c));
        while (sharing.Where(c => rest * WeightOf(c) < all * smallestOf(c)).ToList() is [_, ..] small)
        {
            foreach (var claim in small)
            {
                resource.Shares[claim.Id] = new Portion(Part: null, rest, smallestOf(claim));
            }

            sharing = [.. sharing.Except(small)];
            rest = Math.Max(0, rest - small.Sum(smallestOf));
            all = sharing.Sum(c => (decimal)WeightOf(c));
        }

        foreach (var claim in sharing)
        {
            var smallest = smallestOf(claim);
            var units = decimal.Floor(rest * WeightOf(claim) / (all * smallest));
            resource.Shares[claim.Id] = new Portion($"{WeightOf(claim)}/{all}", rest, units * smallest);
        }
    }

    private static string InWords(Portion portion, Func<decimal, string> format) => portion.Part is { } part
        ? $"{part} of {format(portion.Of)}"
        : $"at least {format(portion.Amount)}";

    private static string Cpus(decimal number) => number == 1 ? "1 CPU" : $"{Plain(number)} CPUs";

    private int WeightOf(Claim claim) => _policy.IsEqual ? 1 : claim.Weight;

    private static string Plain(decimal number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Size(decimal bytes) => bytes < 1024 * Mebibyte
        ? $"{Plain(bytes / Mebibyte)}MiB"
        : $"{Plain(bytes / Mebibyte / 1024)}GiB";

    /// <summary>CPUs or bytes of one server.</summary>
    /// <param name="Name">For people.</param>
    /// <param name="Format">An amount of it, for people.</param>
    /// <param name="Total">What the server has.</param>
    /// <param name="Free">What its reserve leaves.</param>
    internal sealed record Resource(string Name, Func<decimal, string> Format, decimal Total, decimal Free)
    {
        /// <summary>What machines have by limits of their own.</summary>
        public Dictionary<ObjectId, decimal> Own { get; } = [];

        /// <summary>What each of the others gets.</summary>
        public Dictionary<ObjectId, Portion> Shares { get; } = [];
    }

    /// <summary>What one of those that share gets.</summary>
    /// <param name="Part">Its part, such as 1/4; null where that is less than the smallest amount, which it gets instead.</param>
    /// <param name="Of">What is shared.</param>
    /// <param name="Amount">How much it gets.</param>
    internal sealed record Portion(string? Part, decimal Of, decimal Amount);
}
