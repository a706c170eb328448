using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>INFRA4175: what the machines of a server share.</summary>
internal static partial class ToolDiagnostics
{
    private const int MostOwners = 3;

    /// <summary>INFRA4175: a server has less than its machines are to get.</summary>
    /// <param name="id">One of them.</param>
    /// <param name="member">The server, where it is one of a cluster.</param>
    /// <param name="shortages">What there is too little of.</param>
    public static Diagnostic Overcommitted(ObjectId id, string? member, IEnumerable<Shortage> shortages) => Error(
        "INFRA4175",
        $"{id}: the machines on {(member is null ? "its server" : $"member '{Excerpt.Of(member)}'")} are to get "
        + $"{string.Join("; and ", shortages.Select(Describe))}. "
        + $"Lower host_reserve or limits of machines' own, or write overcommit: true. {Nothing}");

    private static string Describe(Shortage shortage) =>
        $"{shortage.Wanted} {shortage.Resource}, but host_reserve leaves {shortage.Free} of {shortage.Total}"
        + (shortage.Owners is [] ? "" : $" ({string.Join(", ", shortage.Owners.Take(MostOwners).Select(Excerpt.Of))}"
            + (shortage.Owners.Count > MostOwners ? $" and {shortage.Owners.Count - MostOwners} more" : "") + " of their own)");

    /// <summary>What a server has too little of.</summary>
    /// <param name="Resource">What that is.</param>
    /// <param name="Wanted">What its machines are to get.</param>
    /// <param name="Total">What it has.</param>
    /// <param name="Free">What the reserve leaves of that.</param>
    /// <param name="Owners">Those with limits of their own, each with its limit, the largest first.</param>
    internal sealed record Shortage(string Resource, string Wanted, string Total, string Free, IReadOnlyList<string> Owners);
}
