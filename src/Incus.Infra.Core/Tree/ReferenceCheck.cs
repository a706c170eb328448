using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Model;

namespace Incus.Infra.Core.Tree;

/// <summary>Looks in the project folder for what infra.yml names.</summary>
/// <param name="tree">The project folder.</param>
/// <param name="faults">Takes what is not there.</param>
internal sealed class ReferenceCheck(ProjectTree tree, DiagnosticBag faults)
{
    private const string Roles = "roles";

    private readonly Dictionary<string, EntryKind> _seen = new(StringComparer.Ordinal);

    /// <summary>Tells each reference that leads nowhere.</summary>
    /// <returns>The paths that were found in the project, sorted; those of folders end with a slash.</returns>
    public IReadOnlyList<string> Check(IEnumerable<Reference> references)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var reference in references)
        {
            var path = reference.Kind == ReferenceKind.Role ? $"{Roles}/{reference.Name.Value}/" : reference.Name.Value;
            if (IsThere(path))
            {
                found.Add(path);
            }
            else if (FaultOf(reference) is { } fault)
            {
                faults.Add(fault);
            }
        }

        return [.. found];
    }

    /// <summary>Whether a path that <see cref="Check"/> returned still leads to what it did.</summary>
    public bool IsThere(string path) => path.EndsWith('/')
        // A role that the user linked from elsewhere is for Ansible as good as any.
        ? Look(path) is EntryKind.Folder or EntryKind.Outside
        : Look(path) == EntryKind.File;

    private Diagnostic? FaultOf(Reference reference)
    {
        var (name, at) = reference.Name;
        return reference.Kind switch
        {
            ReferenceKind.Role when CollectionRoles.Names.Contains(name) => null,
            ReferenceKind.Role => RuleDiagnostics.UnknownRole(at, reference.Owner, name, Nearest(name)),
            _ when Look(name) == EntryKind.Outside => RuleDiagnostics.FileLeavesProject(at, reference.Owner, name),
            _ => RuleDiagnostics.NoSuchFile(at, reference.Owner, name),
        };
    }

    private string? Nearest(string name) => faults.IsFull ? null : Suggestion.For(name, tree.Folder(Roles).Entries
        .Where(e => e.Value.Kind is EntryKind.Folder or EntryKind.Outside)
        .Select(e => e.Key)
        .Concat(CollectionRoles.Names));

    private EntryKind Look(string path)
    {
        if (!_seen.TryGetValue(path, out var kind))
        {
            kind = tree.Look(path);
            _seen.Add(path, kind);
        }

        return kind;
    }
}
