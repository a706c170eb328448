using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Rendering;
using Incus.Infra.Core.State;
using Incus.Infra.Core.Tree;

namespace Incus.Infra.Core.Building;

/// <summary>One run of <see cref="InfraBuild.Sync"/>, under the build lock.</summary>
/// <param name="options">Where the project keeps its files.</param>
/// <param name="compile">Reads, checks and renders the sources.</param>
/// <param name="faults">Takes all faults and remarks.</param>
internal sealed class SyncRun(BuildOptions options, Func<Sources, Compilation> compile, DiagnosticBag faults)
{
    private readonly ProjectTree _tree = new(options.ProjectDirectory);
    private readonly StateFile _stateFile = new(options);
    private readonly TreeWriter _writer = new(options, faults);

    public SyncResult Run(Sources sources, CancellationToken ct)
    {
        // When nothing changed, loading the state and listing the folders take all the time; so at the same time.
        var loading = Task.Run(_stateFile.Load, CancellationToken.None);
        foreach (var folder in ProjectTree.AnsibleFolders)
        {
            _tree.Folder(folder);
        }

        var previous = loading.GetAwaiter().GetResult();
        if (previous is not null && previous.Inputs == sources.Hash && IsAsLeft(previous))
        {
            var files = previous.Files.Select(f => f.Path).ToList();
            return new SyncResult(previous.Warnings, UpToDate: true, [], files.Count, files);
        }

        var compilation = compile(sources);
        faults.AddRange(compilation.Diagnostics);
        var seen = new ReferenceCheck(_tree, faults).Check(compilation.References);
        return faults.HasErrors ? Failed([]) : Generate(sources, compilation.Files, seen, previous, ct);
    }

    private SyncResult Generate(
        Sources sources, IReadOnlyList<GeneratedFile> files, IReadOnlyList<string> references, BuildState? previous,
        CancellationToken ct)
    {
        var plan = new Planner(_tree, previous, faults).Plan(files, ct);
        OtherToolsPlays.Check(plan, faults);
        var strangers = new OrphanFinder(_tree, files);
        faults.AddRange(Orphan.Warnings(strangers.Find()));
        var changes = plan.Where(f => f.Kind != ChangeKind.Unchanged).ToList();
        if (!faults.HasErrors)
        {
            _writer.Check(changes);
        }

        if (faults.HasErrors)
        {
            return Failed([]);
        }

        _writer.Sweep(Leftovers());
        var stamps = _writer.Write(changes, ct);
        var written = changes
            .Where(c => stamps.ContainsKey(c.Path))
            .Select(c => new WrittenFile(c.Path, c.Kind))
            .ToList();
        if (faults.HasErrors)
        {
            return Failed(written);
        }

        // The next build reads the lock that this one wrote.
        var lockFile = changes.Find(c => c.Path == sources.LockPath)?.After.AsMemory() ?? sources.Lock;
        _stateFile.Save(
            new BuildState(
                options.Fingerprint,
                (sources with { Lock = lockFile }).Hash,
                strangers.Hash(),
                references,
                [.. faults],
                [.. plan.Select(f => new FileRecord(
                    f.Path, stamps.GetValueOrDefault(f.Path, f.Place.Entry.Stamp), f.Hash))]),
            faults);
        return new SyncResult(
            [.. faults], UpToDate: false, written, plan.Count - changes.Count, [.. plan.Select(f => f.Path)]);
    }

    /// <summary>Whether the tree is as the last build left it, by names and stamps alone.</summary>
    private bool IsAsLeft(BuildState state) =>
        state.Files.All(f =>
            _tree.Locate(f.Path, out _) is { Entry: { Kind: EntryKind.File } entry } && entry.Stamp == f.Stamp
            && _tree.RivalOf(f.Path) is null)
        && state.References.All(new ReferenceCheck(_tree, faults).IsAsSeen)
        && new OrphanFinder(_tree, state.Files.Select(f => f.Path)).Hash() == state.Strangers
        && !Leftovers().Any();

    private IEnumerable<string> Leftovers() =>
        _tree.Leftovers.Concat(ProjectFolder.Open(RealPath.Of(options.IntermediateFolder), "").Leftovers);

    private SyncResult Failed(IReadOnlyList<WrittenFile> written) =>
        new([.. faults], UpToDate: false, written, 0, []);
}
