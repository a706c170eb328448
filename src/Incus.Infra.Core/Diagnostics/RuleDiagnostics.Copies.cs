namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2350 to INFRA2379: copies of a domain.</summary>
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
            + "its own and keeps it in the lock file. Only copies with 'network: shared' have one subnet.");

    public static Diagnostic IpOfCopies(SourceLocation at, string machine, string domain) =>
        Error("INFRA2353", at,
            $"Machine '{Excerpt.Of(machine)}': domain '{Excerpt.Of(domain)}' has copies, so no address fits the machine "
            + "in all of them. Remove ip: the build chooses the addresses and keeps them in the lock file.");

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

    public static Diagnostic SharedWithoutCopies(SourceLocation at, string domain) =>
        Error("INFRA2375", at,
            $"Domain '{Excerpt.Of(domain)}' has no copies that could share a network. Remove 'network: shared', or add copies.");

    /// <summary>Machines of one copy need each other, and on a shared network nobody reaches anybody.</summary>
    public static Diagnostic SharedBySeveral(SourceLocation at, string domain, int machines) =>
        Error("INFRA2376", at,
            $"Each copy of domain '{Excerpt.Of(domain)}' has {machines} machines, which would not reach each other: on a shared "
            + "network every machine is cut off from all others. Remove 'network: shared', or leave each copy one machine.");

    /// <summary>More copies than a shared network has addresses for.</summary>
    public static Diagnostic SharedFull(SourceLocation at, string domain, int limit) =>
        Error("INFRA2377", at,
            $"Domain '{Excerpt.Of(domain)}': a shared network has addresses for {limit} copies. Divide them among several "
            + "domains, or remove 'network: shared'.");

    /// <summary>A policy that no ACL can make true: what stays on a bridge does not pass it.</summary>
    public static Diagnostic PolicyWithinShared(SourceLocation at, string domain) =>
        Error("INFRA2378", at,
            $"network_policies: copies of domain '{Excerpt.Of(domain)}' share a network, on which none can be opened to another. "
            + "Remove the policy, or 'network: shared'.");

    /// <summary>An option of a card without which a machine reaches others on the shared network.</summary>
    public static Diagnostic SharedCardOpen(SourceLocation at, string owner, string option) =>
        Error("INFRA2379", at,
            $"{Excerpt.Of(owner)}: without {Excerpt.Of(option)} it reaches the other copies on the shared network, or passes as "
            + "one of them. Remove the option, or 'network: shared'.");
}
