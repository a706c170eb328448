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
        var locked = old.Ports.SelectMany(m => m.Value.Select(p => (Machine: m.Key, Port: p.Key, Number: p.Value))).ToList();
        var ports = infra.Domains.SelectMany(d => d.Machines).SelectMany(m => m.Ports, (m, p) => (Machine: m.Name.Value, Port: p))
            .DistinctBy(p => KeyOf(p.Machine, p.Port.Name.Value))
            .ToList();
        var chosen = ports.Where(p => p.Port.HostPort is null).ToList();
        var pool = new NumberPool(
            First, Last, locked.ToDictionary(p => KeyOf(p.Machine, p.Port), p => p.Number, StringComparer.Ordinal));
        foreach (var (machine, port) in chosen)
        {
            pool.Keep(NameOf(machine, port));
        }

        foreach (var number in ports.Select(p => p.Port.HostPort).OfType<int>().Concat(OfProxies(infra)))
        {
            pool.Exclude(number);
        }

        if (chosen.Find(p => !pool.TryChoose(NameOf(p.Machine, p.Port))) is (var holder, { } full))
        {
            diagnostics.Add(RuleDiagnostics.PortsFull(full.At, holder, full.Name.Value, First, Last));
        }

        var names = ports.Select(p => KeyOf(p.Machine, p.Port.Name.Value)).ToHashSet(StringComparer.Ordinal);
        foreach (var (machine, port, number) in locked
            .Where(p => !names.Contains(KeyOf(p.Machine, p.Port)) && !pool.IsTaken(p.Number.Value))
            .Concat(chosen
                .Where(p => NumberOf(p.Machine, p.Port) is not null)
                .Select(p => (p.Machine, Port: p.Port.Name.Value, new Located<int>(NumberOf(p.Machine, p.Port)!.Value, p.Port.At)))))
        {
            kept.Ports.TryAdd(machine, new SortedDictionary<string, Located<int>>(StringComparer.Ordinal));
            kept.Ports[machine][port] = number;
        }

        return ports
            .Where(p => NumberOf(p.Machine, p.Port) is not null)
            .ToLookup(p => p.Machine, p => new HostPort(p.Port, NumberOf(p.Machine, p.Port)!.Value), StringComparer.Ordinal);

        int? NumberOf(string machine, PortForward port) =>
            port.HostPort ?? (pool.Numbers.TryGetValue(KeyOf(machine, port.Name.Value), out var number) ? number : null);
    }

    private static Located<string> NameOf(string machine, PortForward port) => port.Name with { Value = KeyOf(machine, port.Name.Value) };

    // Neither name has a slash.
    private static string KeyOf(string machine, string port) => $"{machine}/{port}";

    private static IEnumerable<int> OfProxies(Infrastructure infra) => infra.Domains
        .SelectMany(d => d.Profiles.Select(p => p.Devices).Concat(d.Machines.Select(m => m.Devices)))
        .SelectMany(devices => devices)
        .Select(device => device.Given("listen") is { } listen ? ProxyAddress.Parse(listen.Value) : null)
        .SelectMany(address => address?.Ports ?? [])
        .Select(range => (First: (int)Math.Clamp(range.First, First, Last + 1), Last: (int)Math.Clamp(range.Last, First - 1, Last)))
        .SelectMany(range => Enumerable.Range(range.First, Math.Max(range.Last - range.First + 1, 0)));
}
