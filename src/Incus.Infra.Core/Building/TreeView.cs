using Incus.Infra.Core.Compiler;
using Incus.Infra.Core.Files;
using Incus.Infra.Core.Tree;

namespace Incus.Infra.Core.Building;

/// <summary>The tree as Sync would leave it, before anything is written.</summary>
/// <param name="options">Where the project keeps its files.</param>
/// <param name="tree">The project folder.</param>
/// <param name="compilation">Without errors.</param>
/// <param name="plan">What Sync would do about each file.</param>
internal sealed class TreeView(
    BuildOptions options, ProjectTree tree, Compilation compilation, IReadOnlyList<PlannedFile> plan)
{
    public Compilation Compilation => compilation;

    /// <inheritdoc cref="OwnContent.Find"/>
    public string? FindOwnContent() => OwnContent.Find(tree, compilation.Files, plan);

    /// <summary>It as files, in a folder of its own where it differs from the project.</summary>
    public TreePreview Preview() => TreePreview.Of(options, plan);
}
