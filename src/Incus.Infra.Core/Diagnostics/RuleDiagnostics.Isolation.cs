namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2337 to INFRA2349: what domains let in and out.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>A policy within a domain, where everything is open.</summary>
    public static Diagnostic PolicyWithinDomain(SourceLocation at, string domain) =>
        Error("INFRA2337", at,
            $"network_policies: both ends are in domain '{Excerpt.Of(domain)}', whose machines reach each other anyway. "
            + "Remove the policy, or move one end to another domain.");

    /// <summary>A policy for the host, which may open everything (warning).</summary>
    public static Diagnostic PolicyFromHost(SourceLocation at) =>
        Warning("INFRA2338", at, "network_policies: the host reaches every machine anyway. Remove the policy.");

    /// <summary>A policy with the host that holds both ways.</summary>
    public static Diagnostic HostBothWays(SourceLocation at, string other) =>
        Error("INFRA2339", at,
            $"network_policies: the host reaches '{Excerpt.Of(other)}' anyway, so only the other direction can be opened. "
            + $"Write from: {Excerpt.Of(other)} and to: host, without 'bidirectional'.");

    public static Diagnostic PortsOfIcmp(SourceLocation at) =>
        Error("INFRA2340", at, "network_policies: icmp has no ports. Remove 'ports', or use protocol tcp or udp.");

    /// <summary>A policy that opens nothing that would be closed without it (warning).</summary>
    public static Diagnostic PolicyCovered(SourceLocation at, string what) =>
        Warning("INFRA2341", at, $"network_policies: all of this is already allowed by {Excerpt.Of(what)}. Remove the policy.");

    /// <summary>A policy between addresses that are all outside.</summary>
    public static Diagnostic PolicyWithoutDomain(SourceLocation at) =>
        Error("INFRA2342", at,
            "network_policies: neither end is a domain or a machine, and nothing else is filtered. Name one of them.");

    /// <summary>A network among those of the domains.</summary>
    public static Diagnostic NetworkOfDomains(SourceLocation at, string network) =>
        Error("INFRA2343", at,
            $"network_policies: all addresses of {Excerpt.Of(network)} are for domains. Name the domain or machine.");

    /// <summary>A NIC in a network whose rules are not those of the domain (warning).</summary>
    public static Diagnostic WayAround(SourceLocation at, string owner, string device, string network, string domain) =>
        Warning("INFRA2344", at,
            $"{Excerpt.Of(owner)}: device '{Excerpt.Of(device)}' ({Excerpt.Of(network)}) goes around domain "
            + $"'{Excerpt.Of(domain)}': network_policies and outside do not apply to it. "
            + "Remove it, and open what it is for with a policy.");

    /// <summary>A proxy that carries connections past the rules of the domain (warning).</summary>
    public static Diagnostic ProxyAround(SourceLocation at, string machine, string proxy, bool isOnHost) =>
        Warning("INFRA2345", at,
            $"Machine '{Excerpt.Of(machine)}': proxy '{Excerpt.Of(proxy)}' goes around the rules of the domain, "
            + (isOnHost
                ? "for everyone who reaches the host there. If that is right, add a policy from these addresses to the machine; "
                    + "otherwise listen on 127.0.0.1."
                : "as the host opens its connections. If that is right, add a policy from the machine to host."));

    /// <summary>A proxy without a process, whose connections come from outside (warning).</summary>
    public static Diagnostic ProxyRejected(SourceLocation at, string machine, string proxy) =>
        Warning("INFRA2346", at,
            $"Machine '{Excerpt.Of(machine)}': what comes through proxy '{Excerpt.Of(proxy)}' will be rejected, "
            + "because with nat it keeps its source. Add a policy from internet or from a network to the machine.");

    /// <summary>A NIC whose machine may take any address of the domain (warning).</summary>
    public static Diagnostic FilterOff(SourceLocation at, string owner, string option) =>
        Warning("INFRA2347", at,
            $"{Excerpt.Of(owner)}: without {Excerpt.Of(option)} the machine can take the address of another one. "
            + "Remove the option, unless it must send from other addresses.");

    /// <summary>A machine of a policy whose address another one may take (warning).</summary>
    public static Diagnostic PartyUnfiltered(SourceLocation at, string machine, string other, int line) =>
        Warning("INFRA2348", at,
            $"network_policies: '{Excerpt.Of(machine)}' is known by its address, but '{Excerpt.Of(other)}' can take it, "
            + $"because a filter of its NIC is off (line {line}). Remove that option, or name the domain.");

    /// <summary>A step that fetches something, without a way to do so (warning).</summary>
    public static Diagnostic NoWayOut(SourceLocation at, string machine, string step, string domain) =>
        Warning("INFRA2349", at,
            $"Machine '{Excerpt.Of(machine)}': the step {Excerpt.Of(step)} needs the network, but domain '{Excerpt.Of(domain)}' "
            + "has outside: none and no policy to another place. Add a policy to where it comes from.");
}
