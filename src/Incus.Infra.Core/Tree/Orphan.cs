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
/// <param name="Kind">What may happen to it.</param>
internal sealed record Orphan(string Path, string FullPath, OrphanKind Kind)
{
    public Diagnostic Warning => GeneratingDiagnostics.Orphan(Path, Kind switch
    {
        OrphanKind.Removable => "Delete it, or run the target CleanOrphans.",
        OrphanKind.HasUserContent => "It has your own content outside the managed section: move that elsewhere, "
            + "then delete the file or run the target CleanOrphans with Force=true.",
        OrphanKind.Protected => "It is protected (ephemeral: false), so CleanOrphans keeps it: put it back into "
            + "infra.yml, or delete the file by hand once nothing of it is left in Incus.",
        _ => "Its markers are damaged, so CleanOrphans keeps it: check it and delete it by hand.",
    });

    /// <summary>Why CleanOrphans keeps it, or null when it may go.</summary>
    public string? ReasonToKeep(bool force) => Kind switch
    {
        OrphanKind.Removable => null,
        OrphanKind.HasUserContent => force ? null : "it has your own content outside the managed section",
        OrphanKind.Protected => "it is protected (ephemeral: false)",
        _ => "its markers are damaged",
    };
}
