namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2601 to INFRA2609: members of a cluster.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>Two machines of a domain, or a machine and its domain, name different members.</summary>
    public static Diagnostic SeveralTargets(SourceLocation at, string domain, string target, string first, int line) =>
        Error("INFRA2601", at,
            $"Domain '{Excerpt.Of(domain)}': target '{Excerpt.Of(target)}' is not '{Excerpt.Of(first)}' of line {line}, but a "
            + "domain lives on one member of a cluster. Use one target, make two domains, or join the members with "
            + "global.cluster.link.");

    /// <summary>Two machines of a domain are to be kept apart.</summary>
    public static Diagnostic SpreadInDomain(
        SourceLocation at, string domain, string machine, string label, string other, int line) => Error("INFRA2602", at,
            $"Domain '{Excerpt.Of(domain)}': machine '{Excerpt.Of(machine)}' has the same spread '{Excerpt.Of(label)}' as "
            + $"'{Excerpt.Of(other)}' in line {line}, but a domain lives on one member of a cluster. Move one of them to another "
            + "domain, or join the members with global.cluster.link.");

    /// <summary>A policy allows what would open every bridge.</summary>
    public static Diagnostic PortOfTunnels(SourceLocation at, int port) => Error("INFRA2603", at,
        $"Port {port} of UDP is that of the tunnels between the members of the cluster (global.cluster.link): who may send to it "
        + "can put packets on the bridge of any domain, so no policy opens it. Use another port.");
}
