using Incus.Infra.Incus.Model;

namespace Incus.Infra.Incus.Diagnostics;

/// <summary>Layer 4, taking an infrastructure away.</summary>
internal static partial class ToolDiagnostics
{
    /// <summary>INFRA4080: nobody knows a domain of this name.</summary>
    public static Diagnostic NoDomain(string domain, string infrastructure, IEnumerable<string> domains) => Error(
        "INFRA4080",
        $"'{Excerpt.Of(infrastructure)}' has no domain '{Excerpt.Of(domain)}', neither in Incus nor in infra.yml or "
        + "infra.lock.yml."
        + (Suggestion.For(domain, domains) is { } nearest
            ? $" Did you mean '{Excerpt.Of(nearest)}'?"
            : $" {There(domains, "Incus has nothing of it", "Incus has")}"));

    /// <summary>INFRA4081: what is protected stays.</summary>
    public static Diagnostic ProtectedKept(IReadOnlyCollection<ObjectId> kept) => Error(
        "INFRA4081",
        $"{(kept.Count == 1 ? "1 protected object was" : $"{kept.Count} protected objects were")} kept: "
        + $"{Names(kept.Select(id => id.ToString()))}. Destroy deletes them with IncludeProtected=true.");

    /// <summary>INFRA4082: only the name is known, and several infrastructures have it.</summary>
    public static Diagnostic SeveralInfrastructures(string name, IEnumerable<string> ids) => Error(
        "INFRA4082",
        $"Several infrastructures in Incus are called '{Excerpt.Of(name)}', and infra.lock.yml has no id that says which is "
        + $"meant. Restore that file, or write the right id into it: {Names(ids)}. Nothing was deleted.");

    /// <summary>INFRA4083: an export failed, and so what was to be exported stays.</summary>
    public static Diagnostic ExportFailed(ObjectId id, string file, string reason) => Error(
        "INFRA4083",
        $"{id} was kept because its export to '{Excerpt.Of(file)}' failed: {Sentence(reason)}");

    /// <summary>INFRA4084: an export would overwrite a file.</summary>
    public static Diagnostic ExportExists(ObjectId id, string file) => Error(
        "INFRA4084",
        $"The export of {id} would overwrite '{Excerpt.Of(file)}'. Choose another folder with Export. Nothing was deleted.");
}
