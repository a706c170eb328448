namespace Incus.Infra.Core.Diagnostics;

/// <summary>INFRA2610 to INFRA2619: several servers.</summary>
internal static partial class RuleDiagnostics
{
    /// <summary>INFRA2610: a policy connects domains on different servers.</summary>
    /// <param name="at">The policy.</param>
    /// <param name="from">A domain.</param>
    /// <param name="fromRemote">Its remote, or null.</param>
    /// <param name="to">The other domain.</param>
    /// <param name="toRemote">Its remote, or null.</param>
    public static Diagnostic PolicyAcrossRemotes(
        SourceLocation at, string from, string? fromRemote, string to, string? toRemote) => Error(
        "INFRA2610",
        at,
        $"This policy connects domain '{Excerpt.Of(from)}' ({Of(fromRemote)}) with domain '{Excerpt.Of(to)}' "
        + $"({Of(toRemote)}), but the bridge of one server does not reach that of another. "
        + "Give both domains the same remote, or remove the policy.");

    private static string Of(string? remote) => remote is null ? "no remote" : $"remote '{Excerpt.Of(remote)}'";
}
