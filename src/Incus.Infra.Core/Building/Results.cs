using Incus.Infra.Core.Tree;

namespace Incus.Infra.Core.Building;

/// <summary>What every run reports.</summary>
/// <param name="Diagnostics">All faults and remarks, sorted by place.</param>
internal abstract record BuildResult(IReadOnlyList<Diagnostic> Diagnostics)
{
    public bool Succeeded => Diagnostics.All(d => d.Severity != Severity.Error);
}

/// <summary>A file that was written.</summary>
/// <param name="Path">Relative to the project folder, with forward slashes.</param>
/// <param name="Kind">Created or updated.</param>
internal sealed record WrittenFile(string Path, ChangeKind Kind);

/// <summary>What <see cref="InfraBuild.Sync"/> did.</summary>
/// <param name="Diagnostics">All faults and remarks, sorted by place.</param>
/// <param name="UpToDate">Whether nothing had changed since the last build, so that nothing was compiled.</param>
/// <param name="Written">The files that were created or updated, in the order of the compilation.</param>
/// <param name="Unchanged">How many generated files were already right.</param>
/// <param name="Files">All generated files, relative to the project folder; empty when there is an error.</param>
internal sealed record SyncResult(
    IReadOnlyList<Diagnostic> Diagnostics,
    bool UpToDate,
    IReadOnlyList<WrittenFile> Written,
    int Unchanged,
    IReadOnlyList<string> Files) : BuildResult(Diagnostics);

/// <summary>What <see cref="InfraBuild.Validate"/> found.</summary>
/// <param name="Diagnostics">All faults and remarks, sorted by place.</param>
internal sealed record ValidateResult(IReadOnlyList<Diagnostic> Diagnostics) : BuildResult(Diagnostics);

/// <summary>A file that Sync would write.</summary>
/// <param name="Path">Relative to the project folder, with forward slashes.</param>
/// <param name="Kind">Created or updated.</param>
/// <param name="UnifiedDiff">The change as <c>diff -u</c> shows it.</param>
internal sealed record FileDiff(string Path, ChangeKind Kind, string UnifiedDiff);

/// <summary>What <see cref="InfraBuild.SyncDry"/> found.</summary>
/// <param name="Diagnostics">All faults and remarks, sorted by place.</param>
/// <param name="Changes">The files that Sync would write; empty when there is an error.</param>
/// <param name="Unchanged">How many generated files are already right.</param>
/// <param name="Orphans">The generated files that infra.yml no longer asks for, relative to the project folder.</param>
internal sealed record DryRunResult(
    IReadOnlyList<Diagnostic> Diagnostics,
    IReadOnlyList<FileDiff> Changes,
    int Unchanged,
    IReadOnlyList<string> Orphans) : BuildResult(Diagnostics);

/// <summary>What <see cref="InfraBuild.Graph"/> did.</summary>
/// <param name="Diagnostics">All faults and remarks, sorted by place.</param>
/// <param name="Written">The files that were created or updated, relative to the project folder.</param>
internal sealed record GraphResult(
    IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<string> Written) : BuildResult(Diagnostics);

/// <summary>An orphan that was not deleted.</summary>
/// <param name="Path">Relative to the project folder, with forward slashes.</param>
/// <param name="Reason">Why it was kept, as the end of a sentence.</param>
internal sealed record KeptOrphan(string Path, string Reason);

/// <summary>What <see cref="InfraBuild.CleanOrphans"/> did.</summary>
/// <param name="Diagnostics">All faults and remarks, sorted by place.</param>
/// <param name="Deleted">The deleted files, relative to the project folder.</param>
/// <param name="Kept">The orphans that are still there, each with the reason.</param>
internal sealed record CleanResult(
    IReadOnlyList<Diagnostic> Diagnostics,
    IReadOnlyList<string> Deleted,
    IReadOnlyList<KeptOrphan> Kept) : BuildResult(Diagnostics);

/// <summary>What <see cref="CodeBuild.Run"/> did.</summary>
/// <param name="Diagnostics">All faults and remarks, sorted by place; empty when nothing had to be compiled.</param>
/// <param name="IsWritten">Whether the text of the file changed.</param>
internal sealed record CodeResult(IReadOnlyList<Diagnostic> Diagnostics, bool IsWritten) : BuildResult(Diagnostics);
