using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>Layer 4, members of a cluster that are not as the others need them.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4124, warning: a member takes no part.</summary>
    /// <param name="member">Its name.</param>
    /// <param name="reason">What Incus says of it, or what it did not do.</param>
    public static Diagnostic MemberDown(string member, string reason) => Warning(
        "INFRA4124",
        $"Member '{Excerpt.Of(member)}' of the cluster takes no part: {Excerpt.Of(reason)}. Its machines cannot be reached, and "
        + "no network or policy can be made or changed until it is back.");

    /// <summary>INFRA4125, warning: a member is evacuated.</summary>
    public static Diagnostic MemberEvacuated(string member) => Warning(
        "INFRA4125",
        $"Member '{Excerpt.Of(member)}' of the cluster is evacuated: nothing is made or started there until "
        + $"'incus cluster restore {Excerpt.Of(member)}'.");

    /// <summary>INFRA4126, warning: a pool cannot be used on each member.</summary>
    /// <param name="pool">Its name.</param>
    /// <param name="member">The member.</param>
    /// <param name="state">What the pool is there, such as <c>not defined</c>.</param>
    public static Diagnostic PoolMissing(string pool, string member, string state) => Warning(
        "INFRA4126",
        $"Storage pool '{Excerpt.Of(pool)}' cannot be used on member '{Excerpt.Of(member)}' of the cluster: it is {state} there. "
        + "Machines and volumes in this pool can be on other members only.");

    /// <summary>INFRA4127, warning: the members are of several releases.</summary>
    /// <param name="releases">The members by their release.</param>
    public static Diagnostic ReleasesDiffer(IEnumerable<(string Release, IEnumerable<string> Members)> releases) => Warning(
        "INFRA4127",
        "The members of the cluster have several releases of Incus: "
        + string.Join("; ", releases.Select(r => $"{Excerpt.Of(r.Release)} on {Names(r.Members)}"))
        + ". Give all of them the same.");

    /// <summary>INFRA4128: a member stopped answering while something was done there.</summary>
    /// <param name="id">What it was done to.</param>
    /// <param name="member">The member.</param>
    /// <param name="error">What Incus answered before, or null.</param>
    public static Diagnostic MemberLost(ObjectId id, string member, Diagnostic? error) => Error(
        "INFRA4128",
        $"{id}: member '{Excerpt.Of(member)}' of the cluster stopped answering, so nobody knows what was done. When it is back, "
        + $"look at the snapshots and run this again.{(error is null ? "" : $" Before: {Sentence(error.Message)}")}");
}
