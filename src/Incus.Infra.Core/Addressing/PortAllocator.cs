using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Addressing;

/// <summary>
/// Gives the ports that infra.yml leaves to the build a number each, never moving one that has it already. A number is given
/// once, whatever its protocol and address.
/// </summary>
internal static class PortAllocator
{
    /// <summary>First number that the build chooses.</summary>
    public const int First = 30000;

    /// <summary>Last number that the build chooses; the next are those that Linux gives to outgoing connections.</summary>
    public const int Last = 32767;

    /// <summary>The ports of the host by machine name; one that got no number is missing, and a diagnostic.</summary>
    /// <param name="infra">The infrastructure.</param>
    /// <param name="old">What earlier builds chose.</param>
    /// <param name="kept">Takes what is to be kept.</param>
    /// <param name="diagnostics">Takes the faults.</param>
    public static ILookup<string, HostPort> Allocate(
        Infrastructure infra, AddressLock old, AddressLock kept, DiagnosticBag diagnostics)
    {
        var locked = old.Ports
            .SelectMany(m => m.Value.Select(p => (Machine: m.Key, Port: p.Key, Key: KeyOf(m.Key, p.Key), Number: p.Value)))
            .ToList();
        var ports = infra.Domains.SelectMany(d => d.Machines)
            .SelectMany(m => m.Ports.Select(p => (
                Machine: m.Name.Value, Port: p, Key: p.Name with { Value = KeyOf(m.Name.Value, p.Name.Value) })))
            .DistinctBy(p => p.Key.Value)
            .ToList();
        var chosen = ports.Where(p => p.Port.HostPort is null).ToList();
        var pool = new NumberPool(First, Last, locked.ToDictionary(p => p.Key, p => p.Number, StringComparer.Ordinal));
        foreach (var port in chosen)
        {
            pool.Keep(port.Key);
        }

        // Only now: whoever takes one that is kept is for the rules to tell.
        foreach (var number in ports.Select(p => p.Port.HostPort).OfType<int>().Concat(OfProxies(infra)))
        {
            pool.Exclude(number);
        }

        if (chosen.Find(p => !pool.TryChoose(p.Key)) is (var holder, { } full, _))
        {
            diagnostics.Add(RuleDiagnostics.PortsFull(full.At, holder, full.Name.Value, First, Last));
        }

        var present = ports.Select(p => p.Key.Value).ToHashSet(StringComparer.Ordinal);
        var retired = locked.Where(p => !present.Contains(p.Key) && !pool.IsTaken(p.Number.Value))
            .Select(p => (p.Machine, p.Port, p.Number));
        var given = chosen.Where(p => pool.Numbers.ContainsKey(p.Key.Value))
            .Select(p => (p.Machine, p.Port.Name.Value, new Located<int>(pool.Numbers[p.Key.Value], p.Port.At)));
        foreach (var (machine, port, number) in retired.Concat(given))
        {
            kept.Ports.TryAdd(machine, new SortedDictionary<string, Located<int>>(StringComparer.Ordinal));
            kept.Ports[machine][port] = number;
        }

        return ports
            .Select(p => (p.Machine, p.Port, Number: p.Port.HostPort ?? pool.Numbers.GetValueOrDefault(p.Key.Value)))
            .Where(p => p.Number > 0)
            .ToLookup(p => p.Machine, p => new HostPort(p.Port, p.Number), StringComparer.Ordinal);
    }

    // Neither name has a slash.
    private static string KeyOf(string machine, string port) => $"{machine}/{port}";

    private static IEnumerable<int> OfProxies(Infrastructure infra) => infra.Domains
        .SelectMany(d => d.Profiles.Select(p => p.Devices).Concat(d.Machines.Select(m => m.Devices)))
        .SelectMany(devices => devices)
        .Select(device => device.Given("listen") is { } listen ? ProxyAddress.Parse(listen.Value) : null)
        .SelectMany(address => address?.Ports ?? [])
        .Select(range => (First: Math.Max(range.First, First), Last: Math.Min(range.Last, Last)))
        .Where(range => range.First <= range.Last)
        .SelectMany(range => Enumerable.Range((int)range.First, (int)(range.Last - range.First) + 1));
}
