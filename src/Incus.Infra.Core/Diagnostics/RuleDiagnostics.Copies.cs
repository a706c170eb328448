namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2350 to INFRA2369: copies of a domain.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>A copy whose domain exists already.</summary>
    public static Diagnostic CopyTaken(
        SourceLocation at, string copy, string domain, string name, string file, int line) =>
        Error("INFRA2350", at,
            $"Copy '{Excerpt.Of(copy)}' of domain '{Excerpt.Of(domain)}' would be domain '{Excerpt.Of(name)}', "
            + $"which there is already ({file}, line {line}). Rename one of them.");

    /// <summary>A copy that would have a name that Incus or Ansible rejects.</summary>
    public static Diagnostic BadNameOfCopy(SourceLocation at, string what, string name, string domain, string expected) =>
        Error("INFRA2351", at,
            $"A copy of domain '{Excerpt.Of(domain)}' would have the name '{Excerpt.Of(name)}'. {what} names must be {expected}. "
            + "Change the name of the copy, of the domain or of the machine.");

    public static Diagnostic SubnetOfCopies(SourceLocation at, string domain) =>
        Error("INFRA2352", at,
            $"Domain '{Excerpt.Of(domain)}' has copies, which cannot share one subnet_id. Remove it: the build gives each copy "
            + "its own and keeps it in the lock file.");

    public static Diagnostic IpOfCopies(SourceLocation at, string machine, string domain) =>
        Error("INFRA2353", at,
            $"Machine '{Excerpt.Of(machine)}': domain '{Excerpt.Of(domain)}' has copies, each with a subnet of its own, so no "
            + "address fits all of them. Remove ip: the build chooses the addresses and keeps them in the lock file.");

    /// <summary>More than there are subnets for, or so large a domain that its copies would be too much to check.</summary>
    public static Diagnostic TooManyCopies(SourceLocation at, string domain, int limit) =>
        Error("INFRA2354", at,
            $"Domain '{Excerpt.Of(domain)}' has too many copies: at most {limit}, and fewer if the domain is very large. "
            + "Divide them among domains of several trust levels.");

    /// <summary>Policies among copies that would need more rules than anybody can apply.</summary>
    public static Diagnostic TooManyFlows(SourceLocation at, int limit) =>
        Error("INFRA2357", at,
            $"network_policies open more than {limit} connections from domain to domain, as each copy counts. "
            + "Name one domain or machine at one end instead of all copies at both.");

    /// <summary>More copies than base_subnet has third octets left.</summary>
    public static Diagnostic BaseFull(SourceLocation at, string domain) =>
        Error("INFRA2356", at,
            $"Domain '{Excerpt.Of(domain)}': base_subnet has no free subnet (255 at most). Use global.addressing, which has as "
            + "many for each trust level.");

    public static Diagnostic CopiesWithoutMachines(SourceLocation at, string domain) =>
        Error("INFRA2355", at,
            $"Domain '{Excerpt.Of(domain)}' has copies but no machines. Add the machines that each copy gets.");
}
