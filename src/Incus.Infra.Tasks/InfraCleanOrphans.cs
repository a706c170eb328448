using Incus.Infra.Core.Building;

namespace Incus.Infra.Tasks;

/// <summary>Deletes the generated files that infra.yml no longer asks for.</summary>
public sealed class InfraCleanOrphans : InfraTask
{
    /// <summary>Whether an orphan goes even when it holds text of the user's.</summary>
    public bool Force { get; set; }

    /// <inheritdoc/>
    private protected override void Run(InfraBuild build, CancellationToken cancellationToken)
    {
        var result = build.CleanOrphans(Force, cancellationToken);
        var lines = result.Deleted.Select(path => $"deleted {path}")
            .Concat(result.Kept.Select(orphan => $"kept {orphan.Path}: {orphan.Reason}"))
            .Prepend($"{Count.Orphans(result.Deleted.Count)} deleted, {result.Kept.Count} kept");
        Report(result.Diagnostics, string.Join('\n', lines));
    }
}
