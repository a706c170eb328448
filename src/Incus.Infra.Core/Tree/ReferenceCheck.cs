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
    private const string There = "there";
    private const string Missing = "missing";

    private readonly Dictionary<string, EntryKind> _seen = new(StringComparer.Ordinal);

    private IReadOnlyDictionary<string, string>? _required;

    /// <summary>The folder of a role; a trailing slash tells it from a file.</summary>
    public static string FolderOf(string role) => $"{Roles}/{role}/";

    /// <summary>Tells each reference that leads nowhere.</summary>
    /// <returns>What was seen in the project, sorted: how each path was, and the path.</returns>
    public IReadOnlyList<string> Check(IEnumerable<Reference> references)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var reference in references)
        {
            var path = reference.Kind == ReferenceKind.Role ? FolderOf(reference.Name.Value) : reference.Name.Value;
            if (!IsThere(path) && FaultOf(reference) is { } fault)
            {
                faults.Add(fault);
                seen.Add(See(path));
            }
            else if (IsThere(path))
            {
                seen.Add(See(path));
            }
        }

        if (_required is not null)
        {
            seen.Add(See(RequiredRoles.Own));
        }

        return [.. seen];
    }

    /// <summary>Whether a path is still as <see cref="Check"/> saw it.</summary>
    public bool IsAsSeen(string seen) => See(seen[(seen.IndexOf(' ', StringComparison.Ordinal) + 1)..]) == seen;

    // Of what was read it matters what it says.
    private string See(string path) =>
        path == RequiredRoles.Own && tree.Locate(path, out _) is { Entry: { Kind: EntryKind.File } e }
        ? $"{e.Stamp.Length}:{e.Stamp.ModifiedTicks} {path}"
        : $"{(IsThere(path) ? There : Missing)} {path}";

    private bool IsThere(string path) => path.EndsWith('/')
        // A role that the user linked from elsewhere is for Ansible as good as any.
        ? Look(path) is EntryKind.Folder or EntryKind.Outside
        : Look(path) == EntryKind.File;

    private Diagnostic? FaultOf(Reference reference)
    {
        var (name, at) = reference.Name;
        return reference.Kind switch
        {
            ReferenceKind.Role when CollectionRoles.Names.Contains(name) => null,
            ReferenceKind.Role => FaultOfRole(at, reference.Owner, name),
            _ when Look(name) == EntryKind.Outside => RuleDiagnostics.FileLeavesProject(at, reference.Owner, name),
            _ => RuleDiagnostics.NoSuchFile(at, reference.Owner, name),
        };
    }

    private Diagnostic FaultOfRole(SourceLocation at, string owner, string name)
    {
        _required ??= RequiredRoles.Read(tree, faults);
        return _required.TryGetValue(name, out var file) ? RuleDiagnostics.RoleNotInstalled(at, owner, name, file)
            : name.Contains('.', StringComparison.Ordinal) ? RuleDiagnostics.RoleNotRequired(at, owner, name, Nearest(name))
            : RuleDiagnostics.UnknownRole(at, owner, name, Nearest(name));
    }

    private string? Nearest(string name) => faults.IsFull ? null : Suggestion.For(name, tree.Folder(Roles).Entries
        .Where(e => e.Value.Kind is EntryKind.Folder or EntryKind.Outside)
        .Select(e => e.Key)
        .Concat(CollectionRoles.Names)
        .Concat(_required?.Keys ?? []));

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
