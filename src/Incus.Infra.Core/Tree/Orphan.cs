using Incus.Infra.Core.Diagnostics;

namespace Incus.Infra.Core.Tree;

/// <summary>What may happen to an orphan.</summary>
internal enum OrphanKind
{
    Removable,

    /// <summary>There is content of the user's outside the managed section.</summary>
    HasUserContent,

    /// <summary>It describes something with <c>ephemeral: false</c>, or lists a domain that does.</summary>
    Protected,

    /// <summary>Its markers are damaged, so it is unknown what belongs to the user.</summary>
    Damaged,
}

/// <summary>A generated file whose domain or machine is no longer in infra.yml.</summary>
/// <param name="Path">Relative to the project folder, with forward slashes.</param>
/// <param name="FullPath">Absolute; of a link the link itself.</param>
/// <param name="Domain">The domain that it was generated for; empty if it does not say so.</param>
/// <param name="Kind">What may happen to it.</param>
internal sealed record Orphan(string Path, string FullPath, string Domain, OrphanKind Kind)
{
    /// <summary>A warning for each domain, and for each file of unknown domain.</summary>
    public static IEnumerable<Diagnostic> Warnings(IEnumerable<Orphan> orphans) => orphans
        .GroupBy(o => (o.Domain, Alone: o.Domain.Length == 0 ? o.Path : ""))
        .Select(g => GeneratingDiagnostics.Orphans(
            g.First().Path,
            g.Skip(1).Select(o => o.Path),
            g.Key.Domain,
            string.Join(' ', g.GroupBy(o => o.Kind).OrderBy(k => k.Key).Select(k => Advice(k.Key, k.Count())))));

    private static string Advice(OrphanKind kind, int count)
    {
        var (what, have, them) = count == 1 ? ("1 file", "has", "it") : ($"{count} files", "have", "them");
        return kind switch
        {
            OrphanKind.Removable => $"{what} can go: delete {them}, or run the target CleanOrphans.",
            OrphanKind.HasUserContent => $"{what} {have} your own content outside the managed section: move that elsewhere, "
                + $"then delete {them} or run the target CleanOrphans with Force=true.",
            OrphanKind.Protected => $"{what} {(count == 1 ? "is" : "are")} protected (ephemeral: false), so CleanOrphans keeps "
                + $"{them}: put the machine or domain back into infra.yml, or delete {them} by hand once nothing of it is left "
                + "in Incus.",
            _ => $"{what} {have} damaged markers, so CleanOrphans keeps {them}: check {them}, and delete {them} by hand.",
        };
    }

    /// <summary>Why CleanOrphans keeps it, or null when it may go.</summary>
    public string? ReasonToKeep(bool force) => Kind switch
    {
        OrphanKind.Removable => null,
        OrphanKind.HasUserContent => force ? null : "it has your own content outside the managed section",
        OrphanKind.Protected => "it is protected (ephemeral: false)",
        _ => "its markers are damaged",
    };
}
