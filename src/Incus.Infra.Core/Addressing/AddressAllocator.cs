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
    private readonly List<Holder> _holders;
    private readonly AddressLock _old;
    private readonly DiagnosticBag _diagnostics;
    private readonly AddressLock _new;
    private readonly Dictionary<string, DomainAddresses> _plan = new(StringComparer.Ordinal);
    private readonly ILookup<string, HostPort> _ports;

    private AddressAllocator(Infrastructure infra, AddressLock old, DiagnosticBag diagnostics)
    {
        _infra = infra;
        _holders =
        [
            .. infra.Domains.Concat(infra.ImageDomain is { } images ? [images] : [])
                .GroupBy(d => d.NetworkOwner.Value, StringComparer.Ordinal).Select(g => new Holder([.. g])),
        ];
        _old = old;
        _new = AddressLock.Empty with { Id = old.Id };
        _diagnostics = diagnostics;
        _ports = PortAllocator.Allocate(infra, old, _new, diagnostics);
    }

    /// <summary>Plans all addresses; conflicts are added to <paramref name="diagnostics"/>.</summary>
    public static AddressPlan Allocate(Infrastructure infra, AddressLock old, DiagnosticBag diagnostics) =>
        new AddressAllocator(infra, LockRenames.Of(old, infra), diagnostics).Allocate();

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
                    [.. _holders.Where(h => LevelOf(h.Domains[0]) == level)],
                    level,
                    string.Create(CultureInfo.InvariantCulture, $"{InfraDialect.BaseOctet}.{addressing.ZoneBase + offset}"));
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

        AllocateSubnets(
            [
                .. _holders.Where(h => h.SubnetId is not null || h.Domains[0].Copy is not null
                    || h.Name.Value == _infra.ImageDomain?.Name.Value),
            ],
            level: null,
            prefix);
    }

    /// <summary>Gives them the third octets below one prefix: those of a trust level, or with base_subnet of all.</summary>
    private void AllocateSubnets(IReadOnlyList<Holder> holders, string? level, string prefix)
    {
        var locked = _old.Domains
            .Where(d => d.Value.Subnet is { } subnet && subnet.TrustLevel == level)
            .ToDictionary(d => d.Key, d => d.Value.Subnet!.Id, StringComparer.Ordinal);
        var pool = new NumberPool(0, 254, locked);
        var chosen = holders.Where(h => h.SubnetId is null).Select(h => h.Name)
            .OrderBy(name => name.Value, StringComparer.Ordinal).ToList();
        foreach (var holder in holders)
        {
            if (holder.SubnetId is { } id)
            {
                Fix(pool, holder.Name, id);
            }
        }

        foreach (var name in chosen)
        {
            if (pool.Keep(name) is { } other)
            {
                _diagnostics.Add(RuleDiagnostics.LockedSubnetTaken(
                    other.At, other.Value, locked[name.Value].Value, name.Value, locked[name.Value].At));
            }
        }

        foreach (var name in chosen)
        {
            if (!pool.TryChoose(name))
            {
                _diagnostics.Add(level is null
                    ? RuleDiagnostics.BaseFull(name.At, name.Value)
                    : RuleDiagnostics.ZoneFull(name.At, name.Value, level));
            }
        }

        foreach (var holder in holders)
        {
            if (pool.Numbers.TryGetValue(holder.Name.Value, out var id))
            {
                var subnet = holder.SubnetId is null ? new LockedSubnet(level, new(id, holder.Name.At)) : null;
                AllocateMachines(holder, string.Create(CultureInfo.InvariantCulture, $"{prefix}.{id}"), id, subnet);
            }
        }
    }

    private static string LevelOf(Domain domain) => domain.TrustLevel?.Value ?? InfraDialect.DefaultTrustLevel;

    private void Fix(NumberPool pool, Located<string> name, Located<int> id)
    {
        if (pool.Fix(name with { At = id.At }, id.Value) is { } holder)
        {
            _diagnostics.Add(RuleDiagnostics.SubnetTaken(id.At, name.Value, id.Value, holder.Value, holder.At.Line));
        }
    }

    private void AllocateMachines(Holder holder, string prefix, int subnetId, LockedSubnet? subnet)
    {
        var old = _old.Domains.GetValueOrDefault(holder.Name.Value);
        var locked = old?.Machines ?? new SortedDictionary<string, Located<int>>(StringComparer.Ordinal);
        var last = holder.SharedAt is null ? HostRange.LastMachine : HostRange.LastOfShared;
        var pool = new NumberPool(HostRange.FirstMachine, last, locked);
        foreach (var machine in holder.Machines)
        {
            if (machine.Ip is { } ip && HostOf(ip, prefix, machine, holder.Name.Value) is { } host
                && pool.Fix(new(machine.Name.Value, ip.At), host) is { } other)
            {
                _diagnostics.Add(RuleDiagnostics.IpTaken(ip.At, machine.Name.Value, ip.Value, other.Value, other.At.Line));
            }
        }

        var chosen = holder.Machines.Where(m => m.Ip is null).ToList();
        foreach (var machine in chosen)
        {
            if (locked.TryGetValue(machine.Name.Value, out var number) && number.Value > last)
            {
                // What the lock file can have for copies that share a network, and nobody else.
                var reason = HostRange.WhyNotForMachines(number.Value)!;
                _diagnostics.Add(RuleDiagnostics.IpNotForMachines(
                    number.At, machine.Name.Value, $"{prefix}.{number.Value}", reason, prefix));
            }
            else if (pool.Keep(machine.Name) is { } other)
            {
                _diagnostics.Add(RuleDiagnostics.LockedIpTaken(
                    other.At, other.Value, $"{prefix}.{number.Value}", machine.Name.Value, number.At));
            }
        }

        if (chosen.Find(m => !pool.TryChoose(m.Name)) is { } full)
        {
            _diagnostics.Add(holder.SharedAt is { } at
                ? RuleDiagnostics.SharedFull(at, holder.Name.Value, last)
                : RuleDiagnostics.DomainFull(full.Name.At, full.Name.Value, holder.Name.Value));
        }

        var addresses = new DomainAddresses(prefix, subnetId, pool.Numbers, _ports)
        {
            IsShared = holder.SharedAt is not null,
            Link = holder.Domains[0] is { IsLinked: true, ClusterLink: { } link } ? (link, _old.Id!) : null,
        };
        foreach (var domain in holder.Domains)
        {
            _plan[domain.Name.Value] = addresses;
        }

        Remember(holder, subnet, pool, locked, chosen);
    }

    // Entries of machines that are gone stay, unless their number had to be given to another one.
    private void Remember(
        Holder holder, LockedSubnet? subnet, NumberPool pool,
        SortedDictionary<string, Located<int>> locked, IEnumerable<Machine> chosen)
    {
        var machines = new SortedDictionary<string, Located<int>>(StringComparer.Ordinal);
        var present = holder.Machines.Select(m => m.Name.Value).ToHashSet(StringComparer.Ordinal);
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
            _new.Domains[holder.Name.Value] = new LockedDomain(holder.Name.At, subnet, machines);
        }
    }

    private void KeepRetiredDomains()
    {
        var present = _holders.Select(h => h.Name.Value).ToHashSet(StringComparer.Ordinal);
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

    private int? HostOf(Located<string> ip, string prefix, Machine machine, string domain)
    {
        if (!ip.Value.StartsWith(prefix + ".", StringComparison.Ordinal))
        {
            _diagnostics.Add(RuleDiagnostics.IpOutsideSubnet(
                ip.At, machine.Name.Value, ip.Value, domain, $"{prefix}.0/24"));
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

    /// <summary>Who has a subnet: a domain, or all copies that share one.</summary>
    private sealed record Holder(IReadOnlyList<Domain> Domains)
    {
        public Located<string> Name => Domains[0].NetworkOwner;

        public Located<int>? SubnetId => Domains[0].SubnetId;

        public SourceLocation? SharedAt => Domains[0].SharedNetwork;

        public IEnumerable<Machine> Machines => Domains.SelectMany(d => d.Machines);
    }
}
