using System.Globalization;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Addressing;

/// <summary>Gives every domain its subnet and every machine its address, never moving one that has it already.</summary>
internal sealed class AddressAllocator
{
    /// <summary>First two octets when infra.yml names neither base_subnet nor addressing.</summary>
    public const string DefaultBase = "10.100";

    private readonly Infrastructure _infra;
    private readonly AddressLock _old;
    private readonly DiagnosticBag _diagnostics;
    private readonly AddressLock _new;
    private readonly Dictionary<string, DomainAddresses> _plan = new(StringComparer.Ordinal);
    private readonly ILookup<string, HostPort> _ports;

    private AddressAllocator(Infrastructure infra, AddressLock old, DiagnosticBag diagnostics)
    {
        _infra = infra;
        _old = old;
        _new = AddressLock.Empty with { Id = old.Id };
        _diagnostics = diagnostics;
        _ports = PortAllocator.Allocate(infra, old, _new, diagnostics);
    }

    /// <summary>Plans all addresses; conflicts are added to <paramref name="diagnostics"/>.</summary>
    public static AddressPlan Allocate(Infrastructure infra, AddressLock old, DiagnosticBag diagnostics) =>
        new AddressAllocator(infra, old, diagnostics).Allocate();

    private AddressPlan Allocate()
    {
        var (global, addressing) = (_infra.Global, _infra.Global.Addressing?.Value);
        if (global is { BaseSubnet: not null, Addressing: not null })
        {
            _diagnostics.Add(RuleDiagnostics.TwoAddressings(global.BaseSubnet.Value.At, global.Addressing.Value.At.Line));
        }

        if (addressing is { ZoneStep: { Value: not InfraDialect.ZoneStep } step })
        {
            _diagnostics.Add(RuleDiagnostics.ZoneStepIgnored(step.At, step.Value, InfraDialect.ZoneStep));
        }

        if (addressing is null)
        {
            AllocateFixed(global.BaseSubnet?.Value ?? DefaultBase);
        }
        else
        {
            foreach (var (level, offset) in InfraDialect.TrustLevels)
            {
                AllocateSubnets(
                    [.. _infra.Domains.Where(d => LevelOf(d) == level)],
                    level,
                    string.Create(CultureInfo.InvariantCulture, $"{addressing.BaseOctet}.{addressing.ZoneBase + offset}"));
            }
        }

        KeepRetiredDomains();
        return new AddressPlan(_plan, _new);
    }

    private void AllocateFixed(string prefix)
    {
        foreach (var domain in _infra.Domains.Where(d => d is { SubnetId: null, Copy: null }))
        {
            _diagnostics.Add(RuleDiagnostics.MissingSubnetId(domain.Name.At, domain.Name.Value));
        }

        AllocateSubnets([.. _infra.Domains.Where(d => d.SubnetId is not null || d.Copy is not null)], level: null, prefix);
    }

    /// <summary>Gives domains the third octets below one prefix: those of a trust level, or with base_subnet of all.</summary>
    private void AllocateSubnets(IReadOnlyList<Domain> domains, string? level, string prefix)
    {
        var locked = _old.Domains
            .Where(d => d.Value.Subnet is { } subnet && subnet.TrustLevel == level)
            .ToDictionary(d => d.Key, d => d.Value.Subnet!.Id, StringComparer.Ordinal);
        var pool = new NumberPool(0, 254, locked);
        var chosen = domains.Where(d => d.SubnetId is null).OrderBy(d => d.Name.Value, StringComparer.Ordinal).ToList();
        foreach (var domain in domains)
        {
            if (domain.SubnetId is { } id)
            {
                Fix(pool, domain, id);
            }
        }

        foreach (var domain in chosen)
        {
            if (pool.Keep(domain.Name) is { } holder)
            {
                _diagnostics.Add(RuleDiagnostics.LockedSubnetTaken(
                    holder.At, holder.Value, locked[domain.Name.Value].Value, domain.Name.Value, locked[domain.Name.Value].At));
            }
        }

        foreach (var domain in chosen)
        {
            if (!pool.TryChoose(domain.Name))
            {
                _diagnostics.Add(level is null
                    ? RuleDiagnostics.BaseFull(domain.Name.At, domain.Name.Value)
                    : RuleDiagnostics.ZoneFull(domain.Name.At, domain.Name.Value, level));
            }
        }

        foreach (var domain in domains)
        {
            if (pool.Numbers.TryGetValue(domain.Name.Value, out var id))
            {
                var subnet = domain.SubnetId is null ? new LockedSubnet(level, new(id, domain.Name.At)) : null;
                AllocateMachines(domain, string.Create(CultureInfo.InvariantCulture, $"{prefix}.{id}"), id, subnet);
            }
        }
    }

    private static string LevelOf(Domain domain) => domain.TrustLevel?.Value ?? InfraDialect.DefaultTrustLevel;

    private void Fix(NumberPool pool, Domain domain, Located<int> id)
    {
        if (pool.Fix(new(domain.Name.Value, id.At), id.Value) is { } holder)
        {
            _diagnostics.Add(RuleDiagnostics.SubnetTaken(id.At, domain.Name.Value, id.Value, holder.Value, holder.At.Line));
        }
    }

    private void AllocateMachines(Domain domain, string prefix, int subnetId, LockedSubnet? subnet)
    {
        var old = _old.Domains.GetValueOrDefault(domain.Name.Value);
        var locked = old?.Machines ?? new SortedDictionary<string, Located<int>>(StringComparer.Ordinal);
        var pool = new NumberPool(HostRange.FirstMachine, HostRange.LastMachine, locked);
        foreach (var machine in domain.Machines)
        {
            if (machine.Ip is { } ip && HostOf(ip, prefix, machine, domain) is { } host
                && pool.Fix(new(machine.Name.Value, ip.At), host) is { } holder)
            {
                _diagnostics.Add(RuleDiagnostics.IpTaken(ip.At, machine.Name.Value, ip.Value, holder.Value, holder.At.Line));
            }
        }

        var chosen = domain.Machines.Where(m => m.Ip is null).ToList();
        foreach (var machine in chosen)
        {
            if (pool.Keep(machine.Name) is { } holder)
            {
                _diagnostics.Add(RuleDiagnostics.LockedIpTaken(
                    holder.At, holder.Value, $"{prefix}.{locked[machine.Name.Value].Value}",
                    machine.Name.Value, locked[machine.Name.Value].At));
            }
        }

        var full = chosen.Find(m => !pool.TryChoose(m.Name));
        if (full is not null)
        {
            _diagnostics.Add(RuleDiagnostics.DomainFull(full.Name.At, full.Name.Value, domain.Name.Value));
        }

        _plan[domain.Name.Value] = new DomainAddresses(prefix, subnetId, pool.Numbers, _ports);
        Remember(domain, subnet, pool, locked, chosen);
    }

    // Entries of machines that are gone stay, unless their number had to be given to another one.
    private void Remember(
        Domain domain, LockedSubnet? subnet, NumberPool pool,
        SortedDictionary<string, Located<int>> locked, IEnumerable<Machine> chosen)
    {
        var machines = new SortedDictionary<string, Located<int>>(StringComparer.Ordinal);
        var present = domain.Machines.Select(m => m.Name.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, number) in locked)
        {
            if (!present.Contains(name) && !pool.IsTaken(number.Value))
            {
                machines[name] = number;
            }
        }

        foreach (var machine in chosen)
        {
            if (pool.Numbers.TryGetValue(machine.Name.Value, out var host))
            {
                machines[machine.Name.Value] = new(host, machine.Name.At);
            }
        }

        if (subnet is not null || machines.Count > 0)
        {
            _new.Domains[domain.Name.Value] = new LockedDomain(domain.Name.At, subnet, machines);
        }
    }

    private void KeepRetiredDomains()
    {
        var present = _infra.Domains.Select(d => d.Name.Value).ToHashSet(StringComparer.Ordinal);
        var taken = _new.Domains.Values.Select(d => d.Subnet).OfType<LockedSubnet>()
            .Select(s => (s.TrustLevel, s.Id.Value))
            .Concat(_infra.Domains.Where(d => d.SubnetId is not null)
                .Select(d => (_infra.Global.Addressing is null ? null : LevelOf(d), d.SubnetId!.Value.Value)))
            .ToHashSet();
        foreach (var (name, domain) in _old.Domains)
        {
            if (!present.Contains(name)
                && domain is not { Subnet: null, Machines.Count: 0 }
                && (domain.Subnet is not { } subnet || !taken.Contains((subnet.TrustLevel, subnet.Id.Value))))
            {
                _new.Domains[name] = domain;
            }
        }
    }

    private int? HostOf(Located<string> ip, string prefix, Machine machine, Domain domain)
    {
        if (!ip.Value.StartsWith(prefix + ".", StringComparison.Ordinal))
        {
            _diagnostics.Add(RuleDiagnostics.IpOutsideSubnet(
                ip.At, machine.Name.Value, ip.Value, domain.Name.Value, $"{prefix}.0/24"));
            return null;
        }

        var host = int.Parse(ip.Value.AsSpan(prefix.Length + 1), CultureInfo.InvariantCulture);
        if (HostRange.WhyNotForMachines(host) is { } reason)
        {
            _diagnostics.Add(RuleDiagnostics.IpNotForMachines(ip.At, machine.Name.Value, ip.Value, reason, prefix));
            return null;
        }

        return host;
    }
}
