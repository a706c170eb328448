namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2101 to INFRA2299: subnets and addresses.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>A domain without subnet_id while subnets are not chosen by trust level.</summary>
    public static Diagnostic MissingSubnetId(SourceLocation at, string domain) =>
        Error("INFRA2101", at,
            $"Domain '{Excerpt.Of(domain)}' has no subnet_id. "
            + "Give it a number from 0 to 254 that no other domain has, or use global.addressing.");

    /// <summary>Two domains with the same subnet.</summary>
    public static Diagnostic SubnetTaken(SourceLocation at, string domain, int id, string holder, int line) =>
        Error("INFRA2102", at,
            $"Domain '{Excerpt.Of(domain)}': subnet_id {id} is already used by '{Excerpt.Of(holder)}' (line {line}). "
            + "Give one of them another number.");

    /// <summary>base_subnet and addressing together.</summary>
    public static Diagnostic TwoAddressings(SourceLocation at, int line) =>
        Error("INFRA2103", at,
            $"'base_subnet' and 'addressing' (line {line}) are mutually exclusive. Remove one of them.");

    public static Diagnostic ZoneFull(SourceLocation at, string domain, string level) =>
        Error("INFRA2104", at,
            $"Domain '{Excerpt.Of(domain)}': trust level '{Excerpt.Of(level)}' has no free subnet (255 at most). "
            + "Give it another trust_level.");

    /// <summary>A zone_step that would mean something if it were used (warning).</summary>
    public static Diagnostic ZoneStepIgnored(SourceLocation at, int step, int actual) =>
        Warning("INFRA2105", at,
            $"'zone_step' {step} has no effect: trust levels are always {actual} apart. Remove it.");

    public static Diagnostic IpOutsideSubnet(SourceLocation at, string machine, string ip, string domain, string subnet) =>
        Error("INFRA2201", at,
            $"Machine '{Excerpt.Of(machine)}': IP {Excerpt.Of(ip)} is not in {subnet}, "
            + $"the subnet of domain '{Excerpt.Of(domain)}'. Use one from it, or remove 'ip'.");

    /// <summary>An address that the domain uses for something else.</summary>
    public static Diagnostic IpNotForMachines(
        SourceLocation at, string machine, string ip, string reason, string prefix) =>
        Error("INFRA2202", at,
            $"Machine '{Excerpt.Of(machine)}': IP {Excerpt.Of(ip)} {reason}. Use one from {prefix}.1 to {prefix}.99.");

    /// <summary>Two machines with the same address.</summary>
    public static Diagnostic IpTaken(SourceLocation at, string machine, string ip, string holder, int line) =>
        Error("INFRA2203", at,
            $"Machine '{Excerpt.Of(machine)}': IP {Excerpt.Of(ip)} is already used by '{Excerpt.Of(holder)}' (line {line}). "
            + "Give one of them another address.");

    public static Diagnostic DomainFull(SourceLocation at, string machine, string domain) =>
        Error("INFRA2204", at,
            $"Machine '{Excerpt.Of(machine)}': all 99 addresses of domain '{Excerpt.Of(domain)}' are taken. "
            + "Move machines to another domain.");

    /// <summary>A fixed subnet that the lock file assigns to another domain.</summary>
    public static Diagnostic LockedSubnetTaken(
        SourceLocation at, string domain, int id, string holder, SourceLocation locked) =>
        Error("INFRA2205", at,
            $"Domain '{Excerpt.Of(domain)}': subnet_id {id} is already assigned to '{Excerpt.Of(holder)}' "
            + $"({locked.File} line {locked.Line}). Use another number, or set a subnet_id for '{Excerpt.Of(holder)}' too.");

    /// <summary>A fixed address that the lock file assigns to another machine.</summary>
    public static Diagnostic LockedIpTaken(
        SourceLocation at, string machine, string ip, string holder, SourceLocation locked) =>
        Error("INFRA2206", at,
            $"Machine '{Excerpt.Of(machine)}': IP {Excerpt.Of(ip)} is already assigned to '{Excerpt.Of(holder)}' "
            + $"({locked.File} line {locked.Line}). Use another address, or set an ip for '{Excerpt.Of(holder)}' too.");

    /// <summary>The lock file assigns one number to two holders.</summary>
    public static Diagnostic LockedTwice(SourceLocation at, string number, string name, string holder, int line) =>
        Error("INFRA2207", at,
            $"'{Excerpt.Of(name)}' has {Excerpt.Of(number)}, and so does '{Excerpt.Of(holder)}' (line {line}). "
            + "Remove one of the two lines; the build chooses a new number.");
}
