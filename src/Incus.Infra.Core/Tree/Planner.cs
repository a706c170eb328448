using System.Text;
using Incus.Infra.Core.Diagnostics;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Rendering;
using Incus.Infra.Core.Sections;
using Incus.Infra.Core.State;

namespace Incus.Infra.Core.Tree;

/// <summary>Compares the desired files with the existing ones. Reads only files that may differ, and writes nothing.</summary>
/// <param name="tree">The project folder.</param>
/// <param name="previous">What the last build left, or null to read every file.</param>
/// <param name="faults">Takes what keeps files from being written.</param>
internal sealed class Planner(ProjectTree tree, BuildState? previous, DiagnosticBag faults)
{
    private readonly Dictionary<string, FileRecord> _records =
        previous?.Files.ToDictionary(f => f.Path, StringComparer.Ordinal) ?? [];

    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);

    // A fault of a folder concerns all its files and is told once.
    private readonly HashSet<Diagnostic> _told = [];

    /// <summary>One entry per file that can be generated, in the order given.</summary>
    public IReadOnlyList<PlannedFile> Plan(IReadOnlyList<GeneratedFile> files, CancellationToken ct)
    {
        var plan = new List<PlannedFile>(files.Count);
        foreach (var file in files)
        {
            ct.ThrowIfCancellationRequested();
            if (Plan(file) is { } planned)
            {
                plan.Add(planned);
            }
        }

        return plan;
    }

    private PlannedFile? Plan(GeneratedFile file)
    {
        if (!_paths.Add(file.Path))
        {
            Tell(GeneratingDiagnostics.GeneratedTwice(file.Path));
            return null;
        }

        if (tree.Locate(file.Path, out var fault) is not { } place)
        {
            Tell(fault!);
            return null;
        }

        if (tree.RivalOf(file.Path) is { } rival)
        {
            Tell(GeneratingDiagnostics.OneIsRead(file.Path, rival));
        }

        var unchanged = new PlannedFile(file.Path, place, ChangeKind.Unchanged, ContentHash.Of(file.Text), [], []);
        if (place.Entry.Kind == EntryKind.Missing)
        {
            var created = unchanged with { Kind = ChangeKind.Created };
            return file.FormerPath is { } former && Moved(former, file, created) is { } moved
                ? moved
                : created with { After = NewContent(file) };
        }

        return file.Ownership == Ownership.Once || IsAsRecorded(unchanged) ? unchanged : Compare(file, unchanged);
    }

    // Only what the build has written there before; anything else of that name is the user's own.
    private PlannedFile? Moved(string former, GeneratedFile file, PlannedFile created)
    {
        byte[] before = [];
        if (tree.Locate(former, out _) is not { Entry.Kind: EntryKind.File } place
            || FileFault.Of(() => before = RegularFile.Read(place.RealPath)) is not null
            || ManagedSection.Find(before) is not { Kind: SectionKind.Found } search)
        {
            return null;
        }

        return created with { Before = before, After = ManagedSection.Update(before, search, file.Text), Former = place };
    }

    private bool IsAsRecorded(PlannedFile file) =>
        _records.TryGetValue(file.Path, out var record)
        && record.Stamp == file.Place.Entry.Stamp
        && record.Hash == file.Hash;

    private PlannedFile? Compare(GeneratedFile file, PlannedFile unchanged)
    {
        byte[] before = [];
        if (FileFault.Of(() => before = RegularFile.Read(unchanged.Place.RealPath)) is { } fault)
        {
            Tell(GeneratingDiagnostics.CannotBeRead(file.Path, fault.Reason));
            return null;
        }

        byte[] after;
        if (file.Ownership == Ownership.Section)
        {
            if (before.AsSpan().StartsWith("$ANSIBLE_VAULT;"u8))
            {
                Tell(GeneratingDiagnostics.Encrypted(file.Path));
                return null;
            }

            var search = ManagedSection.Find(before);
            if (search.Kind == SectionKind.Damaged)
            {
                Tell(GeneratingDiagnostics.MarkersDamaged(file.Path, search.Line, search.Fault));
                return null;
            }

            after = ManagedSection.Update(before, search, file.Text);
        }
        else if (file.Ownership == Ownership.Marked && before.AsSpan().IndexOf(Encoding.UTF8.GetBytes(GeneratedFile.Notice)) < 0)
        {
            Tell(GeneratingDiagnostics.NotOurs(file.Path));
            return null;
        }
        else
        {
            after = LineEnds.Keep(before, file.Text);
        }

        return before.AsSpan().SequenceEqual(after)
            ? unchanged
            : unchanged with { Kind = ChangeKind.Updated, Before = before, After = after };
    }

    private static byte[] NewContent(GeneratedFile file) => file.Ownership == Ownership.Section
        ? ManagedSection.NewFile(file.Text)
        : Encoding.UTF8.GetBytes(file.Text);

    private void Tell(Diagnostic fault)
    {
        if (_told.Add(fault))
        {
            faults.Add(fault);
        }
    }
}
