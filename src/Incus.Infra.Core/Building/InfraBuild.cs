using Incus.Infra.Core.Addressing;
using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Dialect;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Model;
using Incus.Infra.Core.Picture;
using Incus.Infra.Core.Rendering;
using Incus.Infra.Core.State;
using Incus.Infra.Core.Tree;

namespace Incus.Infra.Core.Building;

/// <summary>The verbs on one project: everything between its sources and the generated tree.</summary>
/// <param name="options">Where the project keeps its files.</param>
/// <param name="compile">Reads, checks and renders the sources; pure.</param>
internal sealed class InfraBuild(BuildOptions options, Func<Sources, Compilation> compile)
{
    private const string Inventory = "inventory.yml";

    /// <summary>
    /// Checks the sources and brings the generated tree up to date. On any error found before writing, nothing is written.
    /// </summary>
    /// <param name="onWaiting">Called once if another build of this project is running, before waiting for it.</param>
    /// <param name="ct">Ends waiting and writing; each file is then old or new.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public SyncResult Sync(Action? onWaiting, CancellationToken ct)
    {
        var faults = new DiagnosticBag();
        using var held = BuildLock.Acquire(options, onWaiting, faults, ct);
        return held is not null && SourceReader.Read(options, faults) is { } sources
            ? new SyncRun(options, compile, faults).Run(sources, ct)
            : new SyncResult([.. faults], UpToDate: false, [], 0, []);
    }

    /// <summary>Checks the sources; writes nothing, not even the build lock.</summary>
    public ValidateResult Validate()
    {
        var faults = new DiagnosticBag();
        Compile(faults);
        return new ValidateResult([.. faults]);
    }

    /// <summary>Checks and reads the sources; writes nothing, not even the build lock.</summary>
    /// <returns>Null when there is an error among <paramref name="diagnostics"/>.</returns>
    /// <param name="diagnostics">All faults and remarks, sorted by place.</param>
    public Infrastructure? Read(out IReadOnlyList<Diagnostic> diagnostics) => Compile(out diagnostics)?.Infrastructure;

    /// <summary>Checks and reads the sources as <see cref="Read"/>, with the addresses and the identity.</summary>
    /// <inheritdoc cref="Read"/>
    public (Infrastructure Infra, AddressPlan Addresses)? ReadDeclared(out IReadOnlyList<Diagnostic> diagnostics) =>
        Compile(out diagnostics) is { Infrastructure: { } infra, Addresses: { } addresses } ? (infra, addresses) : null;

    /// <summary>Tells whose objects in Incus are the project's, also where infra.yml has errors or is gone.</summary>
    /// <returns>Null when there is an error among <paramref name="diagnostics"/>.</returns>
    /// <param name="diagnostics">The faults of the lock file, sorted by place.</param>
    public ProjectIdentity? ReadIdentity(out IReadOnlyList<Diagnostic> diagnostics)
    {
        var faults = new DiagnosticBag();
        var identity = ProjectIdentity.Read(options, faults);
        diagnostics = [.. faults];
        return faults.HasErrors ? null : identity;
    }

    /// <summary>Tells what <see cref="Sync"/> would write; writes nothing, not even the build lock.</summary>
    public DryRunResult SyncDry()
    {
        var faults = new DiagnosticBag();
        if (Compile(faults) is not { } compilation)
        {
            return new DryRunResult([.. faults], [], 0, []);
        }

        var tree = new ProjectTree(options.ProjectDirectory);
        var plan = new Planner(tree, previous: null, faults).Plan(compilation.Files, CancellationToken.None);
        OtherToolsPlays.Check(plan, faults);
        var orphans = new OrphanFinder(tree, compilation.Files).Find();
        faults.AddRange(Orphan.Warnings(orphans));
        var changes = faults.HasErrors ? [] : plan.Where(f => f.Kind != ChangeKind.Unchanged).ToList();
        var unchanged = plan.Count(f => f.Kind == ChangeKind.Unchanged);
        return new DryRunResult([.. faults], [.. changes.Select(Diff)], unchanged, [.. orphans.Select(o => o.Path)]);
    }

    /// <summary>Finds what <see cref="Sync"/> would leave; writes nothing, not even the build lock.</summary>
    /// <returns>Null when there is an error among <paramref name="diagnostics"/>.</returns>
    /// <param name="diagnostics">All faults and remarks, sorted by place.</param>
    public TreeView? View(out IReadOnlyList<Diagnostic> diagnostics)
    {
        var faults = new DiagnosticBag();
        TreeView? view = null;
        if (Compile(faults) is { } compilation)
        {
            var tree = new ProjectTree(options.ProjectDirectory);
            var plan = new Planner(tree, previous: null, faults).Plan(compilation.Files, CancellationToken.None);
            view = faults.HasErrors ? null : new TreeView(options, tree, compilation, plan);
        }

        diagnostics = [.. faults];
        return view;
    }

    /// <summary>Draws the infrastructure. Of its three files only those are written whose text changed.</summary>
    /// <param name="marks">What the picture shows besides infra.yml.</param>
    /// <param name="ct">Ends waiting for another build, and writing.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public GraphResult Graph(Marks marks, CancellationToken ct)
    {
        var faults = new DiagnosticBag();
        using var held = BuildLock.Acquire(options, onWaiting: null, faults, ct);
        if (held is null
            || Compile(faults) is not { Infrastructure: { } infra, Addresses: { } addresses })
        {
            return new GraphResult([.. faults], []);
        }

        var plan = new Planner(new ProjectTree(options.ProjectDirectory), previous: null, faults)
            .Plan(PictureFiles.Of(infra, addresses, marks), ct);
        var changes = plan.Where(f => f.Kind != ChangeKind.Unchanged).ToList();
        var writer = new TreeWriter(options, faults);
        if (!faults.HasErrors)
        {
            writer.Check(changes);
        }

        var written = faults.HasErrors ? [] : writer.Write(changes, ct).Keys.Order(StringComparer.Ordinal).ToList();
        return new GraphResult([.. faults], written);
    }

    /// <summary>Deletes orphans, except protected ones and, without force, those with content of the user's.</summary>
    /// <param name="force">Whether files with content of the user's go too.</param>
    /// <param name="ct">Ends waiting for another build.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public CleanResult CleanOrphans(bool force, CancellationToken ct)
    {
        var faults = new DiagnosticBag();
        using var held = BuildLock.Acquire(options, onWaiting: null, faults, ct);
        if (held is null || Compile(faults) is not { } compilation)
        {
            return new CleanResult([.. faults], [], []);
        }

        List<string> deleted = [];
        List<KeptOrphan> kept = [];
        var tree = new ProjectTree(options.ProjectDirectory);
        foreach (var orphan in new OrphanFinder(tree, compilation.Files).Find())
        {
            if (orphan.ReasonToKeep(force) is { } reason)
            {
                kept.Add(new KeptOrphan(orphan.Path, reason));
            }
            else if (FileFault.Of(() => File.Delete(orphan.FullPath)) is { } fault)
            {
                kept.Add(new KeptOrphan(orphan.Path, fault.Reason));
                faults.Add(fault.WhenWriting(orphan.Path));
            }
            else
            {
                deleted.Add(orphan.Path);
            }
        }

        return new CleanResult([.. faults], deleted, kept);
    }

    /// <summary>Finds what the images are built of.</summary>
    /// <param name="infra">What infra.yml says.</param>
    /// <param name="collections">The folders with Ansible collections.</param>
    /// <param name="diagnostics">What cannot be read.</param>
    public ImageInputs HashImages(
        Infrastructure infra, IReadOnlyList<string> collections, out IReadOnlyList<Diagnostic> diagnostics)
    {
        var faults = new DiagnosticBag();
        var inputs = new ImageHashes(options.ProjectDirectory, collections, faults).Of(infra);
        diagnostics = [.. faults];
        return inputs;
    }

    /// <summary>Writes an inventory of the machines that images are built in, with their variables beside it.</summary>
    /// <returns>Its path.</returns>
    /// <param name="builders">These machines and nothing else.</param>
    /// <param name="addresses">Their addresses.</param>
    /// <param name="diagnostics">What cannot be written.</param>
    public string WriteBuilders(Infrastructure builders, AddressPlan addresses, out IReadOnlyList<Diagnostic> diagnostics)
    {
        var folder = Path.Join(options.IntermediateFolder, InfraDialect.ImageDomain);
        var fault = FileFault.Of(() =>
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            foreach (var file in TreeRenderer.RenderDomains(builders, addresses))
            {
                var isInventory = file.Path.StartsWith("inventory/", StringComparison.Ordinal);
                var path = Path.Join(folder, isInventory ? Inventory : file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, file.Text);
            }
        });
        diagnostics = fault is null ? [] : [fault.WhenWriting(options.RelativePath(folder))];
        return Path.Join(folder, Inventory);
    }

    private Compilation? Compile(out IReadOnlyList<Diagnostic> diagnostics)
    {
        var faults = new DiagnosticBag();
        var compilation = Compile(faults);
        diagnostics = [.. faults];
        return compilation;
    }

    /// <summary>The compilation, or null when there is an error among the faults.</summary>
    private Compilation? Compile(DiagnosticBag faults)
    {
        if (SourceReader.Read(options, faults) is not { } sources)
        {
            return null;
        }

        var compilation = compile(sources);
        faults.AddRange(compilation.Diagnostics);
        new ReferenceCheck(new ProjectTree(options.ProjectDirectory), faults).Check(compilation.References);
        return faults.HasErrors ? null : compilation;
    }

    private static FileDiff Diff(PlannedFile file) => new(file.Path, file.Kind, UnifiedDiff.Of(
        file.Path, file.Kind == ChangeKind.Created ? null : file.Before, file.After));
}
